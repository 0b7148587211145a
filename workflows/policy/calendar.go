package policy

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// DefaultCalendar is the code of the calendar of people who have none.
const DefaultCalendar = "default"

// Calendar is the working week and the days off of a place.
type Calendar struct {
	From, To time.Duration     // of the local day
	Weekend  []time.Weekday    // never nil
	Holidays map[string]string // local date 2006-01-02 -> name
}

// calendars reads calendars.yaml. A calendar takes from "default" what it leaves out, but no holidays.
func (r *reader) calendars(root *yaml.Node) map[string]Calendar {
	out := map[string]Calendar{}
	m := r.mapping(root, "calendars")
	m.need("calendars")
	entries := m.entries("calendars")
	base := Calendar{From: 9 * time.Hour, To: 17 * time.Hour, Weekend: []time.Weekday{time.Saturday, time.Sunday}}
	at := slices.IndexFunc(entries, func(p pair) bool { return p.key == DefaultCalendar })
	if at < 0 && m.has("calendars") {
		r.bad(m.place("calendars"), "people without a calendar have it", "calendar %q is missing", DefaultCalendar)
	}
	if at >= 0 {
		base = r.calendar(entries[at].value, base)
	}
	for _, p := range entries {
		if p.key == DefaultCalendar {
			out[p.key] = base
			continue
		}
		out[p.key] = r.calendar(p.value, base)
	}
	return out
}

func (r *reader) calendar(n *yaml.Node, base Calendar) Calendar {
	m := r.mapping(n, "from", "to", "weekend", "holidays")
	c := Calendar{From: base.From, To: base.To, Weekend: slices.Clone(base.Weekend), Holidays: map[string]string{}}
	if m.has("from") {
		c.From = r.clock(m.place("from"))
	}
	if m.has("to") {
		c.To = r.clock(m.place("to"))
	}
	if c.To <= c.From {
		r.bad(m.place("to"), "", "the day must end after it begins")
	}
	if m.has("weekend") {
		c.Weekend = r.weekdays(m)
	}
	for _, p := range m.entries("holidays") {
		if _, err := time.Parse(time.DateOnly, p.key); err != nil {
			r.bad(p.at, "write it as 2026-12-25", "%q is no date", p.key)
			continue
		}
		c.Holidays[p.key] = r.text(p.value)
	}
	return c
}

func (r *reader) clock(n *yaml.Node) time.Duration {
	text := r.text(n)
	if text == "" {
		return 0
	}
	if text == "24:00" {
		return 24 * time.Hour
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		r.bad(n, "write it as \"09:00\"", "%q is no time of day", text)
		return 0
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

func (r *reader) weekdays(m mapping) []time.Weekday {
	names := []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	out := []time.Weekday{}
	for _, name := range m.choices("weekend", "day", names) {
		out = append(out, time.Weekday(slices.Index(names, name)))
	}
	if len(out) == len(names) {
		m.bad(m.place("weekend"), "", "a week needs at least one working day")
	}
	return out
}
