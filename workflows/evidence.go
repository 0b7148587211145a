package workflows

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// FactExported is the stored name of a record about the record itself: evidence was exported, by whom and why.
const FactExported = "exported"

// EvidenceScope is what a bundle of evidence is limited to. The zero value is everything.
type EvidenceScope struct {
	From      string   `json:"from,omitempty"` // first day, 2006-01-02, in UTC
	To        string   `json:"to,omitempty"`   // last day
	Requests  []string `json:"requests,omitempty"`
	Standards []string `json:"standards,omitempty"` // "27001", "42001"
	Controls  []string `json:"controls,omitempty"`  // "42001:A.10.3"
	Sample    int      `json:"sample,omitempty"`    // how many requests are drawn beside
	Seed      string   `json:"seed,omitempty"`
}

// MaxSample bounds a sample.
const MaxSample = 10_000

// MaxEvidenceReason bounds the reason of an export, in runes.
const MaxEvidenceReason = 1000

// Whole says that nothing is left out.
func (s EvidenceScope) Whole() bool {
	return s.From == "" && s.To == "" && len(s.Requests)+len(s.Standards)+len(s.Controls) == 0
}

// Period gives the first instant, and the first that is too late; zero where there is no bound.
func (s EvidenceScope) Period() (from, until time.Time, err error) {
	if s.From != "" {
		if from, err = time.Parse(time.DateOnly, s.From); err != nil {
			return from, until, fmt.Errorf("the first day %q is not of the form 2026-01-31", s.From)
		}
	}
	if s.To != "" {
		if until, err = time.Parse(time.DateOnly, s.To); err != nil {
			return from, until, fmt.Errorf("the last day %q is not of the form 2026-01-31", s.To)
		}
		until = until.AddDate(0, 0, 1)
	}
	if !until.IsZero() && !from.Before(until) {
		return from, until, fmt.Errorf("the last day, %s, comes before the first, %s", s.To, s.From)
	}
	return from, until, nil
}

// seedSigns are what a seed is made of. An auditor pastes it into the command of a shell, and whoever exports is not the auditor.
const seedSigns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

// Clean gives the scope in its one form, so that the same question gives the same bundle: ids in capitals, lists sorted. The
// error is a sentence about what cannot be.
func (s EvidenceScope) Clean() (EvidenceScope, error) {
	for i, id := range s.Requests {
		clean, ok := RequestID(strings.TrimSpace(id))
		if !ok {
			return s, fmt.Errorf("%q is not the number of a request, as in AIR-42", id)
		}
		s.Requests = slices.Clone(s.Requests)
		s.Requests[i] = clean
	}
	for _, list := range []*[]string{&s.Requests, &s.Standards, &s.Controls} {
		sorted := slices.Clone(*list)
		slices.Sort(sorted)
		*list = slices.Compact(sorted)
	}
	switch {
	case s.Sample < 0 || s.Sample > MaxSample:
		return s, fmt.Errorf("a sample has 1 to %d requests", MaxSample)
	case s.Sample == 0 && s.Seed != "":
		return s, fmt.Errorf("a seed is for a sample: say how many requests it has")
	case s.Sample > 0 && s.Seed == "":
		return s, fmt.Errorf("a sample needs a seed, so that an auditor can draw it again: any word or number")
	case len(s.Seed) > 100 || strings.Trim(s.Seed, seedSigns) != "":
		return s, fmt.Errorf("a seed has at most 100 letters from a to z, digits, dots, dashes and underscores")
	}
	_, _, err := s.Period()
	return s, err
}
