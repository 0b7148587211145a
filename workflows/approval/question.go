package approval

import (
	"strconv"

	"steward/workflows"
)

// ask puts a question to the requester. The clock of the stage stands still until it is answered; votes go on.
func (s *step) ask(what Asked) *workflows.Refusal {
	a := s.bench().deciding()
	ent, no := s.claimSeat(a)
	if no != nil {
		other, refused := s.claimSeat(actAdvise)
		if refused == nil || no.Authority() && !refused.Authority() {
			ent, no = other, refused
		}
	}
	if no != nil {
		return no
	}
	text, no := trimmed("question", what.Text)
	if no != nil {
		return no
	}
	if text == "" {
		return workflows.RefuseField("question", "Write your question.")
	}
	q := Question{Cast: s.cast(ent, ""), Text: text}
	s.r.Questions = append(s.r.Questions, q)
	if !s.r.paused() {
		s.r.Pauses = append(s.r.Pauses, Span{From: s.at})
	}
	s.fact(FactAsked, Detail{Stage: q.Stage, ID: q.ID, Roles: q.Roles, Entitled: q.Entitled, For: q.For}, map[string]string{"question": text})
	return nil
}

// answer takes the answer of requester or owner. What is decided on is more than before, so the revision rises.
func (s *step) answer(what Answered) *workflows.Refusal {
	if !s.r.isParty(s.ev.Actor) {
		return s.words().notYours("answer questions about", s.r.Requester, s.r.Owner)
	}
	q := s.r.question(what.Question)
	switch {
	case q == nil:
		return workflows.Refuse(workflows.CodeUnknown, "There is no such question.")
	case !q.Answered.IsZero():
		return workflows.Refuse(workflows.CodeDecided, s.words().name(q.AnswerBy)+" answered this "+ago(q.Answered, s.at)+".")
	case q.Void:
		return workflows.Refuse(workflows.CodeNotNow, "This question needs no answer any more: the request has moved on.")
	}
	text, no := trimmed("answer", what.Text)
	if no != nil {
		return no
	}
	if text == "" {
		return workflows.RefuseField("answer", "Write your answer.")
	}
	q.Answer, q.Answered, q.AnswerBy = text, s.at, s.ev.Actor
	s.r.Revision++
	s.resumeClock()
	s.fact(FactAnswered, Detail{Stage: q.Stage, ID: q.ID}, map[string]string{"answer": text}).Shown = s.r.content()
	s.tell(q.Person, workflows.WhyAnswer, strconv.Itoa(q.ID))
	return nil
}

// question gives a question by id, to be changed in place; nil where there is none.
func (r *Request) question(id int) *Question {
	for i := range r.Questions {
		if r.Questions[i].ID == id {
			return &r.Questions[i]
		}
	}
	return nil
}

// resumeClock ends the pause when no question keeps it any more.
func (s *step) resumeClock() {
	for _, q := range s.r.Questions {
		if q.Open() && !q.Resumed {
			return
		}
	}
	if s.r.paused() {
		s.r.Pauses[len(s.r.Pauses)-1].To = s.at
	}
}

// paused says that the clock of the present stage stands still.
func (r Request) paused() bool {
	return len(r.Pauses) > 0 && r.Pauses[len(r.Pauses)-1].To.IsZero()
}
