package portal

import (
	"fmt"
	"strings"
	"time"

	"steward/bot/card"
)

// when is a moment as a page shows it: in words of the reader's zone, exact for machines and on hover.
type when struct {
	Text  string
	Title string
	Exact string // RFC 3339
	Tone  card.Tone
}

// clock makes moments for one reader at one time.
type clock struct {
	zone *time.Location
	now  time.Time
}

func (p *Portal) clock(v visit) clock { return clock{zone: v.Person.Zone(), now: p.cfg.Business()} }

// at gives a moment: "Thu 27 Nov 17:00".
func (c clock) at(t time.Time) when {
	if t.IsZero() {
		return when{}
	}
	return when{Text: c.moment(t), Title: c.exact(t), Exact: t.UTC().Format(time.RFC3339)}
}

// exactly gives a moment as evidence needs it, to the second, with the year and the zone: "12 Oct 2026 06:15:24 London
// (05:15:24 UTC)".
func (c clock) exactly(t time.Time) when {
	w := c.at(t)
	if t.IsZero() {
		return w
	}
	const day, second = "2 Jan 2006", "15:04:05"
	here, there := t.In(c.zone), t.UTC()
	if c.zone == time.UTC || c.zone.String() == "UTC" {
		w.Text = there.Format(day + " " + second + " UTC")
		return w
	}
	zone := city(c.zone)
	if zone == "" {
		zone = c.zone.String()
	}
	utc := there.Format(second)
	if here.Day() != there.Day() {
		utc = there.Format(day + " " + second)
	}
	w.Text = here.Format(day+" "+second) + " " + zone + " (" + utc + " UTC)"
	return w
}

// due gives how long there is: "in 2 days", "3 hours late".
func (c clock) due(t time.Time) when {
	if t.IsZero() {
		return when{}
	}
	w := c.at(t)
	w.Title = "Due " + w.Title
	left := t.Sub(c.now)
	switch {
	case left < 0:
		w.Text, w.Tone = span(-left)+" late", card.ToneBad
	case left < 24*time.Hour:
		w.Text, w.Tone = "in "+span(left), card.ToneWarn
	default:
		w.Text = "in " + span(left)
	}
	return w
}

func (c clock) moment(t time.Time) string {
	t = t.In(c.zone)
	if t.Year() != c.now.In(c.zone).Year() {
		return t.Format("Mon 2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// day gives a stored date (2006-01-02) as a day: "Thu 27 Nov"; what is none stays as it is.
func (c clock) day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	switch {
	case err != nil:
		return date
	case t.Year() != c.now.In(c.zone).Year():
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// today says whether a moment is on the reader's present day.
func (c clock) today(t time.Time) bool {
	return t.In(c.zone).Format(time.DateOnly) == c.now.In(c.zone).Format(time.DateOnly)
}

func (c clock) exact(t time.Time) string {
	return t.In(c.zone).Format("Monday 2 January 2006 15:04:05 ") + spaced(c.zone.String())
}

// spaced writes the name of a zone with spaces.
func spaced(zone string) string { return strings.ReplaceAll(zone, "_", " ") }

// span gives a duration in words, by its largest unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
