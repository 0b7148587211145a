package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Part is what a new pack changes in one place that people know: the organisation, the calendars, a kind of request.
type Part struct {
	Title string
	Items []Item
}

// How says what became of something.
type How string

// What becomes of things between two packs.
const (
	Added   How = "new"
	Removed How = "gone"
	Changed How = "changed"
)

// Item is one thing that is new, gone or changed: a question, a rule, a stage, a role.
type Item struct {
	How     How
	Name    string   // `Rule D02`
	Details []Detail // of a new or removed one all that it says, of a changed one what differs
}

// Detail is one detail of an item. Before is empty for what is new, After for what is gone.
type Detail struct{ Label, Before, After string }

// Compare says what a new pack changes, in words that a person can check before it is activated. It has nothing to say where
// the packs are the same, byte for byte. What it does not read (comments, order, the examples) stands in [CompareFiles].
func Compare(from, to *Pack) []Part {
	if from.Hash == to.Hash {
		return nil
	}
	parts := []Part{
		{Title: "Organisation", Items: compareThings(organisationThings(from), organisationThings(to))},
		{Title: "Calendars", Items: compareThings(calendarThings(from), calendarThings(to))},
	}
	for _, f := range to.flows {
		before := []thing(nil)
		if old, ok := from.Flow(f.Key); ok {
			before = flowThings(old)
		}
		parts = append(parts, Part{Title: flowTitle(f), Items: compareThings(before, flowThings(f))})
	}
	for _, f := range from.flows {
		if _, ok := to.Flow(f.Key); !ok {
			items := compareThings(flowThings(f), nil)
			parts = append(parts, Part{Title: flowTitle(f), Items: items})
		}
	}
	parts = slices.DeleteFunc(parts, func(p Part) bool { return len(p.Items) == 0 })
	if len(parts) == 0 {
		parts = []Part{{Title: "Files", Items: []Item{{How: Changed, Name: "Only comments, order, examples or the way of writing"}}}}
	}
	return parts
}

func flowTitle(f *Flow) string { return fmt.Sprintf("%s (%s)", f.Title, f.Key) }

// Diff is [Compare] as plain lines, for a terminal and for whoever reads no page.
func Diff(from, to *Pack) []string {
	var out []string
	for _, p := range Compare(from, to) {
		out = append(out, p.Title)
		for _, it := range p.Items {
			out = append(out, it.lines()...)
		}
	}
	return out
}

// Sign is the sign of a change in plain text.
func (h How) Sign() string {
	switch h {
	case Added:
		return "+"
	case Removed:
		return "-"
	case Changed:
	}
	return "~"
}

func (it Item) lines() []string {
	out := []string{fmt.Sprintf("  %s %s: %s", it.How.Sign(), it.Name, it.How)}
	for _, l := range it.Details {
		switch it.How {
		case Added:
			out = append(out, fmt.Sprintf("      %s: %s", l.Label, l.After))
		case Removed:
			out = append(out, fmt.Sprintf("      %s: %s", l.Label, l.Before))
		case Changed:
			out = append(out, fmt.Sprintf("      %s: %s -> %s", l.Label, orNone(l.Before), orNone(l.After)))
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// thing is one thing of a pack as people read it: a key that is unique in its part, a name, and what it says.
type thing struct {
	key, name string
	says      []saying
}

// saying is one thing said. A value that is empty is not said.
type saying struct{ label, value string }

// compareThings lists what differs, in the order of what is there now, and what is gone after that.
func compareThings(from, to []thing) []Item {
	before := make(map[string]thing, len(from))
	for _, t := range from {
		before[t.key] = t
	}
	var out []Item
	now := map[string]bool{}
	for _, t := range to {
		now[t.key] = true
		old, was := before[t.key]
		if !was {
			out = append(out, Item{How: Added, Name: t.name, Details: compareDetails(nil, t.says)})
			continue
		}
		if lines := compareDetails(old.says, t.says); len(lines) > 0 {
			out = append(out, Item{How: Changed, Name: t.name, Details: lines})
		}
	}
	for _, t := range from {
		if !now[t.key] {
			out = append(out, Item{How: Removed, Name: t.name, Details: compareDetails(t.says, nil)})
		}
	}
	return out
}

func compareDetails(from, to []saying) []Detail {
	var out []Detail
	find := func(list []saying, label string) string {
		for _, d := range list {
			if d.label == label {
				return d.value
			}
		}
		return ""
	}
	for _, d := range to {
		if old := find(from, d.label); old != d.value && (!strings.HasPrefix(d.label, orderOf) || !sameOrder(old, d.value)) {
			out = append(out, Detail{Label: d.label, Before: old, After: d.value})
		}
	}
	for _, d := range from {
		if d.value != "" && !slices.ContainsFunc(to, func(n saying) bool { return n.label == d.label }) {
			out = append(out, Detail{Label: d.label, Before: d.value})
		}
	}
	return out
}

// orderOf begins the label of a detail that is the order of things which are listed by themselves.
const orderOf = "order of "

// sameOrder says whether what two lists have in common stands in the same order: what is new or gone is said elsewhere.
func sameOrder(a, b string) bool {
	common := func(of, in string) []string {
		other := strings.Split(in, ", ")
		return slices.DeleteFunc(strings.Split(of, ", "), func(s string) bool { return !slices.Contains(other, s) })
	}
	return slices.Equal(common(a, b), common(b, a))
}

// The values of details.

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// only says yes and is silent otherwise.
func only(yes bool) string {
	if yes {
		return "yes"
	}
	return ""
}

// num is silent about zero.
func num[T int | int64](n T) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func list[T ~string](items []T) string {
	out := make([]string, len(items))
	for i, s := range items {
		out[i] = string(s)
	}
	return strings.Join(out, ", ")
}

// named gives a name with the key in brackets.
func named(label, key string) string {
	if label == "" || label == key {
		return key
	}
	return fmt.Sprintf("%s (%s)", label, key)
}
