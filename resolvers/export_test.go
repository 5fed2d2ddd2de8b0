package resolvers

import (
	"context"
	"maps"
	"slices"

	"onlyoffice-graphql/upstream"
)

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

// Routes returns the routes that look-ups give as theirs.
func Routes() []string { return slices.Sorted(maps.Keys(reasons)) }

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

// WithFileReads runs something while look-ups of files are made by read, which may
// wait until ctx ends. Nothing else may look files up at that time.
func WithFileReads(read func(ctx context.Context), run func()) {
	well := files.read
	files.read = func(r *execution, seat *upstream.Seat, keys []int) []upstream.Result[[]*upstream.File] {
		read(r.ctx)
		return failed[[]*upstream.File](len(keys), &upstream.Error{Op: "files", Kind: upstream.KindTimeout, Err: r.ctx.Err()})
	}
	defer func() { files.read = well }()
	run()
}
