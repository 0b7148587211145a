package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/policy"
)

// checkConditions checks what a decider chose beside the required conditions.
func (s *step) checkConditions(choices []Choice) *workflows.Refusal {
	const field = "conditions"
	plan := s.r.Screening.Plan
	for _, c := range choices {
		if c.Key != "" {
			if _, ok := condition(plan, c.Key); !ok {
				return workflows.RefuseField(field, "One of the conditions does not belong to this request. Choose again.")
			}
			continue
		}
		if no := s.checkOwn(c); no != nil {
			return no
		}
	}
	if n := len(s.r.chosen(choices)); n > plan.ConditionsMax {
		return workflows.RefuseField(field, fmt.Sprintf(
			"At most %d conditions can be added to the required ones; you chose %d.", plan.ConditionsMax, n))
	}
	return nil
}

// checkOwn checks a condition in the decider's own words.
func (s *step) checkOwn(c Choice) *workflows.Refusal {
	const field = "conditions"
	text := strings.TrimSpace(c.Text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return workflows.RefuseField(field, "Write what your own condition asks for.")
	case n > MaxCondition:
		return workflows.RefuseField(field, tooLong(n, MaxCondition))
	}
	due, err := time.ParseInLocation(time.DateOnly, c.Due, s.zone())
	if err != nil {
		return workflows.RefuseField(field, "Give your own condition a date, like "+s.at.In(s.zone()).AddDate(0, 0, 30).Format(time.DateOnly)+".")
	}
	if endOfDay(due, s.zone()).Before(s.at) {
		return workflows.RefuseField(field, "The date of your own condition has passed. Choose a later one.")
	}
	return nil
}

// condition gives a condition of the plan by key.
func condition(p policy.Plan, key string) (policy.Condition, bool) {
	i := slices.IndexFunc(p.Conditions, func(c policy.Condition) bool { return c.Key == key })
	if i < 0 {
		return policy.Condition{}, false
	}
	return p.Conditions[i], true
}

// chosen gives a decider's choices beside the required ones, each once.
func (r Request) chosen(choices []Choice) []Choice {
	var out []Choice
	for _, c := range choices {
		c = Choice{Key: c.Key, Text: strings.TrimSpace(c.Text), Due: c.Due}
		if c.Key != "" {
			c.Text, c.Due = "", ""
			if known, _ := condition(r.Screening.Plan, c.Key); known.Required {
				continue
			}
		}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// choiceKeys gives the keys of choices for the record; the texts of own ones go into texts.
func choiceKeys(choices []Choice, texts map[string]string) []string {
	var keys []string
	own := 0
	for _, c := range choices {
		key := c.Key
		if key == "" {
			own++
			key = fmt.Sprintf("own-%d", own)
			texts[key] = c.Due + " " + c.Text
		}
		keys = append(keys, key)
	}
	return keys
}

// Attach gives the conditions that an approval at that time has, its days counted in the zone: those of all votes of the round
// joined with the required ones, in the order of the plan, own ones last.
func (r Request) Attach(at time.Time, zone *time.Location) []Attached {
	var out []Attached
	day := at.In(zone)
	for _, c := range r.Screening.Plan.Conditions {
		by := r.choosers(Choice{Key: c.Key})
		if !c.Required && len(by) == 0 {
			continue
		}
		out = append(out, r.attach(c, by, day))
	}
	return append(out, r.attachOwn(zone)...)
}

// attach gives a condition of the plan as a task from that day on.
func (r Request) attach(c policy.Condition, by []workflows.PersonID, day time.Time) Attached {
	a := Attached{
		Key: c.Key, Text: c.Text, Required: c.Required, By: by, Owner: r.Owner, Verifier: c.Verifier,
		GoLive: c.Due.BeforeGoLive, Evidence: c.Evidence, Refs: slices.Clone(c.Refs), Lines: slices.Clone(c.Lines),
	}
	if !a.GoLive {
		a.Due = endOfDay(c.Due.Day(day), day.Location())
	}
	return a
}

// ForNow gives the conditions of an emergency approval at that time, its days counted in the zone: those that the plan requires, and
// those that its giver has chosen.
func (r Request) ForNow(chosen []string, giver workflows.PersonID, at time.Time, zone *time.Location) []Attached {
	var out []Attached
	for _, c := range r.Screening.Plan.Conditions {
		switch {
		case c.Required:
			out = append(out, r.attach(c, nil, at.In(zone)))
		case slices.Contains(chosen, c.Key):
			out = append(out, r.attach(c, []workflows.PersonID{giver}, at.In(zone)))
		}
	}
	return out
}

// OwnCondition begins the keys of conditions that a decider wrote. Those of a policy begin otherwise.
const OwnCondition = "own-"

// attachOwn gives the deciders' own conditions; the role they decided in verifies them.
func (r Request) attachOwn(zone *time.Location) []Attached {
	var out []Attached
	var seen []Choice
	for _, v := range r.Votes {
		for _, c := range v.Conditions {
			if v.Round != r.Round || c.Key != "" || slices.Contains(seen, c) {
				continue
			}
			seen = append(seen, c)
			a := Attached{Key: fmt.Sprintf(OwnCondition+"%d", len(seen)), Text: c.Text, By: r.choosers(c), Owner: r.Owner}
			if len(v.Roles) > 0 { // a row that somebody changed may have none
				a.Verifier = v.Roles[0]
			}
			if due, err := time.ParseInLocation(time.DateOnly, c.Due, zone); err == nil {
				a.Due = endOfDay(due, zone)
			}
			out = append(out, a)
		}
	}
	return out
}

// choosers gives who chose a condition in the present round, in the order of their votes.
func (r Request) choosers(c Choice) []workflows.PersonID {
	var out []workflows.PersonID
	for _, v := range r.Votes {
		if v.Round == r.Round && slices.Contains(v.Conditions, c) {
			out = append(out, v.Person)
		}
	}
	return out
}

func (s *step) zone() *time.Location {
	if s.f.Zone == nil {
		return time.UTC
	}
	return s.f.Zone
}

// endOfDay gives the last second of the local day of t.
func endOfDay(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 59, 0, zone)
}
