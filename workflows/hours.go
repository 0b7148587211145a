package workflows

import "time"

// Hours are the working hours of one person: their zone, their day and the days off of their calendar. Durations of
// deadlines count in them.
type Hours struct {
	Zone     *time.Location
	From, To time.Duration     // of the local day, e.g. 9h and 17h; the zero value means 9h to 17h
	Weekend  []time.Weekday    // days off in each week; nil means Saturday and Sunday
	Holidays map[string]string // local date 2006-01-02 -> name
}

// maxDays bounds every search: a calendar without any working day in it is a mistake, and the search then gives up.
const maxDays = 800

func (h Hours) zone() *time.Location {
	if h.Zone == nil {
		return time.UTC
	}
	return h.Zone
}

func (h Hours) span() (time.Duration, time.Duration) {
	if h.To <= h.From {
		return 9 * time.Hour, 17 * time.Hour
	}
	return h.From, h.To
}

// WorkingDay says whether the local date of t is a working day.
func (h Hours) WorkingDay(t time.Time) bool {
	t = t.In(h.zone())
	if _, off := h.Holidays[t.Format(time.DateOnly)]; off {
		return false
	}
	weekend := h.Weekend
	if weekend == nil {
		weekend = []time.Weekday{time.Saturday, time.Sunday}
	}
	for _, d := range weekend {
		if d == t.Weekday() {
			return false
		}
	}
	return true
}

// day gives the working span of the local day of t, as instants.
func (h Hours) day(t time.Time) (start, end time.Time) {
	t = t.In(h.zone())
	from, to := h.span()
	at := func(d time.Duration) time.Time { return wall(t, 0, d) }
	return at(from), at(to)
}

// Start gives the start of the working hours on the local day of t, whether it is a working day or not.
func (h Hours) Start(t time.Time) time.Time {
	start, _ := h.day(t)
	return start
}

// nextDay gives the first instant of the local day after t.
func (h Hours) nextDay(t time.Time) time.Time { return wall(t.In(h.zone()), 1, 0) }

// Midnight gives the first instant of the local day of t.
func (h Hours) Midnight(t time.Time) time.Time { return wall(t.In(h.zone()), 0, 0) }

// wall gives the instant at which the clocks in t's zone show d after midnight, so many days after the local day of t. A
// time that the clocks skip becomes the first instant after the gap; one they show twice becomes the first of the two.
// (time.Date promises neither: asked for midnight in Santiago on the night the clocks go forward, it answers 23:00 of the
// day before, and a loop over days would never leave that day.)
func wall(t time.Time, days int, d time.Duration) time.Time {
	want := time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, time.UTC).Add(d)
	got := time.Date(want.Year(), want.Month(), want.Day(), want.Hour(), want.Minute(), want.Second(), 0, t.Location())
	shown := func(x time.Time) time.Time {
		_, offset := x.Zone()
		return x.UTC().Add(time.Duration(offset) * time.Second)
	}
	start, end := got.ZoneBounds()
	switch off := shown(got).Sub(want); {
	case off < 0:
		return end
	case off > 0:
		return start
	}
	if !start.IsZero() {
		_, before := start.Add(-time.Nanosecond).Zone()
		_, now := got.Zone()
		if first := got.Add(-time.Duration(before-now) * time.Second); before > now && first.Before(start) {
			return first
		}
	}
	return got
}

// Working says whether t lies inside working hours.
func (h Hours) Working(t time.Time) bool {
	start, end := h.day(t)
	return h.WorkingDay(t) && !t.Before(start) && t.Before(end)
}

// Next gives the first working instant at or after t.
func (h Hours) Next(t time.Time) time.Time {
	for range maxDays {
		start, end := h.day(t)
		if h.WorkingDay(t) && t.Before(end) {
			if t.Before(start) {
				return start
			}
			return t
		}
		t = h.nextDay(t)
	}
	return t
}

// Add gives the instant at which d of working time has passed since t. Add(t, 8h) is the same hour of the next working day
// for a day of eight hours.
func (h Hours) Add(t time.Time, d time.Duration) time.Time {
	t = h.Next(t)
	for range maxDays {
		_, end := h.day(t)
		left := end.Sub(t)
		if d <= left {
			return t.Add(d)
		}
		d -= left
		t = h.Next(h.nextDay(t))
	}
	return t
}

// Between gives the working time from a to b; zero where b is not after a.
func (h Hours) Between(a, b time.Time) time.Duration {
	var sum time.Duration
	for t := h.Next(a); t.Before(b); t = h.Next(h.nextDay(t)) {
		_, end := h.day(t)
		if end.After(b) {
			end = b
		}
		sum += end.Sub(t)
	}
	return sum
}

// Morning gives the start of the first working day after the local day of t, n working days on (n >= 1): the moment of the
// daily message.
func (h Hours) Morning(t time.Time, n int) time.Time {
	for range max(n, 1) {
		t = h.Next(h.nextDay(t))
	}
	return t
}
