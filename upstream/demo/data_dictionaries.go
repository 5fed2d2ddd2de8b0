package demo

func newStages() []*stage {
	return []*stage{
		{11, "Initial contact", "A contact with the potential buyer is needed to understand the future sales prospective", "#e795c1", 1, 0, 1},
		{12, "Application of initial fit criteria", "The salesperson tries to identify whether the customer can be his/her potential buyer", "#df7895", 2, 0, 2},
		{13, "Suspect", "The potential buyer is identified as a person or entity that has the interest and authority to purchase a product or service", "#f48454", 3, 0, 1},
		{14, "Need assessment", "The salesperson takes a series of question and answer sessions in order to identify the requirements of the prospect", "#b58fd6", 20, 0, 2},
		{15, "Qualified prospect", "The potential buyer has expressed his interest in the salesperson's goods or services", "#d28cc8", 50, 0, 3},
		{16, "Proposal", "The potential buyer has received a written offering from the salesperson", "#ffb45e", 75, 0, 4},
		{17, "Negotiations", "The potential buyer has already discussed your offering in details", "#ffd267", 90, 0, 5},
		{18, "Closure/Transaction", "A deal. The opportunity is closed successfully", "#6bbd72", 100, 1, 6},
		{19, "Unsuccessfully closed", "A failure. The opportunity is closed due to the lack of perspective", "#f2a9be", 0, 2, 7},
	}
}

const (
	textField     = 0
	areaField     = 1
	selectField   = 2
	checkField    = 3
	dateField     = 5
	regionOptions = `["Nordics","DACH","Iberia","Asia / Pacific"]`
)

// newFields are the custom fields of opportunities. There is one heading only:
// every heading shows up on every opportunity.
func newFields() []*field {
	return []*field{
		{id: 71, kind: headingField, position: 0, label: "Delivery"},
		{id: 72, kind: textField, position: 1, label: "Purchase order", mask: `{"size":40}`},
		{id: 73, kind: areaField, position: 2, label: "Scope", mask: `{"rows":2,"cols":40}`},
		{id: 74, kind: selectField, position: 3, label: "Region", mask: regionOptions},
		{id: 75, kind: checkField, position: 4, label: "NDA signed"},
		{id: 76, kind: dateField, position: 5, label: "Kick-off"},
		{id: 77, kind: selectField, position: 6, label: "Channel", mask: `["Direct","Partner","Trade fair","Website","Referral"]`},
		{id: 78, kind: textField, position: 7, label: "Job ID", mask: `{"size":20}`},
		{id: 79, kind: checkField, position: 8, label: "Site survey done"},
	}
}

func newContactFields() []*field {
	return []*field{
		{id: 81, kind: textField, position: 1, label: "VAT number", mask: `{"size":40}`, owner: "company"},
		{id: 82, kind: dateField, position: 2, label: "Birthday", owner: "person"},
		{id: 83, kind: selectField, position: 3, label: "Segment", mask: `["Strategic","Growth","Long tail"]`, owner: "contact"},
	}
}

func newContactStatuses() []*dictionaryRow {
	return []*dictionaryRow{
		{id: 51, title: "Cold", color: "#8a98d8", sort: 1},
		{id: 52, title: "Warm", color: "#ffd267", sort: 2},
		{id: 53, title: "Hot", color: "#df7895", sort: 3},
	}
}

func newContactTypes() []*dictionaryRow {
	return []*dictionaryRow{
		{id: 61, title: "Client", sort: 1},
		{id: 62, title: "Supplier", sort: 2},
		{id: 63, title: "Partner", sort: 3},
		{id: 64, title: "Competitor", sort: 4},
	}
}

const icons = "/Products/CRM/App_Themes/default/images/"

func newTaskCategories() []*dictionaryRow {
	list := []*dictionaryRow{
		{title: "Phone call", image: "call"},
		{title: "Opportunity", image: "deal"},
		{title: "Demo", image: "demo"},
		{title: "Email", image: "email"},
		{title: "Fax", image: "fax"},
		{title: "Execution control", image: "follow_up"},
		{title: "Lunch", image: "lunch"},
		{title: "Appointment", image: "meeting"},
		{title: "Note", image: "note"},
		{title: "Delivery", image: "ship"},
		{title: "Social networks", image: "social_networks"},
		{title: "Expression of gratitude", image: "thank_you"},
	}
	for i, item := range list {
		item.id, item.sort = 21+i, i+1
		item.image = icons + "task_category_" + item.image + ".png"
	}
	return list
}

// mailCategory has no row of its own in the portal's dictionary.
const mailCategory = -3

func newHistoryCategories() []*dictionaryRow {
	return []*dictionaryRow{
		{id: 41, title: "Note", image: icons + "event_category_note.png"},
		{id: 42, title: "Email", sort: 1, image: icons + "event_category_email.png"},
		{id: 43, title: "Phone call", sort: 2, image: icons + "event_category_call.png"},
		{id: 44, title: "Appointment", sort: 3, image: icons + "event_category_meeting.png"},
		{id: 45, title: "Site visit", description: "Added by hand, no icon", sort: 4, noImage: true},
	}
}

// opportunityTags start with those that many opportunities bear; nobody uses
// the last three.
var opportunityTags = []string{
	"renewal", "High Priority", "hardware", "pilot", "cold chain", "subscription", "tender", "Q3/2024", "Q1/2026",
	"framework contract", "rush", "éco-label", "partner deal", "needs NDA", "R&D", "Großkunde", "клиент года", "στρατηγικός",
	"重点", "見積中", "عاجل", "דחוף", "🚚 fleet", `"strategic" <EU>`, "trade fair", "on hold", "legal review", "upsell",
	"2023 carry-over", "do not use", "zzz test",
}

const unusedTags = 3

var contactTagTitles = []string{
	"Lead", "Customer", "Supplier", "Staff", "Key account", "Haulage", "Decision maker", "Newsletter", "Speaks French", "VIP", "Former customer",
}
