package simulation_test

import (
	"slices"
	"testing"
	"time"

	"steward/workflows/policy"
)

// diary is the oracle's own reading of a calendar in a zone: every working span of the simulated years, found by looking at
// the clock on the wall every quarter of an hour. It shares no line with workflows.Hours, which it judges.
type diary struct {
	zone  *time.Location
	spans []span         // ordered
	day   map[string]int // local date -> index of its span; dates off are not in it
}

// span is a stretch of time, its end excluded.
type span struct{ from, to time.Time }

// newDiary reads a calendar from a day before first until after last. Zones and working hours begin at quarters of an hour.
func newDiary(c policy.Calendar, zone *time.Location, first, last time.Time) *diary {
	d := &diary{zone: zone, day: map[string]int{}}
	begins, ends := map[string]time.Time{}, map[string]time.Time{}
	var dates []string
	for t := first.Add(-48 * time.Hour).Truncate(15 * time.Minute); t.Before(last); t = t.Add(15 * time.Minute) {
		local := t.In(zone)
		date := local.Format(time.DateOnly)
		wall := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
		if _, holiday := c.Holidays[date]; holiday || slices.Contains(c.Weekend, local.Weekday()) {
			continue
		}
		if _, seen := begins[date]; !seen && wall >= c.From {
			begins[date] = t
			dates = append(dates, date)
		}
		if _, seen := ends[date]; !seen && wall >= c.To {
			ends[date] = t
		}
	}
	for _, date := range dates {
		if end, ok := ends[date]; ok {
			d.day[date] = len(d.spans)
			d.spans = append(d.spans, span{begins[date], end})
		}
	}
	return d
}

func (d *diary) date(t time.Time) string { return t.In(d.zone).Format(time.DateOnly) }

// from gives the index of the first span that ends after t.
func (d *diary) from(t time.Time) int {
	i, _ := slices.BinarySearchFunc(d.spans, t, func(s span, t time.Time) int {
		if s.to.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// working says whether somebody with this diary is at work.
func (d *diary) working(t time.Time) bool { return d.next(t).Equal(t) }

// next gives the first working moment at or after t.
func (d *diary) next(t time.Time) time.Time {
	if s := d.spans[d.from(t)]; s.from.After(t) {
		return s.from
	}
	return t
}

// after gives the moment at which so much working time has passed since t, not counting the pauses.
func (d *diary) after(t time.Time, left time.Duration, pauses []span) time.Time {
	for i := d.from(t); ; i++ {
		at := d.spans[i].from
		if at.Before(t) {
			at = t
		}
		for _, p := range append(slices.Clone(pauses), span{from: d.spans[i].to}) {
			stop := p.from
			if stop.After(d.spans[i].to) {
				stop = d.spans[i].to
			}
			if stop.After(at) {
				worked := stop.Sub(at)
				if worked >= left {
					return at.Add(left)
				}
				left -= worked
			}
			if p.to.After(at) {
				at = p.to
			}
		}
	}
}

// morning gives the start of the n-th working day after the local day of t.
func (d *diary) morning(t time.Time, n int) time.Time {
	today := d.date(t)
	for i := d.from(t.Add(-48 * time.Hour)); ; i++ {
		if d.date(d.spans[i].from) > today {
			return d.spans[i+n-1].from
		}
	}
}

// start gives the start of work on the local day of t, a working day.
func (d *diary) start(t time.Time) time.Time { return d.spans[d.day[d.date(t)]].from }

// TestDiary holds the oracle's calendar against days that were worked out by hand.
func TestDiary(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	at := func(s string) time.Time {
		got, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first, last := at("2026-01-05T00:00:00Z"), at("2027-01-05T00:00:00Z")
	office := policy.Calendar{From: 9 * time.Hour, To: 17 * time.Hour, Weekend: []time.Weekday{time.Saturday, time.Sunday}}
	night := policy.Calendar{From: time.Hour, To: 9 * time.Hour, Weekend: []time.Weekday{time.Friday}}
	madrid, howe := newDiary(office, zone("Europe/Madrid"), first, last), newDiary(night, zone("Australia/Lord_Howe"), first, last)
	for _, c := range []struct {
		what string
		got  time.Time
		want string
	}{
		{"eight hours from Friday at three", madrid.after(at("2026-03-27T14:00:00Z"), 8*time.Hour, nil), "2026-03-30T13:00:00Z"},
		{"with a pause over the change of the clocks", madrid.after(at("2026-03-27T14:00:00Z"), 8*time.Hour,
			[]span{{at("2026-03-27T15:00:00Z"), at("2026-03-30T08:00:00Z")}}), "2026-03-30T15:00:00Z"},
		{"all of a day", madrid.after(at("2026-06-01T07:00:00Z"), 8*time.Hour, nil), "2026-06-01T15:00:00Z"},
		{"the next working moment on a Saturday", madrid.next(at("2026-03-28T10:00:00Z")), "2026-03-30T07:00:00Z"},
		{"the third morning after a Thursday", madrid.morning(at("2026-06-04T10:00:00Z"), 3), "2026-06-09T07:00:00Z"},
		{"a night in which the clocks go back by half an hour", howe.after(at("2026-04-04T14:00:00Z"), 8*time.Hour+30*time.Minute, nil), "2026-04-04T22:30:00Z"},
		{"a night in which they go forward by half an hour", howe.after(at("2026-10-03T14:30:00Z"), 7*time.Hour+30*time.Minute, nil), "2026-10-03T22:00:00Z"},
	} {
		if !c.got.Equal(at(c.want)) {
			t.Errorf("%s: %s, want %s", c.what, c.got.UTC().Format(time.RFC3339), c.want)
		}
	}
}
