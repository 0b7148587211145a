package away

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Typed is what somebody typed behind the word "away", as far as it says something.
type Typed struct {
	From, To string // days, 2006-01-02; empty where none was recognised
	Name     string // what is left: the name of whoever stands in
}

// Parse reads days and a name as people type them, in any order that has a name last: "24 Dec to 2 Jan Bob", "1-14 December @bob",
// "2026-12-24 to 2027-01-02", "24.12. - 2.1. Bob", "until Friday", "tomorrow", "mon-fri bob". A day without a year is the next one; one day alone
// is first and last. What it does not understand it leaves empty: the form asks.
func Parse(text string, today time.Time) Typed {
	r := reading{today: time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)}
	for _, m := range tokens().FindAllStringSubmatch(text, -1) {
		r.words = append(r.words, apart(m[0])...)
	}
	r.read()
	out := Typed{Name: strings.Join(r.name, " ")}
	switch {
	case len(r.days) == 0 || len(r.days) > 2:
	case len(r.days) == 2:
		out.From, out.To = r.days[0].Format(time.DateOnly), r.days[1].Format(time.DateOnly)
	case r.until:
		out.From, out.To = r.today.Format(time.DateOnly), r.days[0].Format(time.DateOnly)
	default:
		out.From, out.To = r.days[0].Format(time.DateOnly), r.days[0].Format(time.DateOnly)
	}
	return out
}

// apart takes two days apart that a dash joins: "mon-fri". Names with a dash stay whole.
func apart(word string) []string {
	from, to, dashed := strings.Cut(word, "-")
	if _, ok := weekday(from); !dashed || !ok {
		return []string{word}
	}
	if _, ok := weekday(to); !ok {
		return []string{word}
	}
	return []string{from, to}
}

// weekday reads the name of a day of the week, whole or its first three letters.
func weekday(word string) (time.Weekday, bool) {
	word = strings.ToLower(word)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); word == name || word == name[:3] {
			return d, true
		}
	}
	return 0, false
}

// tokens splits what was typed: ISO days, days with dots, numbers, words. Dashes and commas only part them.
func tokens() *regexp.Regexp {
	return regexp.MustCompile(`\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.(?:\d{4})?|\d+|[\p{L}'’]+(?:-[\p{L}'’]+)*`)
}

// reading is what was typed on its way to days and a name.
type reading struct {
	today time.Time
	words []string
	days  []time.Time
	name  []string
	until bool
}

func (r *reading) read() {
	for i := 0; i < len(r.words); {
		n := r.day(i)
		if n == 0 {
			r.word(r.words[i])
			n = 1
		}
		i += n
	}
}

// day reads a day at a place and gives how many words it took; 0 where there is none.
func (r *reading) day(i int) int {
	word := strings.ToLower(r.words[i])
	if day, ok := r.written(word); ok {
		r.days = append(r.days, day)
		return 1
	}
	at := func(k int) string {
		if k < len(r.words) {
			return strings.ToLower(r.words[k])
		}
		return ""
	}
	taken := func(day int, month time.Month, used int) int {
		year, err := strconv.Atoi(at(i + used))
		if err == nil && len(at(i+used)) == 4 {
			used++
		} else {
			year = 0
		}
		if !r.add(year, month, day) {
			return 0
		}
		return used
	}
	if month, ok := monthOf(word); ok {
		if day, used := number(at, i+1); day > 0 {
			return taken(day, month, 1+used)
		}
		return 0
	}
	day, used := number(at, i)
	if day == 0 {
		return 0
	}
	if month, ok := monthOf(at(i + used)); ok {
		return taken(day, month, used+1)
	}
	k := i + used // "1 to 14 December": the month of the last day is that of the first
	if at(k) == "to" {
		k++
	}
	last, more := number(at, k)
	month, ok := monthOf(at(k + more))
	if last == 0 || !ok || !r.add(0, month, day) {
		return 0
	}
	return used
}

// number reads the day of a month, "24" or "24th", and gives how many words that took.
func number(at func(int) string, i int) (day, used int) {
	n, err := strconv.Atoi(at(i))
	if err != nil || n < 1 || n > 31 {
		return 0, 0
	}
	if slices.Contains([]string{"st", "nd", "rd", "th"}, at(i+1)) {
		return n, 2
	}
	return n, 1
}

// written reads a day that is one word.
func (r *reading) written(word string) (time.Time, bool) {
	switch word {
	case "today":
		return r.today, true
	case "tomorrow":
		return r.today.AddDate(0, 0, 1), true
	}
	if day, err := time.Parse("2006-1-2", word); err == nil {
		return day, true
	}
	if day, err := time.Parse("2.1.2006", word); err == nil {
		return day, true
	}
	if day, err := time.Parse("2.1.", word); err == nil {
		return r.next(day.Month(), day.Day())
	}
	if d, ok := weekday(word); ok {
		return r.earliest().AddDate(0, 0, int(d-r.earliest().Weekday()+7)%7), true
	}
	return time.Time{}, false
}

// add takes a day; false where there is no such day.
func (r *reading) add(year int, month time.Month, day int) bool {
	if year == 0 {
		found, ok := r.next(month, day)
		if ok {
			r.days = append(r.days, found)
		}
		return ok
	}
	found := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if found.Day() != day {
		return false
	}
	r.days = append(r.days, found)
	return true
}

// earliest is the day before which no other is meant: today, or the first day.
func (r *reading) earliest() time.Time {
	if len(r.days) > 0 {
		return r.days[len(r.days)-1]
	}
	return r.today
}

// next gives the next such day of a year, from the earliest on.
func (r *reading) next(month time.Month, day int) (time.Time, bool) {
	for year := r.earliest().Year(); year < r.earliest().Year()+9; year++ { // 29 February comes every four years, or eight
		found := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if found.Day() == day && !found.Before(r.earliest()) {
			return found, true
		}
	}
	return time.Time{}, false
}

// word takes what is no day: the name of somebody, or a word between.
func (r *reading) word(word string) {
	switch strings.ToLower(word) {
	case "until", "till":
		r.until = len(r.days) == 0
	case "from", "to", "through", "and", "on", "by", "with", "for", "delegate", "is", "stands", "in":
	default:
		if _, err := strconv.Atoi(word); err != nil {
			r.name = append(r.name, word)
		}
	}
}

// monthOf reads the name of a month, whole or its first three letters.
func monthOf(word string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if name := strings.ToLower(m.String()); word == name || word == name[:3] || word == "sept" && m == time.September {
			return m, true
		}
	}
	return 0, false
}
