package portal

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"steward/workflows"
	"steward/workflows/register"
)

// entry is one record on a page.
type entry struct {
	N      int
	Actor  string
	For    string
	Deed   deed
	Texts  []kept
	Files  []fileLink
	When   when
	Hash   string
	Via    string
	Round  int
	Policy string
	Data   string // as it was hashed
}

// history makes the timeline of a thing, newest first.
func (p *Portal) history(r *http.Request, v visit, rows []workflows.LogRow, part func(string) string) ([]entry, error) {
	var named []workflows.PersonID
	for _, row := range rows {
		named = append(named, row.Record.Actor, row.Record.For, detailOf(row.Record).Person)
	}
	roster, err := p.named(r, named)
	if err != nil {
		return nil, err
	}
	c := p.clock(v)
	out := make([]entry, 0, len(rows))
	for _, row := range slices.Backward(rows) {
		out = append(out, entryOf(forTwo(row, v.Person.ID), roster, c, part))
	}
	return out, nil
}

// forTwo leaves out why somebody may not join, but for the two whom it concerns and whoever answered in the name of one.
func forTwo(row workflows.LogRow, viewer workflows.PersonID) workflows.LogRow {
	rec := row.Record
	if rec.What != register.FactJoinRefused || slices.Contains([]workflows.PersonID{rec.Actor, rec.For, detailOf(rec).Person}, viewer) {
		return row
	}
	row.Texts = maps.Clone(row.Texts)
	for name := range row.Texts {
		row.Texts[name] = textForTwo
	}
	return row
}

func entryOf(row workflows.LogRow, roster workflows.Roster, c clock, part func(string) string) entry {
	rec := row.Record
	e := entry{
		N: rec.N, Actor: actorName(rec, roster), When: c.at(rec.Time()), Hash: row.Hash, Via: rec.Via.Surface,
		Round: rec.Round, Policy: rec.Policy, Data: compact(rec.Data),
	}
	e.Deed = deedOf(rec, part, roster.Name)
	if rec.For != "" {
		e.For = roster.Name(rec.For)
	}
	names := make([]string, 0, len(row.Texts))
	for name := range row.Texts {
		names = append(names, name)
	}
	slices.Sort(names)
	e.Files = filesIn(row)
	for _, name := range names {
		if text := strings.TrimSpace(row.Texts[name]); text != "" && shownText(name) {
			e.Texts = append(e.Texts, kept{Label: name, Value: c.dated(name, text)})
		}
	}
	return e
}

// dated puts the date of a decider's own condition, which is stored before its words, behind them as the reader reads dates.
func (c clock) dated(name, text string) string {
	date, rest, ok := strings.Cut(text, " ")
	if day := c.day(date); ok && strings.HasPrefix(name, "own-") && day != date {
		return rest + " (due " + day + ")"
	}
	return text
}

// compact gives the data of a record on one line, as it stands in the log.
func compact(raw json.RawMessage) string {
	const most = 2000
	if len(raw) > most {
		return string(raw[:most]) + " …"
	}
	return string(raw)
}

// shownText says whether a text beside a record is something a person wrote, and not the content of a revision, which the
// page shows as a whole, nor the name of a file, which is a link.
func shownText(name string) bool {
	return name != "shown" && !strings.HasPrefix(name, "answer:") && !strings.HasPrefix(name, "file_")
}
