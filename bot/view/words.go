package view

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"steward/bot/card"
	"steward/workflows"
)

// moment gives an instant in the reader's zone: "Thu 27 Nov 17:00", with the year where it is not this one.
func (e Eyes) moment(t time.Time) string {
	t = t.In(e.Viewer.Zone())
	if t.Year() != e.Now.In(e.Viewer.Zone()).Year() {
		return t.Format("Mon 2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// day gives the local day of an instant: "Thu 27 Nov".
func (e Eyes) day(t time.Time) string { return e.dayOf(t.In(e.Viewer.Zone())) }

func (e Eyes) dayOf(t time.Time) string {
	if t.Year() != e.Now.In(e.Viewer.Zone()).Year() {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// date gives a stored date (2006-01-02) as a day; what is none stays as it is.
func (e Eyes) date(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return e.dayOf(t)
}

// clock gives the hour, with the day where it is not today: "10:14", "Mon 24 Nov 10:14".
func (e Eyes) clock(t time.Time) string {
	if e.day(t) == e.day(e.Now) {
		return t.In(e.Viewer.Zone()).Format("15:04")
	}
	return e.moment(t)
}

// ago gives how long ago something was.
func (e Eyes) ago(t time.Time) string {
	d := e.Now.Sub(t)
	if d < time.Minute {
		return "just now"
	}
	return span(d) + " ago"
}

// zone names the reader's time zone: "Times in Europe/Madrid."
func (e Eyes) zone() string { return fmt.Sprintf(textZone, e.Viewer.Zone().String()) }

// span gives a duration in words, rounded down to its largest unit.
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

// count gives "1 condition", "2 conditions".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ay") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// and joins names: "a", "a and b", "a, b and c".
func and(parts []string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// mid puts a label into the middle of a sentence: "Privacy" becomes "privacy", "AI governance" and "CISO" stay.
func mid(label string) string {
	r := []rune(label)
	if len(r) < 2 || !unicode.IsLower(r[1]) {
		return label
	}
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

// upper makes the first letter a capital.
func upper(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// humanise turns a key into words: "legal_hold" becomes "Legal hold".
func humanise(key string) string {
	return upper(strings.NewReplacer("_", " ", "-", " ").Replace(workflows.Role(key).Words()))
}

// sentence ends a text with a full stop where it has no end of its own.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".?!:") {
		return s
	}
	return s + "."
}

// short cuts a person's text to n runes of one line.
func short(s string, n int) string {
	out, _ := card.Cut(card.Clean(s), n)
	return out
}

// quote sets a person's text apart from ours.
func quote(s string, n int) string { return "\u201c" + short(s, n) + "\u201d" }

// participle gives the past participle of a word on a button: "Approve" becomes "Approved". More than one word has none.
func participle(word string) (string, bool) {
	if strings.Contains(word, " ") || word == "" {
		return "", false
	}
	if strings.HasSuffix(word, "e") {
		return word + "d", true
	}
	return word + "ed", true
}

// name gives a person's name, "you" for the viewer.
func (c Case) name(id workflows.PersonID) string {
	if id == c.Viewer.ID {
		return "you"
	}
	return c.who(id)
}

// who gives a person's name, also the viewer's own.
func (c Case) who(id workflows.PersonID) string { return short(c.Roster.Name(id), 60) }

// full gives name and department: "Ana Ruiz (Sales)".
func (c Case) full(id workflows.PersonID) string {
	p, ok := c.Roster.Person(id)
	if !ok || p.Department == "" {
		return c.who(id)
	}
	return fmt.Sprintf("%s (%s)", c.who(id), short(p.Department, 40))
}

// names joins people's names, without repetition.
func (c Case) names(ids []workflows.PersonID) string {
	var out []string
	seen := map[workflows.PersonID]bool{}
	for _, id := range ids {
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, c.name(id))
		}
	}
	return and(out)
}

// workingTime gives a deadline in working days of eight hours: "1 working day", "4 working hours".
func workingTime(d time.Duration) string {
	h := int(d / time.Hour)
	if h >= 8 && h%8 == 0 {
		return count(h/8, "working day")
	}
	return count(h, "working hour")
}

// slug turns a title into a part of a key.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return '-'
	}, s)
}
