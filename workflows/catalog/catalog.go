package catalog

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

// Control is a control or a clause.
type Control struct {
	ID    string // "27001:A.5.18", "42001:8.4"
	Title string // in our own words
}

// Standard gives "27001" or "42001".
func (c Control) Standard() string {
	s, _, _ := strings.Cut(c.ID, ":")
	return s
}

// Annex says that it is a control of Annex A and no clause.
func (c Control) Annex() bool { return strings.Contains(c.ID, ":A.") }

//go:embed controls.csv
var controlsCSV string

// read reads the embedded file once.
var read = sync.OnceValue(func() (all []Control) { //nolint:gochecknoglobals // it never changes
	rows, err := csv.NewReader(strings.NewReader(controlsCSV)).ReadAll()
	if err != nil {
		panic("catalog: " + err.Error()) // it is part of this program, and tested
	}
	for _, r := range rows[1:] {
		all = append(all, Control{r[0], r[1]})
	}
	return all
})

// All gives every control and clause: those of 27001 first, clauses before Annex A, in their natural order.
func All() []Control { return append([]Control(nil), read()...) }

// Standards gives the standards of which there are controls.
func Standards() []string { return []string{"27001", "42001"} }

// Find gives a control by its id.
func Find(id string) (Control, bool) {
	for _, c := range read() {
		if c.ID == id {
			return c, true
		}
	}
	return Control{}, false
}
