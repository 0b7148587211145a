package portal

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/workflows"
)

// recordEntryPage is one record, taken apart, with the bytes that were hashed.
type recordEntryPage struct {
	Head    pageHead
	Strange bool // the bytes are no record of ours
	Facts   []fact
	Texts   []recordText
	Proof   []fact
	Seal    sealPart
	Bytes   string
	Before  string // address of the record before about the same thing
	After   string
	All     string // address of the list of all about the same thing
}

// recordText is a text that stands beside a record, or the trace of one that was destroyed.
type recordText struct {
	Label, Value, Commitment string
	Folded                   bool // what was shown is long, and the page of the thing shows it better
	Gone                     bool
}

// recordEntry shows one record.
func (p *Portal) recordEntry(w http.ResponseWriter, r *http.Request, v visit) error {
	about := workflows.Ref{Kind: workflows.Kind(r.PathValue("kind")), ID: r.PathValue("id")}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || len(about.ID) > maxTyped {
		return errUnknown
	}
	row, err := p.cfg.Records.Record(r.Context(), v.Person, about, n)
	if err != nil {
		return err
	}
	rec := row.Record
	roster, err := p.actors(r, []workflows.Record{rec})
	if err != nil {
		return err
	}
	part, err := p.partWords(r)
	if err != nil {
		return err
	}
	page := recordEntryPage{
		Head:    pageHead{Kicker: "Record " + strconv.Itoa(n) + " of " + thingWord(about), Title: recordSentence(rec, roster, part)},
		Strange: rec.V == 0, Bytes: card.CleanLines(strings.ToValidUTF8(string(row.Entry), "\uFFFD")), All: "/record?about=" + url.QueryEscape(about.String()),
		Proof: []fact{{Label: "Hash of the entry", Cell: cell{Code: row.Hash}}},
	}
	page.Facts = p.recordFacts(v, rec, roster)
	page.Texts = recordTexts(forTwo(row, v.Person.ID), p.clock(v))
	if rec.Shown != "" {
		page.Proof = append(page.Proof, fact{Label: "What was decided on", Cell: cell{Code: rec.Shown}})
	}
	if rec.Policy != "" {
		page.Proof = append(page.Proof, fact{Label: "Policy in force", Cell: cell{Code: rec.Policy}})
	}
	if page.Seal, err = p.seal(r, about, n); err != nil {
		return err
	}
	if n > 1 {
		page.Before = entryPath(about, n-1)
	}
	switch _, err := p.cfg.Records.Record(r.Context(), v.Person, about, n+1); {
	case err == nil:
		page.After = entryPath(about, n+1)
	case !errors.Is(err, workflows.ErrNotFound):
		return err
	}
	return p.show(w, r, v, http.StatusOK, "entry", page)
}

func (p *Portal) recordFacts(v visit, rec workflows.Record, roster workflows.Roster) []fact {
	out := []fact{{Label: "When", Cell: cell{When: p.clock(v).exactly(rec.Time())}}}
	add := func(label string, c cell) { out = append(out, fact{Label: label, Cell: c}) }
	add("About", recordedCell(v, rec.About))
	if rec.V == 0 {
		return out
	}
	add("Who", actorCell(roster, rec))
	if rec.For != "" {
		add("For", personCell(roster, rec.For))
	}
	if rec.Via.Surface != "" {
		add("Through", cell{Text: surfaceWord(rec.Via.Surface)})
	}
	add("Kind", cell{Code: rec.What})
	if rec.Round != 0 {
		add("Round", cell{Text: strconv.Itoa(rec.Round)})
	}
	if rec.Revision != 0 {
		add("Revision", cell{Text: strconv.Itoa(rec.Revision)})
	}
	if rec.Cut {
		add("View", cell{Text: "It had to leave something out"})
	}
	add("Written by", cell{Text: "Steward " + rec.Build})
	return out
}

// actorCell names who did what was recorded.
func actorCell(roster workflows.Roster, rec workflows.Record) cell {
	if onServer(rec) {
		return cell{Text: sayOnServer}
	}
	return personCell(roster, rec.Actor)
}

// personCell names a person, and leads to their page. Steward itself, and the governance channel, have none.
func personCell(roster workflows.Roster, id workflows.PersonID) cell {
	switch id {
	case "":
		return cell{}
	case workflows.System:
		return cell{Text: "Steward itself"}
	case workflows.Channel:
		return cell{Text: "The governance channel"}
	}
	c := cell{Person: roster.Name(id)}
	if roster.Active(id) {
		c.Path = personPath(id)
	}
	return c
}

// recordTexts gives the texts that a record speaks of, those that were destroyed among them.
func recordTexts(row workflows.LogRow, c clock) []recordText {
	committed := maps.Clone(row.Record.Texts)
	if committed == nil {
		committed = map[string]string{}
	}
	if _, there := row.Texts["shown"]; there {
		committed["shown"] = row.Record.Shown
	}
	for name := range row.Texts { // of an entry that is no record any more
		if _, ok := committed[name]; !ok {
			committed[name] = ""
		}
	}
	var out []recordText
	for _, name := range slices.Sorted(maps.Keys(committed)) {
		text, there := row.Texts[name]
		out = append(out, recordText{
			Label: textWord(name), Value: c.dated(name, text), Commitment: committed[name], Folded: name == "shown", Gone: !there,
		})
	}
	return out
}
