package evidence

import (
	"time"

	"steward/store/ledger"
	"steward/workflows"
)

// summary is what README.html and OSCAL say of the whole.
type summary struct {
	Scope      workflows.EvidenceScope
	Checkpoint ledger.Checkpoint
	Signer     ledger.Verifier
	Build      string
	Last       time.Time // of the last entry
	Records    int64
	Texts      int64
	Erased     int64
	Requests   int64
	Decisions  int64
	Exceptions int64
	Sampled    int
	FirstDrawn string // the first request of the sample
	ByStatus   map[string]int64
	ByDecision map[string]int64
	months     map[string]*month
	Controls   []indexed
	from       time.Time
	until      time.Time
}

// month counts the decisions of a month.
type month struct{ Yes, No, Other int64 }

// Whole says that no entry is left out.
func (s *summary) Whole() bool { return s.Records == s.Checkpoint.Size }

// count takes a request into the summary.
func (s *summary) count(c *Case) {
	s.Requests++
	s.ByStatus[string(c.Status)]++
	for _, x := range c.Exceptions {
		if within(x.At, s.from, s.until) {
			s.Exceptions++
		}
	}
	for _, d := range c.Decisions {
		if !d.during(s.from, s.until) {
			continue
		}
		s.Decisions++
		s.ByDecision[d.What]++
		key := d.At.Format("2006-01")
		if s.months[key] == nil {
			s.months[key] = &month{}
		}
		switch m := s.months[key]; d.What {
		case "approve", "approve with conditions":
			m.Yes++
		case "reject":
			m.No++
		default:
			m.Other++
		}
	}
}

// within says whether an instant is in the period; zero times are no bounds.
func within(at, from, until time.Time) bool {
	return !at.Before(from) && (until.IsZero() || at.Before(until))
}

func (d Decision) during(from, until time.Time) bool { return within(d.At, from, until) }
