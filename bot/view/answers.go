package view

import (
	"fmt"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// answerLines gives every question that was answered, with the answer in words: "Which data goes in: Internal · Personal".
func answerLines(f *policy.Flow, s policy.Screening, e Eyes, who func(workflows.PersonID) string) []string {
	var out []string
	for _, q := range f.Questions {
		if a := answer(q, s.Answers[q.Key], answerLength, e, who); a != "" {
			if behind := backing(f, s, q, e, who); behind != "" {
				a += " (" + behind + ")"
			}
			out = append(out, short(strings.TrimRight(card.Clean(q.Label), "?:. ")+": "+a, card.MaxLine))
		}
	}
	return out
}

func sentenceOrQuestion(label string) string {
	label = card.Clean(label)
	if strings.HasSuffix(label, "?") {
		return label
	}
	return label + ":"
}

// riskLines gives one sentence a risk line: what, to whom, how grave before and after, who accepts the rest.
func riskLines(f *policy.Flow, lines []policy.Line, scores []policy.LineScore, e Eyes, role func(workflows.Role) string) []string {
	if f.Lines == nil {
		return nil
	}
	var out []string
	for i, line := range lines {
		text := fmt.Sprintf("%d. %s", i+1, lineText(f.Lines, line, e))
		if i < len(scores) {
			s := scores[i]
			text += " " + fmt.Sprintf(textLineScore, s.Level, s.Score, s.ResidualLevel, s.Residual, mid(role(s.Accept)))
		}
		out = append(out, short(text, card.MaxLine))
	}
	return out
}

// lineText gives the typed fields of a risk line; numbers are in the scores.
func lineText(l *policy.RiskLines, line policy.Line, e Eyes) string {
	var out []string
	for _, q := range l.Shown() {
		if q.Type == policy.Number {
			continue
		}
		a := answer(q, line[q.Key], 300, e, func(id workflows.PersonID) string { return string(id) })
		if a != "" {
			out = append(out, strings.TrimSuffix(a, "."))
		}
	}
	return sentence(strings.Join(out, "; "))
}
