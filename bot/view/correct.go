package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// VerbCorrect opens the form in which an expert corrects answers about the vendor.
const VerbCorrect = "correct"

// correctButtons gives the button by which an expert corrects an answer about the vendor, or the way to where that is pressed.
func (c Case) correctButtons() []card.Button {
	if InPortal(c) {
		return c.elsewhere(buttonInPortal, buttonSignIn)
	}
	return []card.Button{c.form(VerbCorrect, "", buttonCorrect, card.StylePlain)}
}

// correctForm asks for each answer about the vendor what it is, and for a proof where that differs from what was answered.
func (c Case) correctForm(s Sheet) card.Form {
	out := s.form(c.titled(titleCorrect, ""), textSend)
	out.Intro = append(out.Intro, textCorrectIntro)
	for _, key := range c.plan().Correctable {
		q, _ := c.Flow.Question(key)
		is := s.ownField(q, vendor.FieldAnswer+key)
		is.Required = false
		is.Help = short(fmt.Sprintf(textCorrectIs, c.said(q, c.Request.Screening.Answers[key]), backing(c.Flow, c.Request.Screening, q, c.Eyes(), c.who)), card.MaxHelp)
		proof := s.text(card.FieldText, vendor.FieldProof+key, short(fmt.Sprintf(textVendorProof, q.Label), card.MaxFieldLabel), textCorrectProof, policy.MaxProof)
		out.Fields = append(out.Fields, is, proof)
	}
	reason := s.text(card.FieldLong, KeyReason, textReasonLabel, textCorrectReason, approval.MaxText)
	reason.Required = true
	out.Fields = append(out.Fields, reason)
	return out
}

// said gives an answer in words, without the full stop; nothing in writing is an answer, too.
func (c Case) said(q policy.Question, a policy.Answer) string {
	return strings.TrimSuffix(said(q, a.Values(), c.Eyes()), ".")
}

// FillCorrection puts the answers about the vendor into the form that corrects them.
func FillCorrection(d *policy.Draft, c Case) {
	for _, key := range c.plan().Correctable {
		SetOwn(d, vendor.FieldAnswer+key, c.Request.Screening.Answers[key])
	}
}

// Correction reads what stands in the form.
func Correction(d policy.Draft, c Case) approval.Corrected {
	out := approval.Corrected{Reason: Own(d, KeyReason).Text}
	for _, key := range c.plan().Correctable {
		out.Fixes = append(out.Fixes, policy.Fix{
			Key: key, Answer: Own(d, vendor.FieldAnswer+key).Values(), Proof: Own(d, vendor.FieldProof+key).Text,
		})
	}
	return out
}

// correctedOf gives what an expert found last of an answer.
func correctedOf(s policy.Screening, key string) (policy.Corrected, bool) {
	for _, c := range slices.Backward(s.Corrected) {
		if c.Key == key {
			return c, true
		}
	}
	return policy.Corrected{}, false
}

// correctedLines gives the answers that experts corrected: what was answered, what they found, on what proof and why; and where somebody
// answers otherwise since.
func (c Case) correctedLines() (out []string) {
	for _, x := range c.Request.Screening.Corrected {
		out = append(out, c.correctedLine(x))
	}
	return out
}

func (c Case) correctedLine(x policy.Corrected) string {
	q, _ := c.Flow.Question(x.Key)
	line := fmt.Sprintf(textCorrected, sentenceOrQuestion(q.Label), strings.TrimSuffix(said(q, x.Answer, c.Eyes()), "."), c.who(x.By), c.Eyes().moment(x.At),
		strings.TrimSuffix(said(q, x.Was, c.Eyes()), "."), sentence(x.Proof))
	if i := slices.IndexFunc(c.Request.Rulings, func(v approval.Ruling) bool { return v.ID == x.Ruling }); i >= 0 && c.Request.Rulings[i].Reason != "" {
		line += " " + fmt.Sprintf(textReason, sentence(short(c.Request.Rulings[i].Reason, 400)))
	}
	if last, _ := correctedOf(c.Request.Screening, x.Key); last.Ruling == x.Ruling && !x.Is(c.Request.Screening.Answers[x.Key]) {
		line += " " + fmt.Sprintf(textCorrectedSince, c.said(q, c.Request.Screening.Answers[x.Key]))
	}
	return short(line, card.MaxLine)
}

// correctedNews says why votes are void, where a correction began the round, and what was corrected.
func (c Case) correctedNews() string {
	all, why := c.Request.Screening.Corrected, c.voided()
	if why == "" {
		return ""
	}
	return why + " " + c.correctedLine(all[len(all)-1])
}

// voided says why votes are void, where a correction began the round.
func (c Case) voided() string {
	all := c.Request.Screening.Corrected
	if !c.open() || c.Request.Why != approval.FactCorrected {
		return ""
	}
	i := slices.IndexFunc(all, func(x policy.Corrected) bool { return x.At.Equal(c.Request.RoundAt) })
	if i < 0 {
		return ""
	}
	if is := c.Request.Screening.Assessment.Tier; is != all[i].Tier {
		return fmt.Sprintf(textCorrectedRises, mid(c.tierName(all[i].Tier)), mid(c.tierName(is)))
	}
	return textCorrectedLeaves
}

// correctedSince says what an expert corrected last, where that came after whatever else changed; "" where nothing was corrected.
func (c Case) correctedSince() string {
	all := c.Request.Screening.Corrected
	if len(all) == 0 {
		return ""
	}
	last := all[len(all)-1]
	for _, q := range c.Request.Questions {
		if q.Answered.After(last.At) {
			return ""
		}
	}
	return c.correctedLine(last)
}

// correctedBy says of an answer that it is an expert's, and what it was; "" where it is not.
func correctedBy(s policy.Screening, q policy.Question, e Eyes, who func(workflows.PersonID) string) string {
	x, ok := correctedOf(s, q.Key)
	if !ok || !x.Is(s.Answers[q.Key]) {
		return ""
	}
	return fmt.Sprintf(textCorrectedBy, who(x.By), e.moment(x.At), said(q, x.Was, e), x.Proof)
}

// CorrectionField says whether a field is one of the form that corrects answers about the vendor.
func CorrectionField(c Case, field string) bool {
	return slices.ContainsFunc(c.plan().Correctable, func(key string) bool { return field == vendor.FieldAnswer+key || field == vendor.FieldProof+key })
}
