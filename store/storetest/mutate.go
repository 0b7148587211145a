package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// row is a row of some table, as the driver gives it.
type row struct {
	table   string
	columns []string
	values  []any
}

// all reads a table.
func (d *db) all(table string) []row {
	d.Helper()
	res, err := d.raw.QueryContext(d.ctx, "SELECT * FROM "+table) //nolint:gosec // a table of ours
	d.must(err)
	defer func() { d.must(res.Close()) }()
	columns, err := res.Columns()
	d.must(err)
	var all []row
	for res.Next() {
		r := row{table: table, columns: columns, values: make([]any, len(columns))}
		into := make([]any, len(columns))
		for i := range into {
			into[i] = &r.values[i]
		}
		d.must(res.Scan(into...))
		for i, v := range r.values {
			if b, ok := v.([]byte); ok {
				r.values[i] = bytes.Clone(b)
			}
		}
		all = append(all, r)
	}
	d.must(res.Err())
	return all
}

// recorded reads the rows of a table of which a record speaks: that of an import does not name its links.
func (d *db) recorded(table string) []row {
	d.Helper()
	return slices.DeleteFunc(d.all(table), func(r row) bool { return table == "accounts" && r.column("proof") == "import" })
}

// rows gives the first and the last of them.
func (d *db) rows(table string) []row {
	d.Helper()
	all := d.recorded(table)
	if len(all) > 2 {
		all = []row{all[0], all[len(all)-1]}
	}
	return all
}

// keys is how many columns the primary key of each table has. They stand in front.
func keys(table string) int {
	return map[string]int{
		"log_entries": 1, "log_texts": 1, "log_files": 1, "requests": 1, "ai_systems": 1, "rounds": 2, "votes": 2, "rulings": 2, "advices": 2, "questions": 2, "waits": 7,
		"readers": 3, "policies": 1, "absences": 1, "vendors": 1, "delegations": 1, "policy_in_force": 1, "proposals": 1, "accounts": 1, "log_leaves": 1, "log_nodes": 2, "log_checkpoints": 1,
		"log_keys": 1,
	}[table]
}

// key is the condition that finds the row.
func (r row) key() (string, []any) {
	n := keys(r.table)
	var where []string
	for _, c := range r.columns[:n] {
		where = append(where, c+" = ?")
	}
	return strings.Join(where, " AND "), r.values[:n]
}

// column gives the value of a column.
func (r row) column(name string) any {
	if i := slices.Index(r.columns, name); i >= 0 {
		return r.values[i]
	}
	return nil
}

func (r row) bytes(name string) []byte {
	b, _ := r.column(name).([]byte)
	return b
}

// with gives the row with another value in one column.
func (r row) with(column int, value any) row {
	r.values = slices.Clone(r.values)
	r.values[column] = value
	return r
}

// String names the row by its key.
func (r row) String() string { return fmt.Sprintf("%s %v", r.table, r.values[:keys(r.table)]) }

// set changes one cell and gives the row as it is then; false where the database itself refuses.
func (d *db) set(r row, column int, value any) (row, bool) {
	d.Helper()
	where, key := r.key()
	n, err := d.try("UPDATE "+r.table+" SET "+r.columns[column]+" = ? WHERE "+where, append([]any{value}, key...)...)
	if err != nil {
		return r, false
	}
	if n != 1 {
		d.Fatalf("%s: %d rows changed", r, n)
	}
	return r.with(column, value), true
}

// restore puts a value back.
func (d *db) restore(r row, column int, value any) {
	d.Helper()
	if _, ok := d.set(r, column, value); !ok {
		d.Fatalf("%s.%s: cannot be changed back", r, r.columns[column])
	}
}

// remove takes a row away; false where the database itself refuses.
func (d *db) remove(r row) bool {
	d.Helper()
	where, key := r.key()
	n, err := d.try("DELETE FROM "+r.table+" WHERE "+where, key...)
	return err == nil && n == 1
}

// insert puts a row in; false where the database itself refuses.
func (d *db) insert(r row) bool {
	override := ""
	if r.table == "log_entries" && !d.lite() {
		override = " OVERRIDING SYSTEM VALUE"
	}
	_, err := d.try("INSERT INTO "+r.table+" ("+strings.Join(r.columns, ", ")+")"+override+" VALUES ("+
		strings.TrimSuffix(strings.Repeat("?, ", len(r.columns)), ", ")+")", r.values...)
	return err == nil
}

// mutation is one cell with another value.
type mutation struct {
	row
	column int
	value  any
}

// mutations gives another value for each cell of the first and the last row, but for those of which no record speaks.
func (d *db) mutations(table string) []mutation {
	d.Helper()
	var out []mutation
	for _, r := range d.rows(table) {
		for i, c := range r.columns {
			if silent()[table+"."+c] == "" {
				out = append(out, mutation{r, i, d.other(r.values[i])})
			}
		}
	}
	return out
}

// other gives another value of the same kind.
func (d *db) other(value any) any {
	d.Helper()
	switch v := value.(type) {
	case nil: // of a column that refers to a person, or to a request
		return "P-nadia"
	case int64:
		if d.lite() && (v == 0 || v == 1) {
			return 1 - v // SQLite's booleans
		}
		return v + 1
	case int32:
		return v + 1
	case bool:
		return !v
	case string:
		if strings.HasPrefix(v, "P-") {
			if v == "P-nadia" {
				return "P-marek"
			}
			return "P-nadia"
		}
		return v + "x"
	case []byte:
		if len(v) == 0 {
			return []byte("x")
		}
		flipped := bytes.Clone(v)
		flipped[0] ^= 1
		return flipped
	}
	d.Fatalf("a cell is a %T", value)
	return nil
}

// try changes the cell, verifies, and changes it back. What the database itself refuses counts as found.
func (m mutation) try(d *db) {
	d.Helper()
	now, ok := d.set(m.row, m.column, m.value)
	if !ok {
		return
	}
	if d.verified().OK() {
		d.Errorf("%s.%s: %q instead of %q was not found", m.row, m.columns[m.column], show(m.value), show(m.values[m.column]))
	}
	d.restore(now, m.column, m.values[m.column])
}

// removals takes rows away, one at a time, and puts them back.
func (d *db) removals(table string) {
	d.Helper()
	for _, r := range d.rows(table) {
		if !d.remove(r) {
			d.Errorf("%s: cannot be removed", r)
			continue
		}
		if d.verified().OK() {
			d.Errorf("the lack of %s was not found", r)
		}
		if !d.insert(r) {
			d.Fatalf("%s: cannot be put back", r)
		}
	}
}

func show(v any) string {
	s := fmt.Sprint(v)
	if b, ok := v.([]byte); ok {
		s = string(b)
	}
	return s[:min(len(s), 200)]
}

// encode writes a value of ours as JSON.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
