package approval

import (
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Assessment is a request about this one, of a flow that is about such requests: an impact assessment. Those of a flow that a
// precondition names meet it while they count.
type Assessment struct {
	ID         string      `json:"id"`
	Flow       string      `json:"flow"`
	Round      int         `json:"round"`
	Status     Status      `json:"status"`
	SentAt     time.Time   `json:"sent_at"` // when that round was sent
	Tier       policy.Tier `json:"tier"`
	ValidUntil time.Time   `json:"valid_until,omitzero"`
	// Differs are the keys of the answers that it was made for and that are others now.
	Differs []string `json:"differs,omitempty"`
	// Trigger is a change, reported after it was sent, after which its flow wants a new one.
	Trigger string `json:"trigger,omitempty"`
}

// Made is an assessment as it stands, for a step of the request it is about.
type Made struct {
	Assessment

	Triggers []string // the changes after which its flow wants a new one
}

// Counts says that the assessment was accepted and stands for what the request is now.
func (a Assessment) Counts(at time.Time) bool {
	return a.Status == StatusApproved && a.Fits() && (a.ValidUntil.IsZero() || at.Before(a.ValidUntil))
}

// Fits says that the assessment was made for what the request is now, whatever was decided on it.
func (a Assessment) Fits() bool { return len(a.Differs) == 0 && a.Trigger == "" }

// Assessed gives the last assessment of a flow; false where there is none.
func (r Request) Assessed(flow string) (Assessment, bool) {
	for _, a := range slices.Backward(r.Assessments) {
		if a.Flow == flow {
			return a, true
		}
	}
	return Assessment{}, false
}

// StandsOn gives the ids of the assessments that the request is decided on with: the last of each flow that counted.
func (r Request) StandsOn() []string {
	var out []string
	for _, a := range r.Assessments {
		if slices.ContainsFunc(r.Links, func(l Link) bool { return l.Key == a.Flow && l.Ref == a.ID }) {
			out = append(out, a.ID)
		}
	}
	return out
}

// Measures gives the conditions that an accepted assessment brings to what it is about, approved at that time, its days counted in the
// zone: those that it was accepted with. Nothing of one that was not accepted.
func (r Request) Measures(at time.Time, zone *time.Location) []Attached {
	if !r.Approved() {
		return nil
	}
	return r.Attach(at, zone)
}

// Making gives the assessment that is being decided on for a precondition; false where somebody has to begin one or send one anew.
func (r Request) Making(p policy.Precondition) (Assessment, bool) {
	a, ok := r.Assessed(p.Flow)
	return a, ok && p.Flow != "" && a.Status == StatusOpen && a.Fits()
}

// Meets says that a reference meets the precondition.
func (r Request) Meets(p policy.Precondition) bool {
	return slices.ContainsFunc(r.Links, func(l Link) bool { return l.Key == p.Key || p.Flow != "" && l.Key == p.Flow })
}

// assessed takes what became of an assessment about this request.
func (s *step) assessed(what workflows.Assessed) {
	i := slices.IndexFunc(s.f.Made, func(m Made) bool { return m.ID == what.Request })
	if i < 0 || s.r.ID == "" {
		return
	}
	m := s.f.Made[i].Assessment
	s.acted, s.visible = true, true
	s.fact(FactAssessed, Detail{Assessment: m.ID, Status: m.Status, Tier: m.Tier, ValidUntil: millis(m.ValidUntil)}, nil)
	stood := s.r.StandsOn()
	s.assess()
	if now := s.r.StandsOn(); s.r.Status == StatusApproved && s.r.Screening.Plan.Registers && slices.Contains(now, m.ID) && !slices.Contains(stood, m.ID) {
		s.effects = append(s.effects, workflows.Open{
			About: workflows.Ref{Kind: workflows.KindSystem}, What: workflows.Measured{Request: s.r.ID, Assessment: m.ID},
		})
	}
	if m.Status == StatusOpen && s.r.Over() {
		s.endAssessments()
	}
	if s.r.Status == StatusOpen {
		s.open()
	}
}

// assess looks at all assessments anew, and links the last one of each flow that counts. A reference to one that does not count any
// more goes with it, unless the request has been decided on: it was decided on with that one.
func (s *step) assess() {
	for _, m := range s.f.Made {
		a := m.Assessment
		if e := s.f.Entry; e != nil && s.r.renewing() && e.Doubted && slices.Contains(m.Triggers, e.Trigger) && a.SentAt.Before(e.Reported) {
			a.Trigger = e.Trigger
		}
		if i := slices.IndexFunc(s.r.Assessments, func(x Assessment) bool { return x.ID == a.ID }); i >= 0 {
			s.r.Assessments[i] = a
		} else {
			s.r.Assessments = append(s.r.Assessments, a)
		}
	}
	last := map[string]string{}
	var flows []string
	for _, a := range s.r.Assessments {
		if !slices.Contains(flows, a.Flow) {
			flows = append(flows, a.Flow)
		}
		if a.Counts(s.at) {
			last[a.Flow] = a.ID
		}
	}
	for _, flow := range flows {
		s.relink(flow, last[flow])
	}
}

// relink makes an assessment the reference of its flow; an empty id takes the reference away.
func (s *step) relink(flow, id string) {
	i := slices.IndexFunc(s.r.Links, func(l Link) bool { return l.Key == flow })
	switch {
	case i >= 0 && s.r.Links[i].Ref == id, i < 0 && id == "":
		return
	case id == "" && s.r.Status != StatusOpen:
		return
	case id == "":
		was := s.r.Links[i].Ref
		s.r.Links = slices.Delete(s.r.Links, i, i+1)
		s.fact(FactUnlinked, Detail{Key: flow, Assessment: was}, nil)
		s.r.Notices = slices.DeleteFunc(s.r.Notices, func(n Notice) bool { return n.Why == workflows.WhyMissing }) // it is asked for again
		return
	case i >= 0:
		s.r.Links = slices.Delete(s.r.Links, i, i+1)
	}
	s.r.Links = append(s.r.Links, Link{Key: flow, Ref: id, By: s.ev.Actor, At: s.at})
	s.fact(FactLinked, Detail{Key: flow, Assessment: id}, map[string]string{"ref": id})
}

// Over says that the request came to nothing: no use of it is left that an assessment could be about.
func (r Request) Over() bool {
	return r.ended() && !r.Approved() && (!r.renewing() || r.Status == StatusStopped)
}

// endAssessments lets go of the assessments that are still being decided on.
func (s *step) endAssessments() {
	for _, a := range s.r.Assessments {
		if a.Status == StatusOpen {
			s.effects = append(s.effects, workflows.Tell{About: workflows.RequestRef(a.ID), What: workflows.SubjectEnded{Request: s.r.ID}})
		}
	}
}

// subjectEnded ends the request because there is nothing left that it is about.
func (s *step) subjectEnded(what workflows.SubjectEnded) {
	if s.r.Status != StatusOpen || what.Request != s.r.Linked {
		return
	}
	s.acted, s.visible, s.r.Moot = true, true, true
	s.fact(FactWithdrawn, Detail{Stage: s.r.stage().Key, Assessment: s.r.Linked}, nil)
	s.end(StatusWithdrawn)
}

// tellSubject tells the request that this one is about where it stands now.
func (s *step) tellSubject() {
	if s.r.Linked != "" {
		s.effects = append(s.effects, workflows.Tell{About: workflows.RequestRef(s.r.Linked), What: workflows.Assessed{Request: s.r.ID}})
	}
}

// assessing says what a precondition waits for, where an assessment for it was begun.
func (w words) assessing(p policy.Precondition) (string, bool) {
	a, ok := w.r.Assessed(p.Flow)
	text := strings.TrimSuffix(p.Text, ".")
	switch {
	case !ok || p.Flow == "":
		return "", false
	case a.Status == StatusOpen && a.Fits():
		return "This waits until " + a.ID + " is accepted: " + text + ".", true
	case !a.Fits() && (a.Status == StatusOpen || a.Status == StatusApproved):
		return a.ID + " was made for something else than what is asked for now. Missing first: " + text + ".", true
	case a.Status == StatusRejected:
		return a.ID + " was not accepted. Missing first: " + text + ".", true
	}
	return "", false
}

// Assesses gives the ids of the assessments that a step has to know, for [Facts].Made: where a round starts all that the request knows
// of, and the one that an event is about.
func Assesses(r Request, ev workflows.Event, next *policy.Screening) []string {
	what, told := ev.What.(workflows.Assessed)
	if next == nil && !told {
		return nil
	}
	var out []string
	for _, a := range r.Assessments {
		out = append(out, a.ID)
	}
	if told && !slices.Contains(out, what.Request) {
		out = append(out, what.Request)
	}
	return out
}

// AsMade reads an assessment, of its flow, as the request takes it that it is about, with the answers that the request has or is to have.
func AsMade(a Request, flow *policy.Flow, about Request, next *policy.Screening) Made {
	answers := about.Screening.Answers
	if next != nil {
		answers = next.Answers
	}
	return Made{Triggers: flow.Triggers, Assessment: Assessment{
		ID: a.ID, Flow: a.Flow, Round: a.Round, Status: a.Status, SentAt: a.RoundAt, Tier: a.Screening.Assessment.Tier,
		ValidUntil: a.ValidUntil, Differs: flow.Differs(a.Screening.Carried, answers),
	}}
}
