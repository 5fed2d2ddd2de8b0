package demo

// addAnchors adds the opportunities that documentation and tests speak of.
func (b *builder) addAnchors() map[int]*opportunity {
	anna, mark, bjorn := b.employee(demoUser), b.employee("mark.oconnell"), b.employee("bjorn.ostlund")
	lost := b.employee(lostUser)
	known := b.byContactID
	anchors := []*opportunity{
		{
			id: 3101, title: "Fleet telematics rollout", description: "Two-wave rollout of 340 units; renewal option after 24 months.",
			createBy: mark, responsible: anna, created: at("2024-04-08 09:12:33"),
			contact: known[1001], members: []*contact{known[2001], known[2002]},
			bidType: 4, bid: "1234567.890000000", currency: currencyOf("EUR"), periods: 24,
			stage: b.stage(15), probability: 55, actualClose: at("2024-08-21 14:30:00"), expected: at("2024-09-30"),
			private: true, access: []*employee{anna, bjorn},
			fields: []fieldValue{
				{field: b.field(72), value: "PO-2024/0117"},
				{field: b.field(73), value: "340 units in two waves.\nWave 1: Gothenburg.\nWave 2: Malmö."},
				{field: b.field(74), value: "Nordics"},
				{field: b.field(75), value: "true"},
				{field: b.field(76), value: "09/02/2024"},
			},
			tags: []string{"renewal", "Q3/2024", `"strategic" <EU>`},
		},
		{
			id: 3102, title: "Warehouse scanners, phase 2", createBy: mark, responsible: mark, created: at("2024-05-02 13:45:09"),
			contact: known[2003], members: []*contact{known[2003]}, bid: "48500.000000000", currency: currencyOf("USD"),
			stage: b.stage(11), probability: 1, expected: at("2024-07-15"), tags: []string{"hardware"},
		},
		{
			id: 3103, title: "Untitled lead", createBy: bjorn, responsible: bjorn, created: at("2024-05-28 06:59:59"), stage: b.stage(11),
		},
		{
			id: 3104, title: "Board portal licences", description: "Restricted: due diligence in progress.",
			createBy: anna, responsible: mark, created: at("2024-06-03 11:00:00"),
			contact: known[1002], members: []*contact{known[1002]},
			bidType: 5, bid: "96000.500000000", currency: currencyOf("GBP"), periods: 1,
			stage: b.stage(17), probability: 90, expected: at("2024-12-20"), private: true, access: []*employee{mark, anna, lost},
		},
		{
			id: 3105, title: "Driver app, per-day pilot", createBy: mark, responsible: mark, created: at("2024-06-17 10:22:00"),
			contact: known[2001], members: []*contact{known[2001]}, bidType: 2, bid: "120.500000000", currency: currencyOf("EUR"),
			periods: 30, stage: b.stage(14), probability: 20, expected: at("2024-10-01"), tags: []string{"pilot"},
		},
		{
			id: 3106, title: "Cold-chain sensors", createBy: anna, responsible: anna, created: at("2024-07-03 07:41:26"),
			contact: known[1001], members: []*contact{known[2001]}, bidType: 1, bid: "0.250000000", currency: currencyOf("USD"),
			periods: 1200, stage: b.stage(13), probability: 3, expected: at("2024-11-15"), tags: []string{"cold chain"},
		},
		{
			id: 3107, title: "Data export add-on", createBy: anna, responsible: anna, created: at("2024-07-29 16:55:10"),
			contact: known[1001], bidType: 5, bid: "4800000.000000000", currency: currencyOf("JPY"), periods: 3,
			stage: b.stage(16), probability: 75, expected: at("2025-01-31"),
		},
		{
			// One above what a double can count, which only a decimal survives.
			id: 3108, title: "Toll road concession (2^53 + 1)", createBy: anna, responsible: anna, created: at("2024-07-30 08:00:00"),
			bid: "9007199254740993.000000000", currency: currencyOf("IDR"), stage: b.stage(12), probability: 2,
		},
		{
			id: 3190, title: "Quote \"Q3\" \\ C:\\temp / path <b>bold</b> & 'single' \u2028line\u2029para",
			description: "\x00\x01\b\t\n\v\f\r\x1f\x7f\u0085\u00a0|emoji \U0001F69A\U0001F468\u200d\U0001F4BC|combining e\u0301|rtl \u202eabc\u202c|" +
				"bom \ufeff|nonchar \ufffe\uffff|lone high \xed\xa0\xbd end|lone low \xed\xba\x9a end|</script>]]>&amp;",
			createBy: bjorn, responsible: mark, created: at("2024-05-02 13:45:09"), bid: "10.000000000", currency: currencyOf("EUR"),
			stage: b.stage(11), probability: 1,
		},
		{
			id: 3191, title: `Quote "Q3" \ C:\temp / path <b>bold</b> & 'single'`,
			description: "line one\nline two\r\nline three\ttabbed|emoji \U0001F69A|nbsp \u00a0|sep \u2028\u2029|]]>&amp;</script>",
			createBy:    bjorn, responsible: mark, created: at("2024-05-02 13:45:09"), bid: "10.000000000", currency: currencyOf("EUR"),
			stage: b.stage(11), probability: 1,
		},
	}
	byID := map[int]*opportunity{}
	for _, o := range anchors {
		byID[o.id] = o
	}
	return byID
}
