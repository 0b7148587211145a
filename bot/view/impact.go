package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// maxRisksShort is how many risk lines of its assessment stand on the card of a request.
const maxRisksShort = 3

// Related is another request with its flow: the last assessment about the one that is shown, or the one that it is about.
type Related struct {
	Request approval.Request
	Flow    *policy.Flow
}

// name names it in a button or a line: "IMP-1".
func (x *Related) name() string { return x.Request.ID }

// assessedLines says of the assessment about the request where it stands, what it comes to, and its gravest risks; all of them where n
// is 0.
func (c Case) assessedLines(n int) (title string, lines []string) {
	x := c.Assessment
	if x == nil {
		return "", nil
	}
	title = fmt.Sprintf(titleAssessed, x.Flow.Title, x.name())
	lines = []string{c.assessedState()}
	switch x.Request.Status {
	case approval.StatusOpen, approval.StatusApproved, approval.StatusExpired:
	case approval.StatusRejected, approval.StatusWithdrawn, approval.StatusStopped:
		return title, lines
	}
	sc := x.Request.Screening
	tier := mid(tierName(x.Flow, sc.Assessment.Tier))
	if q, ok := x.Flow.Question("result"); ok && sc.Answers[q.Key].Text != "" {
		lines = append(lines, fmt.Sprintf(textConcludes, tier, sentence(optionLabel(q, sc.Answers[q.Key].Text))))
	} else {
		lines = append(lines, fmt.Sprintf(textImpactIs, tier))
	}
	risks := gravest(x.Flow, sc)
	if n > 0 {
		risks = few(risks, n+1)
	}
	return title, append(lines, risks...)
}

// assessedState says where the assessment about the request stands.
func (c Case) assessedState() string {
	x, e := c.Assessment.Request, c.Eyes()
	known, _ := c.Request.Assessed(x.Flow)
	switch {
	case known.Trigger != "":
		return fmt.Sprintf(textSinceThen, mid(TriggerWord(known.Trigger)))
	case x.Status == approval.StatusOpen && len(known.Differs) > 0:
		return fmt.Sprintf(textOtherEdit, c.labels(known.Differs))
	case x.Status == approval.StatusApproved && len(known.Differs) > 0:
		return fmt.Sprintf(textOtherNew, c.labels(known.Differs))
	}
	switch x.Status {
	case approval.StatusApproved:
		if x.ValidUntil.IsZero() {
			return fmt.Sprintf(textAcceptedN, e.day(x.EndedAt))
		}
		return fmt.Sprintf(textAcceptedA, e.day(x.EndedAt), c.lastDay(x.ValidUntil))
	case approval.StatusRejected, approval.StatusStopped:
		return fmt.Sprintf(textNotTaken, e.day(x.EndedAt))
	case approval.StatusWithdrawn:
		return fmt.Sprintf(textTakenBack, e.day(x.EndedAt))
	case approval.StatusExpired:
		return fmt.Sprintf(textOutOfDate, c.lastDay(x.ValidUntil))
	case approval.StatusOpen:
	}
	return fmt.Sprintf(textMakingIt, e.moment(x.RoundAt))
}

// labels names answers of the request: "Which data goes in; What will it do, and who relies on the result".
func (c Case) labels(keys []string) string { return labels(c.Flow, keys) }

func labels(f *policy.Flow, keys []string) string {
	var out []string
	for _, key := range keys {
		if q, ok := f.Question(key); ok {
			out = append(out, strings.TrimRight(card.Clean(q.Label), "?:. "))
		}
	}
	return strings.Join(out, "; ")
}

// gravest gives the risk lines of an assessment, the gravest first: by what is left, then by what it was.
func gravest(f *policy.Flow, sc policy.Screening) []string {
	type risk struct {
		line policy.Line
		policy.LineScore
	}
	var all []risk
	for i, line := range sc.Answers[policy.LinesKey].Lines {
		if i < len(sc.Lines) {
			all = append(all, risk{line, sc.Lines[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b risk) int { return cmp.Or(cmp.Compare(b.Residual, a.Residual), cmp.Compare(b.Score, a.Score)) })
	var out []string
	for _, one := range all {
		var said []string
		for _, q := range f.Lines.Shown() {
			if q.Type == policy.ShortText && len(said) < 2 {
				said = append(said, strings.TrimSuffix(short(one.line[q.Key].Text, factLength), "."))
			}
		}
		if len(said) == 2 {
			out = append(out, short(fmt.Sprintf(textRiskShort, said[0], said[1], one.Level, one.Score, one.ResidualLevel, one.Residual), card.MaxLine))
		}
	}
	return out
}

// referenceLines gives the documents made elsewhere that were linked.
func (c Case) referenceLines() []string {
	var out []string
	for _, l := range c.Request.Links {
		if _, made := c.Request.Assessed(l.Key); !made && l.Ref != "" {
			out = append(out, fmt.Sprintf(textReference, short(l.Ref, answerLength), c.who(l.By), c.Eyes().moment(l.At)))
		}
	}
	return out
}

// making gives the id of the assessment that is being decided on for the first precondition that the present stage waits for.
func (c Case) making() (string, bool) {
	unmet := c.unmet()
	if len(unmet) == 0 {
		return "", false
	}
	a, ok := c.Request.Making(unmet[0])
	return a.ID, ok
}

// aboutFacts says what an assessment is about.
func (c Case) aboutFacts() []card.Fact {
	x := c.Subject
	if x == nil {
		return nil
	}
	return []card.Fact{{Label: labelAbout, Value: short(fmt.Sprintf(textAboutIs, x.name(), Title(x.Request.Screening, x.Flow)), card.MaxFactValue)}}
}

// carriedLines gives the answers of the request that this one is about, as they were when it was sent, and which have changed since.
func (c Case) carriedLines() (title string, lines []string) {
	x := c.Subject
	if x == nil {
		return "", nil
	}
	if c.open() {
		if keys := c.Flow.Differs(c.Request.Screening.Carried, x.Request.Screening.Answers); len(keys) > 0 {
			lines = append(lines, fmt.Sprintf(textChangedIn, x.name(), labels(x.Flow, keys)))
		}
	}
	return fmt.Sprintf(titleCarried, x.name()), append(lines, carriedLines(c.Flow, x.Flow, c.Request.Screening.Carried, c.Eyes(), c.who)...)
}

// carriedLines gives answers of another request that a flow shows and does not ask for.
func carriedLines(f, other *policy.Flow, carried policy.Answers, e Eyes, who func(workflows.PersonID) string) []string {
	shown := policy.Answers{}
	for _, key := range f.Carried.Keys {
		shown[key] = carried[key]
	}
	return answerLines(other, policy.Screening{Answers: shown}, e, who)
}

// related gives the buttons that lead from a request to its assessment and back, for readers who may read those.
func (c Case) related() []card.Button {
	var out []card.Button
	for _, x := range []*Related{c.Assessment, c.Subject} {
		if x != nil && workflows.MaySee(c.Viewer, x.Request.Concerned()) {
			out = append(out, card.Button{Label: fmt.Sprintf(buttonOpen, x.name()), Path: Path(x.name())})
		}
	}
	return out
}

// assessed says of the assessment about a system how grave it is and where it stands: "IMP-1, high. Accepted on ...".
func (e Entry) assessed() string {
	x := e.Assessment
	if x == nil || !e.Whole {
		return ""
	}
	c := e.names()
	c.Request, c.Assessment = e.Request, x
	return fmt.Sprintf(textImpactOf, x.name(), mid(tierName(x.Flow, x.Request.Screening.Assessment.Tier)), c.assessedState()) + e.reached(x.name())
}

// reached says how many of the measures of an assessment are verified: with all of them, what is left of its risks is reached.
func (e Entry) reached(assessment string) string {
	n, done := 0, 0
	for _, t := range e.System.Tasks {
		if t.From.Assessment == assessment && len(t.From.Lines) > 0 && t.State != register.TaskMoot {
			n++
			if t.State == register.TaskVerified {
				done++
			}
		}
	}
	switch n {
	case 0:
		return ""
	case done:
		return textReached
	}
	return fmt.Sprintf(textReaching, done, count(n, "measure"))
}
