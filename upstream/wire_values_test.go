package upstream

// People and a currency that several tests write of.
var (
	mark = Employee{
		ID:          "93580c54-1132-4d6b-bf2d-da0bfaaa1a28",
		DisplayName: "Mark O'Connell",
		Title:       ptr("Account Manager"),
		AvatarSmall: ptr("/skins/default/images/default_user_photo_size_32-32.png"),
		ProfileURL:  ptr("https://crm.example.com/Products/People/Profile.aspx?user=mark.oconnell"),
	}
	anna = Employee{
		ID:          "4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11",
		DisplayName: "Anna Lindqvist",
		Title:       ptr("Head of Sales"),
		AvatarSmall: ptr("/storage/userPhotos/root/4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11_size_32-32.png?_=1187258733"),
		ProfileURL:  ptr("https://crm.example.com/Products/People/Profile.aspx?user=anna.lindqvist"),
	}
	bjorn = Employee{
		ID:          "c7f1d2aa-0b64-4e0e-8f35-6d1f0c2b9e77",
		DisplayName: "Björn Östlund",
		AvatarSmall: ptr("/skins/default/images/default_user_photo_size_32-32.png"),
		ProfileURL:  ptr("https://crm.example.com/Products/People/Profile.aspx?user=bjorn.ostlund"),
	}
	eur = Currency{
		Title:         "Euro",
		Symbol:        "€",
		Abbreviation:  "EUR",
		CultureName:   ptr("EU"),
		IsConvertable: true,
		IsBasic:       true,
	}
)
