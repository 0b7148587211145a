package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/store"
	"steward/workflows"
)

// tampering is one change that somebody makes behind the store's back.
type tampering struct {
	what string
	rows []row // that it touches, before and after
	undo func()
	// nameless says that no record can be named: a row has another key, is one too many, or cannot be read.
	nameless bool
}

// tamperer makes single changes at random.
type tamperer struct {
	*db
	*rand.Rand
	rows map[string][]row
}

// figure reads a number from the environment, such as how many random changes are tried.
func figure(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func propertyChecks() []check {
	return []check{
		{"any single change is found, and what is named first is the thing that was changed", func(d *db) {
			d.sealedStory()
			tables := append(sealTables(), evidence()...)
			seed := uint64(figure("STEWARD_TEST_SEED", int(time.Now().UnixNano()%1_000_000)))        //nolint:gosec // not negative
			w := &tamperer{db: d, Rand: rand.New(rand.NewPCG(seed, seed)), rows: map[string][]row{}} //nolint:gosec // to be repeated
			for _, table := range tables {
				d.disarm(table)
				w.rows[table] = d.recorded(table)
			}
			tries, made := max(figure("RAPID_CHECKS", 300)/4, 50), map[string]int{}
			for i := range tries {
				t, ok := w.tamper(tables[i%len(tables)])
				if !ok {
					continue // the database itself refuses
				}
				report := d.verified()
				if report.OK() {
					d.Errorf("seed %d, change %d: %s was not found", seed, i, t.what)
				} else if !slices.ContainsFunc(t.rows, func(r row) bool { return w.named(t, r, report.Problems[0]) }) {
					d.Errorf("seed %d, change %d: for %s it reads first %q", seed, i, t.what, report.Problems[0])
				}
				t.undo()
				made[t.rows[0].table]++
			}
			d.clean()
			for _, table := range tables {
				if made[table] == 0 {
					d.Errorf("seed %d: no change of %s went through", seed, table)
				}
			}
		}},
	}
}

// tamper makes one change; false where the database refuses it, or where no record would speak of it.
func (w *tamperer) tamper(table string) (tampering, bool) {
	w.Helper()
	rows := w.rows[table]
	r := rows[w.IntN(len(rows))]
	for range 20 {
		var t tampering
		var ok bool
		switch w.IntN(6) {
		case 0:
			t, ok = w.removed(r)
		case 1:
			t, ok = w.added(r)
		case 2:
			t, ok = w.swapped(r, rows[w.IntN(len(rows))])
		default:
			t, ok = w.changed(r)
		}
		if ok {
			return t, true
		}
	}
	return tampering{}, false
}

func (w *tamperer) removed(r row) (tampering, bool) {
	if !w.remove(r) {
		return tampering{}, false
	}
	return tampering{what: "the lack of " + r.String(), rows: []row{r}, undo: func() {
		if !w.insert(r) {
			w.Fatalf("%s: cannot be put back", r)
		}
	}}, true
}

// added puts a copy of a row in, with another key.
func (w *tamperer) added(r row) (tampering, bool) {
	again := r
	for i := range r.columns {
		c := r.columns[i]
		if i < keys(r.table) && c != "request" && c != "about_kind" && c != "about_id" || r.table == "accounts" && c == "user_id" ||
			r.table == "log_leaves" && c == "entry" || r.table == "log_entries" && c == "n" {
			again = again.with(i, w.far(r.values[i]))
		}
	}
	if !w.insert(again) {
		return tampering{}, false
	}
	return tampering{what: "one more, " + again.String(), rows: []row{r, again}, nameless: true, undo: func() {
		if !w.remove(again) {
			w.Fatalf("%s: cannot be removed", again)
		}
	}}, true
}

// swapped exchanges one cell of two rows.
func (w *tamperer) swapped(a, b row) (tampering, bool) {
	i := w.column(a)
	if reflect.DeepEqual(a.values[i], b.values[i]) || reflect.DeepEqual(a.with(i, nil).values, b.with(i, nil).values) {
		return tampering{}, false // the same rows come of it
	}
	one, ok := w.set(a, i, w.far(a.values[i])) // where two may not have the same
	if !ok {
		return tampering{}, false
	}
	two, ok := w.set(b, i, a.values[i])
	if !ok {
		w.restore(one, i, a.values[i])
		return tampering{}, false
	}
	three, ok := w.set(one, i, b.values[i])
	if !ok {
		w.restore(two, i, b.values[i])
		w.restore(one, i, a.values[i])
		return tampering{}, false
	}
	return tampering{what: fmt.Sprintf("%s of %s and %s, exchanged,", a.columns[i], a, b), rows: []row{a, b, two, three}, nameless: i < keys(a.table), undo: func() {
		three, _ := w.set(three, i, w.far(a.values[i]))
		w.restore(two, i, b.values[i])
		w.restore(three, i, a.values[i])
	}}, true
}

// column chooses a column of which a record speaks.
func (w *tamperer) column(r row) int {
	for {
		if i := w.IntN(len(r.columns)); silent()[r.table+"."+r.columns[i]] == "" {
			return i
		}
	}
}

// changed puts another value in one cell, or in one field of a cell that holds JSON, with the columns that repeat it.
func (w *tamperer) changed(r row) (tampering, bool) {
	i := w.column(r)
	value, field := w.value(r, i)
	if reflect.DeepEqual(value, r.values[i]) {
		return tampering{}, false
	}
	steps := []int{i}
	now, ok := w.set(r, i, value)
	if !ok {
		return tampering{}, false
	}
	if repeats := slices.Index(r.columns, field); repeats >= 0 && r.columns[i] == "head" {
		if after, ok := w.set(now, repeats, repeated(value.(string), field)); ok {
			now, steps = after, append(steps, repeats)
		}
	}
	what := fmt.Sprintf("%q instead of %q in %s.%s %s", show(value), show(r.values[i]), r, r.columns[i], field)
	return tampering{what: what, rows: []row{r, now}, nameless: i < keys(r.table) || unreadable(r.values[i], value), undo: func() {
		for _, i := range steps {
			w.restore(now, i, r.values[i])
			now = now.with(i, r.values[i])
		}
	}}, true
}

// unreadable says whether a cell cannot be read any more: what was JSON is none, or what was a boolean of SQLite is neither.
func unreadable(was, is any) bool {
	switch was := was.(type) {
	case string:
		return json.Valid([]byte(was)) && !json.Valid([]byte(is.(string)))
	case int64:
		return (was == 0 || was == 1) && is.(int64) > 1
	}
	return false
}

// repeated is what a column holds that repeats a field of the head.
func repeated(head, field string) any {
	var fields map[string]any
	dec := json.NewDecoder(strings.NewReader(head))
	dec.UseNumber()
	if err := dec.Decode(&fields); err != nil {
		return nil
	}
	switch v := fields[field].(type) {
	case json.Number:
		n, _ := v.Int64()
		return n
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.UnixMilli()
		}
		return v
	}
	return nil
}

// value gives another value for a cell, and which field of it is another, where it holds JSON.
func (w *tamperer) value(r row, column int) (any, string) {
	v := r.values[column]
	if text, ok := v.(string); ok && len(text) > 2 && strings.ContainsAny(text[:1], "[{") {
		return w.json(r.table+"."+r.columns[column], text)
	}
	if w.IntN(2) == 0 {
		return w.far(v), ""
	}
	if b, ok := v.([]byte); ok && len(b) > 0 {
		b = bytes.Clone(b)
		b[w.IntN(len(b))] ^= 1 << w.IntN(8)
		return b, ""
	}
	return w.other(v), ""
}

// far gives a value that no other row has.
func (w *tamperer) far(value any) any {
	switch v := value.(type) {
	case int64:
		return v + 1_000_000
	case int32:
		return v + 1_000_000
	case []byte:
		b := bytes.Clone(v)
		for i := range b {
			b[i] ^= 0x55
		}
		return b
	}
	return w.other(value)
}

// json changes one value somewhere in a text of JSON, and gives the field of the outermost object in which it is.
func (w *tamperer) json(column, text string) (string, string) {
	for {
		var tree any
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		w.must(dec.Decode(&tree))
		field := ""
		if fields, ok := tree.(map[string]any); ok {
			names := make([]string, 0, len(fields))
			for name := range fields {
				names = append(names, name)
			}
			slices.Sort(names)
			field = names[w.IntN(len(names))]
			if silent()[column+"/"+field] != "" {
				continue
			}
			changed, ok := w.leaf(fields[field])
			if fields[field] = changed; !ok {
				continue
			}
		} else if tree, ok = w.leaf(tree); !ok {
			continue
		}
		return string(encode(tree)), field
	}
}

// leaf changes one value in a tree; false where there is none that it could change.
func (w *tamperer) leaf(tree any) (any, bool) {
	switch v := tree.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		if len(names) == 0 {
			return v, false
		}
		name := names[w.IntN(len(names))]
		changed, ok := w.leaf(v[name])
		v[name] = changed
		return v, ok
	case []any:
		if len(v) == 0 {
			return v, false
		}
		i := w.IntN(len(v))
		if w.IntN(4) == 0 {
			return slices.Delete(v, i, i+1), true
		}
		changed, ok := w.leaf(v[i])
		v[i] = changed
		return v, ok
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.AddDate(0, 0, 3).Format(time.RFC3339Nano), true
		}
		return w.other(v), true
	case json.Number:
		n, err := v.Int64()
		return n + 1, err == nil
	case bool:
		return !v, true
	}
	return tree, false // null: nothing stands there
}

// named says whether a problem is about what the row is part of.
func (w *tamperer) named(t tampering, r row, p store.Problem) bool {
	text := func(column string) string { return fmt.Sprint(r.column(column)) }
	switch r.table {
	case "log_entries":
		return r.names(p) || w.beside(r, p)
	case "log_texts":
		return r.names(p)
	case "log_files": // a file that is missing is named by its record, and one that is there too much by its key
		return p.About.Kind == workflows.KindSystem && p.N > 0 || p.About == workflows.RecordRef() && strings.Contains(p.Wrong, text("commitment"))
	case "waits", "readers":
		return p.About == workflows.Ref{Kind: workflows.Kind(text("about_kind")), ID: text("about_id")}
	case "requests", "rounds", "questions":
		return p.About == workflows.RequestRef(fmt.Sprint(r.values[0]))
	case "ai_systems":
		return p.About == workflows.SystemRef(text("id"))
	case "votes", "rulings", "advices":
		return p.About == workflows.RequestRef(text("request")) && (p.N > 0 || t.nameless)
	case "accounts":
		return p.About == workflows.AccountRef(text("id"))
	case "absences", "delegations":
		return p.About == workflows.AbsenceRef(text("id"))
	case "vendors":
		return p.About == workflows.VendorRef(text("id"))
	case "proposals":
		return p.About == workflows.ProposalRef(text("id"))
	case "policies", "policy_in_force":
		return p.About.Kind == workflows.KindPolicy
	case "log_leaves":
		return p.About == workflows.RecordRef() || slices.ContainsFunc(w.rows["log_entries"], func(e row) bool {
			return fmt.Sprint(e.column("id")) == text("entry") && e.names(p)
		})
	}
	return p.About == workflows.RecordRef() // the rest of the seal
}

// names says whether a problem is about the very record of the row.
func (r row) names(p store.Problem) bool {
	return fmt.Sprintf("%v/%v %v", r.column("about_kind"), r.column("about_id"), r.column("n")) == fmt.Sprintf("%s %d", p.About, p.N)
}

// beside says whether a problem is what can be said of a record that is gone or too much: of a key whose record is gone nobody
// knows the number, of the last one about a thing the one before it is named, which did not leave the thing so, and of one that
// was put in far behind the others, or came from another thing, the first number that is not there.
func (w *tamperer) beside(r row, p store.Problem) bool {
	about := fmt.Sprintf("%v/%v", r.column("about_kind"), r.column("about_id"))
	if p.About.String() != about {
		return false
	}
	if p.About == workflows.RecordRef() && p.N == 0 {
		return true
	}
	last, own := 0, false
	for _, e := range w.rows["log_entries"] {
		if fmt.Sprintf("%v/%v", e.column("about_kind"), e.column("about_id")) == about {
			last++
			own = own || e.column("n") == r.column("n")
		}
	}
	if own {
		return p.N == last-1 && fmt.Sprint(r.column("n")) == strconv.Itoa(last)
	}
	return p.N == last+1
}
