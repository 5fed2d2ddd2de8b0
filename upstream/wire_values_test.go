package upstream

// People, companies and other things that several bodies of testdata hold.
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
	removed = Employee{
		ID:          "4a515a15-d4d6-4b8e-828e-e0586f18f3a3",
		DisplayName: "Profile has been removed",
		AvatarSmall: ptr("/skins/default/images/default_user_photo_size_32-32.png"),
		ProfileURL:  ptr("https://crm.example.com/Products/People/Profile.aspx?"),
	}
	eur = Currency{
		Title:         "Euro",
		Symbol:        "€",
		Abbreviation:  "EUR",
		CultureName:   ptr("EU"),
		IsConvertable: true,
		IsBasic:       true,
	}
	sek = Currency{
		Title:         "Swedish Krona",
		Symbol:        "kr",
		Abbreviation:  "SEK",
		CultureName:   ptr("SE"),
		IsConvertable: true,
	}
	ingrid = ContactBase{
		SmallFotoURL:  ptr("/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=2001&isc=False&ps=1"),
		MediumFotoURL: ptr("/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=2001&isc=False&ps=2"),
		DisplayName:   "Ingrid Hallberg",
		IsShared:      true,
		ShareType:     2,
		Currency:      &eur,
		CanEdit:       true,
		ID:            2001,
	}
	tomas = ContactBase{
		SmallFotoURL:  ptr("/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=2002&isc=False&ps=1"),
		MediumFotoURL: ptr("/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=2002&isc=False&ps=2"),
		DisplayName:   "Tomás Ferreira",
		IsShared:      true,
		ShareType:     1,
		CanEdit:       true,
		CanDelete:     true,
		ID:            2002,
	}
	nordfrakt = ContactBase{
		SmallFotoURL:  ptr("/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=1001&isc=True&ps=1"),
		MediumFotoURL: ptr("/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=1001&isc=True&ps=2"),
		DisplayName:   "Nordfrakt Logistics AB",
		IsCompany:     true,
		IsShared:      true,
		ShareType:     1,
		Currency:      &sek,
		CanEdit:       true,
		ID:            1001,
	}
	stageInitial = Stage{
		SuccessProbability: 1,
		Title:              "Initial contact",
		Description:        ptr("A contact with the potential buyer is needed to understand the future sales prospective"),
		Color:              ptr("#e795c1"),
		ID:                 11,
	}
	stageFit = Stage{
		SuccessProbability: 2,
		Title:              "Application of initial fit criteria",
		Description:        ptr("The salesperson tries to identify whether the customer can be his/her potential buyer"),
		Color:              ptr("#df7895"),
		ID:                 12,
	}
	stageSuspect = Stage{
		SuccessProbability: 3,
		Title:              "Suspect",
		Description:        ptr("The potential buyer is identified as a person or entity that has the interest and authority to purchase a product or service"),
		Color:              ptr("#f48454"),
		ID:                 13,
	}
	stageNeed = Stage{
		SuccessProbability: 20,
		Title:              "Need assessment",
		Description:        ptr("The salesperson takes a series of question and answer sessions in order to identify the requirements of the prospect"),
		Color:              ptr("#b58fd6"),
		ID:                 14,
	}
	stageQualified = Stage{
		SuccessProbability: 50,
		Title:              "Qualified prospect",
		Description:        ptr("The potential buyer has expressed his interest in the salesperson's goods or services"),
		Color:              ptr("#d28cc8"),
		ID:                 15,
	}
	stageProposal = Stage{
		SuccessProbability: 75,
		Title:              "Proposal",
		Description:        ptr("The potential buyer has received a written offering from the salesperson"),
		Color:              ptr("#ffb45e"),
		ID:                 16,
	}
	stageNegotiations = Stage{
		SuccessProbability: 90,
		Title:              "Negotiations",
		Description:        ptr("The potential buyer has already discussed your offering in details"),
		Color:              ptr("#ffd267"),
		ID:                 17,
	}
	stageWon = Stage{
		SuccessProbability: 100,
		StageType:          1,
		Title:              "Closure/Transaction",
		Description:        ptr("A deal. The opportunity is closed successfully"),
		Color:              ptr("#6bbd72"),
		ID:                 18,
	}
	stageLost = Stage{
		StageType:   2,
		Title:       "Unsuccessfully closed",
		Description: ptr("A failure. The opportunity is closed due to the lack of perspective"),
		Color:       ptr("#f2a9be"),
		ID:          19,
	}
	headingDelivery = CustomField{
		Label:      "Delivery",
		FieldValue: ptr(""),
		FieldType:  4,
		Mask:       ptr(""),
		ID:         71,
	}
	fullOpportunity = Opportunity{
		CreateBy: &mark,
		Created:  date("2024-04-08T09:12:33Z"),
		Members: []ContactBase{
			ingrid,
			tomas,
		},
		Contact:            &nordfrakt,
		Title:              "Fleet telematics rollout",
		Description:        "Two-wave rollout of 340 units; renewal option after 24 months.",
		Responsible:        &anna,
		BidType:            4,
		BidValue:           dec("1234567.89"),
		BidCurrency:        &eur,
		PerPeriodValue:     24,
		Stage:              &stageQualified,
		SuccessProbability: 55,
		ActualCloseDate:    date("2024-08-21T14:30:00Z"),
		ExpectedCloseDate:  date("2024-09-30T00:00:00Z"),
		IsPrivate:          true,
		AccessList: []Employee{
			anna,
			bjorn,
		},
		CanEdit: true,
		CustomFields: []CustomField{
			headingDelivery,
			{
				EntityID:   3101,
				Label:      "Purchase order",
				FieldValue: ptr("PO-2024/0117"),
				Position:   1,
				Mask:       ptr(`{"size":40}`),
				ID:         72,
			},
			{
				EntityID:   3101,
				Label:      "Scope",
				FieldValue: ptr("340 units in two waves.\nWave 1: Gothenburg.\nWave 2: Malmö."),
				FieldType:  1,
				Position:   2,
				Mask:       ptr(`{"rows":2,"cols":40}`),
				ID:         73,
			},
			{
				EntityID:   3101,
				Label:      "Region",
				FieldValue: ptr("Nordics"),
				FieldType:  2,
				Position:   3,
				Mask:       ptr(`["Nordics","DACH","Iberia","Asia / Pacific"]`),
				ID:         74,
			},
			{
				EntityID:   3101,
				Label:      "NDA signed",
				FieldValue: ptr("true"),
				FieldType:  3,
				Position:   4,
				Mask:       ptr(""),
				ID:         75,
			},
			{
				EntityID:   3101,
				Label:      "Kick-off",
				FieldValue: ptr("09/02/2024"),
				FieldType:  5,
				Position:   5,
				Mask:       ptr(""),
				ID:         76,
			},
		},
		ID: 3101,
	}
	minimalOpportunity = Opportunity{
		CreateBy:    &bjorn,
		Created:     date("2024-05-28T06:59:59Z"),
		Title:       "Untitled lead",
		Responsible: &bjorn,
		CanEdit:     true,
		ID:          3103,
	}
)
