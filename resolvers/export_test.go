package resolvers

// Rows returns the types and fields of the table, as "Type.field".
func Rows() []string {
	var names []string
	for of, rows := range table {
		for field := range rows {
			names = append(names, of+"."+field)
		}
	}
	return names
}

// WithoutRow runs something while the table lacks a row. Nothing else may use the
// table at that time.
func WithoutRow(of, field string, run func()) {
	row := table[of][field]
	delete(table[of], field)
	defer func() { table[of][field] = row }()
	run()
}

// IsCostly reports whether a field needs look-ups by the table.
func IsCostly(of, field string) bool {
	row := table[of][field]
	return row != nil && row.cost() != nil
}
