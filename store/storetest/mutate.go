package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// sample is how many rows of each table are tampered with, spread over it, beside the last.
const sample = 1

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

// rows reads a sample of a table.
func (d *db) rows(table string) []row {
	d.Helper()
	all := d.all(table)
	var some []row
	for i := range all {
		if len(all) <= sample || i%(len(all)/sample) == 0 || i == len(all)-1 {
			some = append(some, all[i])
		}
	}
	return some
}

// key is the condition that finds the row. The primary keys of these tables stand in front, as far as they go.
func (r row) key() (string, []any) {
	n := map[string]int{
		"log_entries": 1, "log_texts": 1, "requests": 1, "rounds": 2, "votes": 2, "rulings": 2, "advices": 2, "questions": 2, "waits": 7,
		"readers": 3, "policies": 1, "policy_in_force": 1, "proposals": 1, "log_leaves": 1, "log_nodes": 2, "log_checkpoints": 1, "log_keys": 1,
	}[r.table]
	var where []string
	for _, c := range r.columns[:n] {
		where = append(where, c+" = ?")
	}
	return strings.Join(where, " AND "), r.values[:n]
}

// mutation is one cell with another value.
type mutation struct {
	row
	column int
	value  any
}

// blind are columns that say nothing about what happened: the place in the table, the key of a search.
func blind(table, column string) bool {
	return slices.Contains([]string{"log_entries.id", "requests.search_key", "policies.stored_at", "policy_in_force.one"}, table+"."+column)
}

// mutations gives another value for each cell of a sample of the rows.
func (d *db) mutations(table string) []mutation {
	d.Helper()
	var out []mutation
	for _, r := range d.rows(table) {
		for i, c := range r.columns {
			if blind(table, c) || c == "rank" {
				continue
			}
			var value any
			switch v := r.values[i].(type) {
			case int64:
				value = v + 1
				if !d.lite() || v > 1 {
					break
				}
				value = 1 - v // SQLite's booleans
			case int32:
				value = v + 1
			case bool:
				value = !v
			case string:
				value = v + "x"
				if strings.HasPrefix(v, "P-") {
					value = "P-nadia"
					if v == "P-nadia" {
						value = "P-marek"
					}
				}
			case []byte:
				flipped := bytes.Clone(v)
				flipped[0] ^= 1 // of an entry: what else it says has no second witness until it is sealed
				value = flipped
			default:
				d.Fatalf("%s.%s is a %T", table, c, v)
			}
			out = append(out, mutation{r, i, value})
		}
	}
	return out
}

// try changes the cell, verifies, and changes it back. What the database itself refuses counts as found.
func (m mutation) try(d *db) {
	d.Helper()
	where, key := m.key()
	column := m.columns[m.column]
	if _, err := d.try("UPDATE "+m.table+" SET "+column+" = ? WHERE "+where, append([]any{m.value}, key...)...); err != nil {
		return
	}
	if d.verified().OK() {
		d.Errorf("%s.%s of %v: %q instead of %q was not found", m.table, column, key, show(m.value), show(m.values[m.column]))
	}
	changed := slices.Clone(key)
	if m.column < len(key) {
		changed[m.column] = m.value
	}
	if n := d.exec("UPDATE "+m.table+" SET "+column+" = ? WHERE "+where, append([]any{m.values[m.column]}, changed...)...); n != 1 {
		d.Fatalf("%s.%s: %d rows changed back", m.table, column, n)
	}
}

// removals takes rows away, one at a time, and puts them back.
func (d *db) removals(table string) {
	d.Helper()
	for _, r := range d.rows(table) {
		where, key := r.key()
		if _, err := d.try("DELETE FROM "+table+" WHERE "+where, key...); err != nil {
			d.Errorf("%s: %v", table, err)
			continue
		}
		if d.verified().OK() {
			d.Errorf("%s: the lack of %v was not found", table, key)
		}
		columns, values := r.columns, r.values
		override := ""
		if table == "log_entries" && !d.lite() {
			override = " OVERRIDING SYSTEM VALUE"
		}
		d.exec("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+")"+override+" VALUES ("+
			strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")+")", values...)
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
