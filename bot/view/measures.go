package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// brought is a condition that an accepted assessment brings to the request it is about.
type brought struct {
	approval.Attached

	from string // "IMP-1"
}

// measures gives what the assessments that the request stands on ask for, as of its approval, or as of now.
func (c Case) measures() []brought {
	at, zone := c.Now, c.Zone
	if !c.Request.EndedAt.IsZero() {
		at = c.Request.EndedAt
	}
	if zone == nil {
		zone = time.UTC
	}
	var out []brought
	for _, x := range c.StandsOn {
		for _, a := range x.Request.Measures(at, zone) {
			out = append(out, brought{a, x.name()})
		}
	}
	return out
}

// text says what it asks for and where it comes from: "Recruiters are trained (IMP-1, risk line 2)."
func (b brought) text(most int) string {
	return fmt.Sprintf(textBrought, strings.TrimSuffix(short(b.Text, most), "."), FromWhere(register.Origin{Assessment: b.from, Lines: b.Lines}))
}

// FromWhere names an assessment and its lines: "IMP-1, risk lines 2 and 3".
func FromWhere(o register.Origin) string {
	if len(o.Lines) == 0 {
		return o.Assessment
	}
	return o.Assessment + ", " + linesWord(o.Lines)
}

// linesWord names risk lines: "risk line 2", "risk lines 2 and 3".
func linesWord(lines []int) string {
	var words []string
	for _, n := range lines {
		words = append(words, fmt.Sprint(n))
	}
	if n := len(words); n > 1 {
		return textRiskLines + strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return textRiskLine + strings.Join(words, "")
}

// measureLines says what the assessments bring with an approval.
func (c Case) measureLines() []string {
	var out []string
	for _, b := range c.measures() {
		out = append(out, b.text(300))
	}
	return out
}

// measureChoices are the same as ticks that nobody can take away, each with when it is due.
func (c Case) measureChoices() []policy.Condition {
	var out []policy.Condition
	for _, b := range c.measures() {
		one := policy.Condition{Key: b.from + "." + b.Key, Label: b.text(50), Required: true, Due: policy.Due{BeforeGoLive: b.GoLive}}
		if !b.GoLive {
			one.Due.On = b.Due.Format(time.DateOnly)
		}
		out = append(out, one)
	}
	return out
}

// labelOf names a condition of the plan; of a measure, the risk lines that it is for.
func labelOf(one policy.Condition) string {
	if len(one.Lines) == 0 {
		return sentence(one.Label)
	}
	return fmt.Sprintf(textBrought, strings.TrimSuffix(one.Label, "."), linesWord(one.Lines))
}

// allAttached gives all conditions of an approval: those of the request, and those that its assessments bring.
func (c Case) allAttached() []approval.Attached {
	out := slices.Clone(c.Request.Attached)
	for _, b := range c.measures() {
		b.Text = strings.TrimSuffix(b.text(250), ".")
		out = append(out, b.Attached)
	}
	return out
}
