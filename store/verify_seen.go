package store

import (
	"bytes"
	"slices"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// seenLog is where a tool was seen, as the records of its entry say.
type seenLog struct {
	sighting register.Sighting // but for its words
	source   recordedWords
	by       recordedWords
	entry    *register.Detail // of an entry without a decision
	entryN   int
	shown    []byte // what that record shows; nil where it was erased
	request  string // by which approval of it is asked for
}

// learn takes in one record about an entry that stood in that state before.
func (l *seenLog) learn(rec workflows.Record, d register.Detail, state register.State, texts map[string][]byte) string {
	switch rec.What {
	case register.FactSeen:
		if d.Seen == nil {
			return "it does not say what was seen"
		}
		g := &l.sighting
		if g.First.IsZero() {
			g.First = rec.Time()
		}
		g.Last, g.Times, g.Accounts, g.LastUsed, g.File = rec.Time(), g.Times+1, d.Seen.Accounts, d.Seen.LastUsed, d.Seen.File
		g.At, g.Due = instant(d.Seen.Listed), instant(d.Seen.Due)
		l.source, l.by = wordsOf(rec, "source", texts), wordsOf(rec, "seen_by", texts)
		if state == "" {
			l.entry, l.entryN, l.shown = &d, rec.N, texts[shownName]
		}
	case register.FactRequested:
		l.request = d.Request
	case register.FactRequestFailed:
		l.request = ""
	}
	return ""
}

// checkSeen compares where a tool was seen.
func (v *verifier) checkSeen(t *thing, s register.System) {
	l, is, was := &t.system.seen, s.Sighting, t.system.seen.sighting
	v.same(t, []compared{
		{"sighting", is.First.Equal(was.First) && is.Last.Equal(was.Last) && is.At.Equal(was.At) && is.Due.Equal(was.Due) && is.Times == was.Times &&
			is.Accounts == was.Accounts && is.LastUsed == was.LastUsed && is.File == was.File && v.says(is.Source, l.source) && v.says(is.By, l.by)},
	})
}

// checkUndecided compares an entry that no decision is about with the record of its first sighting.
func (v *verifier) checkUndecided(t *thing, s register.System) {
	l := &t.system.seen
	switch s.State {
	case register.StateDiscovered, register.StateStopped, register.StateRetired:
	default:
		l.entry = nil
	}
	if l.entry == nil {
		v.wrong(t.about, t.last, "the system is %s, but no record says that it was decided on", s.State)
		return
	}
	d := l.entry
	v.same(t, []compared{
		{"request", s.Request == l.request && s.Round == 0},
		{"requester", s.Requester == ""},
		{"tier", s.Tier == "" && s.LegalClass == ""},
		{"policy", s.Flow == d.Flow && s.Policy == d.Policy && s.Version == d.Version && slices.Equal(s.Governors, d.Governors)},
		{"validity", s.ApprovedAt.IsZero() && s.ValidUntil.IsZero() && s.RenewFrom.IsZero()},
		{"list of conditions", len(s.Tasks) == 0},
		{"group of those whom it covers", s.Covers == policy.CoversNobody && len(s.Joined)+len(s.Asks) == 0},
	})
	if !v.policies[s.Policy] {
		v.wrong(t.about, l.entryN, "the policy of its entry is not stored")
	}
	switch {
	case l.shown != nil && !bytes.Equal(s.Content(), l.shown):
		v.wrong(t.about, l.entryN, "what the register says of it is not what was shown")
	case l.shown == nil && v.erased[t.shown] && !wordlessSystem(s):
		v.wrong(t.about, l.entryN, "what the register said of it was erased, but the row has something in its place")
	}
}
