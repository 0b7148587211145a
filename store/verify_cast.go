package store

import (
	"maps"
	"slices"
	"strconv"

	"steward/workflows/approval"
	"steward/workflows/policy"
)

// checkCasts compares votes, rulings, advice and questions with their records: none more, none less, none different.
func (v *verifier) checkCasts(t *thing, r approval.Request) {
	l := t.request
	for _, x := range r.Votes {
		if c, ok := v.castOf(t, approval.FactDecided, x.Cast); ok {
			same := c.detail.Approve != nil && *c.detail.Approve == x.Approve && v.sameChoices(x.Conditions, c)
			v.sameCast(t, c, x.Cast, same)
		}
	}
	for _, x := range r.Rulings {
		if c, ok := v.castOf(t, approval.FactRuled, x.Cast); ok {
			v.sameCast(t, c, x.Cast, c.detail.Outcome == x.Outcome && c.detail.Tier == x.Tier)
		}
	}
	for _, x := range r.Advices {
		if c, ok := v.castOf(t, approval.FactAdvised, x.Cast); ok {
			same := c.detail.Objection != nil && *c.detail.Objection == x.Objection && l.overruled[x.ID] == x.OverruledBy
			v.sameCast(t, c, x.Cast, same)
		}
	}
	v.checkQuestions(t, r)
	for _, id := range slices.Sorted(maps.Keys(l.casts)) {
		v.wrong(t.about, l.casts[id].n, "what it recorded (number %d) is missing from the request", id)
	}
}

// checkCorrected compares the answers that experts corrected with the rulings that say so.
func (v *verifier) checkCorrected(t *thing, r approval.Request) {
	var want []policy.Corrected
	for _, id := range slices.Sorted(maps.Keys(t.request.casts)) {
		c := t.request.casts[id]
		for _, fix := range c.detail.Fixes {
			want = append(want, policy.Corrected{
				Fix: policy.Fix{Key: fix.Key, Answer: fix.Answer}, Was: fix.Was, By: c.rec.Actor, At: c.rec.Time(), Ruling: id,
			})
		}
	}
	same := slices.EqualFunc(r.Screening.Corrected, want, func(is, was policy.Corrected) bool {
		return is.Key == was.Key && slices.Equal(is.Answer, was.Answer) && slices.Equal(is.Was, was.Was) && is.By == was.By && is.At.Equal(was.At) &&
			is.Ruling == was.Ruling
	})
	if !same && !wordlessContent(r.Screening) {
		v.wrong(t.about, 0, "the answers that experts corrected are not as its records say")
	}
}

func (v *verifier) checkQuestions(t *thing, r approval.Request) {
	for _, x := range r.Questions {
		c, ok := v.castOf(t, approval.FactAsked, x.Cast)
		if !ok {
			continue
		}
		v.sameCast(t, c, x.Cast, string(c.texts["question"]) == x.Text && t.request.resumed[x.ID] == x.Resumed)
		v.sameAnswer(t, c, x)
		if moot := x.Answered.IsZero() && (x.Round != r.Round || r.Status != approval.StatusOpen); x.Void != moot {
			v.wrong(t.about, c.n, "question %d is open or moot against the state of the request", x.ID)
		}
	}
}

// castOf finds the record of a row, and crosses it off.
func (v *verifier) castOf(t *thing, kind string, x approval.Cast) (recordedCast, bool) {
	c, ok := t.request.casts[x.ID]
	if !ok || c.kind != kind {
		v.wrong(t.about, 0, "number %d of %s has no record that says %q", x.ID, x.Person, kind)
		return c, false
	}
	delete(t.request.casts, x.ID)
	return c, true
}

// sameCast compares what all four kinds have in common; rest is the comparison of what they have not.
func (v *verifier) sameCast(t *thing, c recordedCast, x approval.Cast, rest bool) {
	d := c.detail
	same := x.Person == c.rec.Actor && x.For == d.For && x.Round == d.Round && x.Revision == d.Revision && x.Stage == d.Stage &&
		slices.Equal(x.Roles, d.Roles) && x.Entitled == d.Entitled && x.At.Equal(c.rec.Time()) && x.Via == c.rec.Via &&
		x.Reason == string(c.texts["reason"])
	if !same || !rest {
		v.wrong(t.about, c.n, "number %d of the request (%s) is not as it was recorded", x.ID, c.kind)
	}
}

// sameChoices compares the conditions of a vote: keys, and the words of one's own, which are gone where they were erased.
func (v *verifier) sameChoices(choices []approval.Choice, c recordedCast) bool {
	var keys []string
	own := 0
	for _, x := range choices {
		key := x.Key
		if key == "" {
			own++
			key = "own-" + strconv.Itoa(own)
			was, there := c.texts[key]
			gone := !there && v.erased[c.rec.Texts[key]] && x.Due+x.Text == ""
			if !gone && string(was) != x.Due+" "+x.Text {
				return false
			}
		}
		keys = append(keys, key)
	}
	return slices.Equal(keys, c.detail.Conditions)
}

// sameAnswer compares the answer to a question with its record, or with the lack of one.
func (v *verifier) sameAnswer(t *thing, asked recordedCast, q approval.Question) {
	a, answered := t.request.answers[q.ID]
	n := a.n
	if !answered {
		n = asked.n
	}
	if answered == q.Answered.IsZero() || q.Answer != a.text || q.AnswerBy != a.by || !q.Answered.Equal(a.at) {
		v.wrong(t.about, n, "the answer to question %d is not as its records say", q.ID)
	}
}
