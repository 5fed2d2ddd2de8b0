package demo

import "time"

// lostUser stands for everybody whose profile has been removed.
const lostUser = "removed"

func born(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// newEmployees returns fourteen people who can sign in, one whose account is
// switched off, and the profile that stands for removed ones.
func newEmployees() []*employee {
	list := []*employee{
		{
			id: "4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11", userName: demoUser, firstName: "Anna", lastName: "Lindqvist",
			title: "Head of Sales", department: "Sales", photo: "1187258733", admin: true, location: "Göteborg",
			phone: "+46 31 555 01 01", sex: "female", culture: "sv-SE", born: born(1981, 5, 14),
		},
		{
			id: "93580c54-1132-4d6b-bf2d-da0bfaaa1a28", userName: "mark.oconnell", firstName: "Mark", lastName: "O'Connell",
			title: "Account Manager", department: "Sales", location: "Dublin", phone: "+353 1 555 0128", sex: "male", culture: "en-GB",
		},
		{
			id: "c7f1d2aa-0b64-4e0e-8f35-6d1f0c2b9e77", userName: "bjorn.ostlund", firstName: "Björn", lastName: "Östlund",
			department: "Field Engineering", location: "Luleå", sex: "male", culture: "sv-SE",
		},
		{
			id: "0d9c1f7e-52a8-4b0d-9d1b-7f0e34c5a801", userName: "sofia.almeida", firstName: "Sofia", lastName: "Almeida",
			title: "Regional Manager, Iberia", department: "Sales", photo: "402118377", admin: true, crmOnly: true, location: "Porto", sex: "female", culture: "pt-PT",
		},
		{
			id: "1f3b6a52-8c1d-4f9e-a2b7-90d4c6e7b102", userName: "jonas.weber", firstName: "Jonas", lastName: "Weber",
			title: "Key Account Manager, DACH", department: "Sales", location: "Leipzig", phone: "+49 341 5550 142", sex: "male", culture: "de-DE", born: born(1977, 11, 2),
		},
		{
			id: "28ac4d10-3e6f-4a71-b5c9-1d2e8f40c203", userName: "mei.tanaka", firstName: "Mei", lastName: "Tanaka",
			title: "Account Manager, Asia", department: "Sales", photo: "77120945", location: "Yokohama", sex: "female", culture: "ja-JP",
		},
		{
			id: "36e7b981-49d2-4c80-8e1a-5b6c7d80d304", userName: "li.wei", firstName: "Wei", lastName: "Li",
			title: "Solution Architect", department: "Field Engineering", location: "Singapore", sex: "male", culture: "en-US",
		},
		{
			id: "4512cdef-60a3-4d95-9f2b-6c7d8e90e405", userName: "nikos.papadakis", firstName: "Νίκος", lastName: "Παπαδάκης",
			title: "Account Manager", department: "Sales", location: "Αθήνα", sex: "male", culture: "el-GR",
		},
		{
			id: "52b8f034-71c4-4ea6-a03c-7d8e9fa0f506", userName: "olena.koval", firstName: "Олена", lastName: "Коваль",
			title: "Inside Sales", department: "Sales", location: "Львів", sex: "female", culture: "uk-UA", born: born(1994, 2, 27),
		},
		{
			id: "6143a9b2-82d5-4fb7-b14d-8e9fa0b10607", userName: "amara.okafor", firstName: "Amara", lastName: "Okafor",
			title: "Customer Success Manager", department: "Customer Success", photo: "913340021", location: "London", sex: "female", culture: "en-GB",
		},
		{
			id: "70d5ebc3-93e6-40c8-825e-9fa0b1c21708", userName: "pierre.lefevre", firstName: "Pierre", lastName: "Lefèvre",
			title: "Tender Manager", department: "Legal & Tenders", location: "Lille", sex: "male", culture: "fr-FR", factor: bySMS,
		},
		{
			id: "8f06fcd4-a4f7-41d9-936f-a0b1c2d32809", userName: "yael.ben-ami", firstName: "Yael", lastName: "Ben-Ami",
			title: "Account Manager", department: "Sales", location: "Haifa", sex: "female", culture: "he-IL", factor: byApp,
		},
		{
			id: "9e170de5-b508-42ea-a470-b1c2d3e4390a", userName: "omar.haddad", firstName: "Omar", lastName: "Haddad",
			title: "Account Manager, Gulf", department: "Sales", photo: "55610932", location: "Dubai", sex: "male", culture: "ar-AE",
		},
		{
			id: "ad281ef6-c619-43fb-b581-c2d3e4f54a0b", userName: "kasia.zielinska", firstName: "Kasia", lastName: "Zielińska",
			title: `Coordinator "Quotes & Orders"`, department: "Back Office", location: "Gdańsk", sex: "female", culture: "pl-PL",
		},
		{
			id: "bc392f07-d72a-440c-8692-d3e4f5065b0c", userName: "gareth.pryce", firstName: "Gareth", lastName: "Pryce",
			title: "Account Manager", department: "Sales", location: "Cardiff", sex: "male", culture: "en-GB", disabled: true,
		},
		{
			id: "4a515a15-d4d6-4b8e-828e-e0586f18f3a3", userName: lostUser, firstName: "Profile has been removed", gone: true,
		},
	}
	for _, u := range list {
		u.email = u.userName + "@fennmark.example"
		u.short = u.shortForm()
	}
	return list
}
