package evidence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// Risk is one risk line of an assessment, as an entry shows it.
type Risk struct {
	policy.Line
	policy.LineScore

	Shown string // the commitment
	N     int
	Leaf  int64
}

// risks takes the risk lines that an entry shows; those of an earlier revision do not count any more.
func (c *Case) risks(shown content, r workflows.Record, e Entry) {
	c.Risks = nil
	for i, line := range shown.Answers.Lines.Lines {
		risk := Risk{Line: line, Shown: r.Shown, N: e.N, Leaf: e.Leaf}
		if i < len(shown.Lines) {
			risk.LineScore = shown.Lines[i]
		}
		c.Risks = append(c.Risks, risk)
	}
}

// acceptedBy gives who accepted what is left of a risk; empty before the assessment was accepted.
func (c *Case) acceptedBy(r Risk) workflows.PersonID {
	switch {
	case c.Status != approval.StatusApproved && c.Status != approval.StatusExpired:
		return ""
	case r.Accept == workflows.Owner:
		return c.Owner
	}
	for _, d := range slices.Backward(c.Decisions) {
		if d.Round == c.Round && strings.HasPrefix(d.What, "approve") && slices.Contains(d.Roles, r.Accept) {
			return d.Person
		}
	}
	return ""
}

// riskColumns are the fields of a risk line that have a column of their own; a flow may ask for others.
func riskColumns() []string {
	return []string{
		"cause", "affected", "likelihood", "consequence", "treatment", "measure", "measure_until", "control_refs", "residual_likelihood", "residual_consequence",
	}
}

func newRisks(b *ledger.Bundle, _ workflows.EvidenceScope) (section, error) {
	head := slices.Concat([]string{"request", "flow", "title", "status", "round", "line"}, riskColumns(),
		[]string{
			"score", "level", "residual", "residual_level", "accept_role", "accepted_by", "other", "ai_system_id", "condition", "condition_state", "condition_due_at", "condition_verified_by", "condition_verified_at", "residual_reached",
			"shown_commitment", "record", "leaf",
		})
	t, err := newTable(b, "ai_risks", head...)
	return tableSection{t, func(c *Case) (rows [][]string) {
		for i, r := range c.Risks {
			row := []string{c.ID, c.Flow, c.Title, string(c.Status), strconv.Itoa(c.Round), strconv.Itoa(i + 1)}
			for _, key := range riskColumns() {
				row = append(row, plain(r.Line[key]))
			}
			row = append(row, strconv.FormatInt(r.Score, 10), r.Level, strconv.FormatInt(r.Residual, 10), r.ResidualLevel,
				string(r.Accept), string(c.acceptedBy(r)), r.other())
			rows = append(rows, append(append(row, c.measure(i+1)...), r.Shown, strconv.Itoa(r.N), strconv.FormatInt(r.Leaf, 10)))
		}
		return rows
	}}, err
}

// measure tells of the condition that the measure of a line is in the AI register, and whether what is left of the risk is reached by
// that; empty where it is none.
func (c *Case) measure(line int) []string {
	if c.About != nil {
		for _, t := range c.About.Tasks {
			if t.From.Assessment == c.ID && slices.Contains(t.From.Lines, line) {
				return []string{
					c.About.ID, t.Key, string(t.State), stamp(moment(t.Terms.Due)), string(t.VerifiedBy), stamp(t.VerifiedAt),
					strconv.FormatBool(t.State == register.TaskVerified),
				}
			}
		}
	}
	return make([]string, 7)
}

// other gives what a flow asks of a line beside the columns, as JSON; empty where it asks nothing.
func (r Risk) other() string {
	left := map[string]string{}
	for key, a := range r.Line {
		if text := plain(a); text != "" && !slices.Contains(riskColumns(), key) {
			left[key] = text
		}
	}
	if len(left) == 0 {
		return ""
	}
	out, err := json.Marshal(left)
	if err != nil {
		return fmt.Sprint(left) // texts by texts are always JSON
	}
	return string(out)
}

// plain gives an answer as one cell.
func plain(a policy.Answer) string {
	switch {
	case a.Text != "":
		return a.Text
	case len(a.List) > 0:
		return joined(a.List)
	case a.Number != 0:
		return strconv.FormatInt(a.Number, 10)
	case a.Yes:
		return "yes"
	}
	return ""
}
