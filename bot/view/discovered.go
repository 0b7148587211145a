package view

import (
	"fmt"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// seen says that the system was seen in the company, and nobody has decided on it yet.
func (e Entry) seen() bool { return e.System.State == register.StateDiscovered }

// seenStanding says where such a system stands.
func (e Entry) seenStanding() string {
	out := fmt.Sprintf(textSysSeen, e.Eyes().day(e.System.Sighting.First))
	if e.System.Request != "" {
		out += fmt.Sprintf(textSysSeenAsked, e.System.Request)
	}
	return out
}

// askSeen says what such a system asks of those for whom it waits.
func (e Entry) askSeen(w workflows.Wait) string {
	text := textAskSeen
	if w.Why == workflows.WhyHandOver {
		text = textAskSeenOwner
	}
	return fmt.Sprintf(text, e.Eyes().day(w.Due))
}

// seenFacts gives what the list says that shows it. What was typed in it is for those who may read all of the entry.
func (e Entry) seenFacts() []card.Fact {
	s, g := e.System, e.System.Sighting
	owner := textNobodyYet
	if s.Owner != "" {
		owner = upper(e.names().full(s.Owner))
	}
	out := []card.Fact{{Label: labelVendor, Value: s.Vendor}}
	if e.Whole {
		in := fmt.Sprintf(textSeenIn, g.Source, e.Eyes().day(g.At))
		if g.By != "" {
			in += ", " + g.By
		}
		out = append(out, card.Fact{Label: labelSeenIn, Value: in})
		if g.Accounts > 0 {
			out = append(out, card.Fact{Label: labelAccounts, Value: strconv.Itoa(g.Accounts)})
		}
		out = append(out, card.Fact{Label: labelLastUsed, Value: e.Eyes().date(g.LastUsed)})
	}
	out = append(out, card.Fact{Label: labelOwner, Value: owner})
	if e.seen() && s.Request == "" {
		out = append(out, card.Fact{Label: labelUntil, Value: e.Eyes().day(g.Due)})
	}
	var full []card.Fact
	for _, f := range out {
		if f.Value = strings.TrimSpace(short(f.Value, card.MaxFactValue)); f.Value != "" {
			full = append(full, f)
		}
	}
	return full
}

// seenLooksAfter says who may do what with such a system.
func (e Entry) seenLooksAfter(owner, roles string) []string {
	out := []string{fmt.Sprintf(textSeenRolesMay, roles)}
	if e.System.Owner != "" {
		out = append([]string{fmt.Sprintf(textSeenOwnerMay, owner)}, out...)
	}
	return out
}

// seenAsks gives the button by which approval of it is asked for.
func (e Entry) seenAsks() []card.Button {
	if !e.seen() || e.System.Request != "" || e.Flow.Register == nil {
		return nil
	}
	style := card.StylePlain
	if e.Viewer.ID == e.System.Owner {
		style = card.StylePrimary
	}
	return []card.Button{e.form(VerbRequest, e.Flow.Key, buttonAskSeen, style)}
}

// Prefill gives the answers of a new request for a tool of the register: its names.
func Prefill(e Entry, flow *policy.Flow) policy.Answers {
	m, out := flow.Fills(), policy.Answers{}
	for question, text := range map[string]string{m.Tool: e.System.Tool, m.Vendor: e.System.Vendor} {
		if question != "" && text != "" {
			out[question] = policy.Answer{Text: text}
		}
	}
	return out
}
