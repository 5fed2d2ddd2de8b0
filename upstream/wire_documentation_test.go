package upstream

// mike is the employee of the portal's documentation.
var mike = Employee{
	ID:          "00000000-0000-0000-0000-000000000000",
	DisplayName: "Mike Zanyatski",
	Title:       ptr("Manager"),
	AvatarSmall: ptr("url to small avatar"),
	ProfileURL:  ptr(`\/Products\/People\/Profile.aspx?user=administrator`),
}

var yuan = Currency{
	Title: "Chinese Yuan", Symbol: "¥", Abbreviation: "CNY", CultureName: ptr("CN"), IsConvertable: true,
}

var tadjeddine = ContactBase{
	SmallFotoURL:  ptr("url to foto"),
	MediumFotoURL: ptr("url to foto"),
	DisplayName:   "Tadjeddine Bachir",
	AccessList:    []Employee{mike},
	IsPrivate:     true,
	ShareType:     ShareNone,
	Currency:      &yuan,
	CanEdit:       true,
	CanDelete:     true,
	ID:            1234,
}

// wireDocumentation is the example of the documentation page of
// GET api/2.0/crm/opportunity/{opportunityid}, which spells members in PascalCase.
var wireDocumentation = map[string]wireFile{
	"documentation_opportunity.json": {decode: as[Opportunity], want: Opportunity{
		CreateBy:       &mike,
		Created:        date("2020-12-11T03:36:09.7011881Z"),
		Members:        []ContactBase{tadjeddine},
		Contact:        &tadjeddine,
		Title:          "Hotel catalogue",
		Description:    "description",
		Responsible:    &mike,
		BidType:        FixedBid,
		BidValue:       dec("11"),
		BidCurrency:    &yuan,
		PerPeriodValue: 1,
		Stage: &Stage{
			SuccessProbability: 20,
			StageType:          StageOpen,
			ID:                 1234,
			Title:              "Title",
			Description:        ptr("Description"),
			Color:              ptr("#a7fc00"),
			SortOrder:          ptr(1),
		},
		SuccessProbability: 65,
		ActualCloseDate:    date("2020-12-11T03:36:09.7011881Z"),
		ExpectedCloseDate:  date("2020-12-11T03:36:09.7011881Z"),
		AccessList:         []Employee{mike},
		CanEdit:            true,
		CustomFields: []CustomField{{
			EntityID:   14523423,
			Label:      "Birthdate",
			FieldValue: ptr("2020-12-08T17:37:04.5916406Z"),
			FieldType:  Date,
			Position:   10,
			Mask:       ptr(""),
			ID:         1234,
		}},
		ID: 1234,
	}},
}
