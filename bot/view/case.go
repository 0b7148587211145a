package view

import (
	"cmp"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// Eyes is for whom something is shown, and when.
type Eyes struct {
	Viewer workflows.Person
	Now    time.Time
}

// Case is one request with all that is needed to show it to one person at one moment.
type Case struct {
	Request approval.Request
	Flow    *policy.Flow // from the pack of the request's round
	Roster  workflows.Roster
	Viewer  workflows.Person
	Now     time.Time
	Surface string // where it is shown: "portal", "slack", "teams"
	// Assured is how sure that surface is of the viewer.
	Assured workflows.Assurance
	// Zone is the organisation's: in it the days of validity and due dates end. Nil means UTC.
	Zone *time.Location
	// About is the key of a flow about requests like this one ("ai-impact"), where its owner can begin one; else empty.
	About string
	// Assessment is the last assessment about the request, and Subject what it is about itself; nil where there is none.
	Assessment, Subject *Related
	// StandsOn are the assessments that it is decided on with: see [approval.Request.StandsOn].
	StandsOn []*Related
	kept     bool // the words are stored and read later: they say when, not how long ago
}

// Eyes gives for whom the case is shown.
func (c Case) Eyes() Eyes { return Eyes{Viewer: c.Viewer, Now: c.Now} }

// Item is one line of what waits for somebody.
type Item struct {
	Wait  workflows.Wait
	Title string // of the thing
}

// Concerns names the people and the roles a card about a request may have to name: what a caller loads into
// [Case.Roster]. It includes what the machine needs to say which buttons there are.
func Concerns(r approval.Request, flow *policy.Flow) ([]workflows.PersonID, []workflows.Role) {
	c := r.Concerned()
	people := append([]workflows.PersonID{c.Requester, c.Owner}, c.Deciders...)
	people = append(people, c.Informed...)
	for _, w := range r.Waits {
		people = append(people, w.Who, w.For)
	}
	for _, q := range r.Questions {
		people = append(people, q.Person, q.AnswerBy)
	}
	for _, n := range r.Namings {
		people = append(people, n.By)
	}
	roles := approval.Unblockers()
	for _, s := range r.Screening.Plan.Stages {
		for _, m := range s.Members {
			roles = append(roles, m.Role)
		}
		roles = append(roles, s.EscalateTo...)
	}
	for _, q := range flow.Questions {
		if q.Type == policy.User {
			people = append(people, workflows.PersonID(r.Screening.Answers[q.Key].Text))
		}
	}
	for _, k := range r.Screening.Kept {
		people = append(people, k.By)
	}
	people = slices.DeleteFunc(people, func(id workflows.PersonID) bool { return id == "" || id == workflows.System })
	slices.Sort(people)
	slices.Sort(roles)
	return slices.Compact(people), slices.Compact(roles)
}

func (c Case) open() bool { return c.Request.Status == approval.StatusOpen }

func (c Case) plan() policy.Plan { return c.Request.Screening.Plan }

// stage gives the present stage; ok is false when the request has ended or has none.
func (c Case) stage() (policy.Stage, bool) {
	stages := c.plan().Stages
	if !c.open() || c.Request.Stage < 0 || c.Request.Stage >= len(stages) {
		return policy.Stage{}, false
	}
	return stages[c.Request.Stage], true
}

// mine gives what waits for the viewer. What has to be there first comes last: a person waits for an answer.
func (c Case) mine() []workflows.Wait {
	var out []workflows.Wait
	for _, w := range c.Request.Waits {
		if w.Who == c.Viewer.ID {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b workflows.Wait) int { return cmp.Compare(lastMissing(a.Why), lastMissing(b.Why)) })
	return out
}

func lastMissing(why workflows.Why) int {
	if why == workflows.WhyMissing {
		return 1
	}
	return 0
}

// votes gives the votes of the present round, of one stage or of all.
func (c Case) votes(stage string) []approval.Vote {
	return castIn(c, stage, c.Request.Votes, func(v approval.Vote) approval.Cast { return v.Cast })
}

func (c Case) rulings(stage string) []approval.Ruling {
	return castIn(c, stage, c.Request.Rulings, func(v approval.Ruling) approval.Cast { return v.Cast })
}

func (c Case) advices(stage string) []approval.Advice {
	return castIn(c, stage, c.Request.Advices, func(v approval.Advice) approval.Cast { return v.Cast })
}

// castIn gives what was cast in the present round, in one stage or in all.
func castIn[T any](c Case, stage string, all []T, cast func(T) approval.Cast) []T {
	var out []T
	for _, one := range all {
		if v := cast(one); v.Round == c.Request.Round && (stage == "" || v.Stage == stage) {
			out = append(out, one)
		}
	}
	return out
}

// openQuestions gives the questions of the round that wait for an answer.
func (c Case) openQuestions() []approval.Question {
	var out []approval.Question
	for _, q := range c.Request.Questions {
		if q.Open() {
			out = append(out, q)
		}
	}
	return out
}

func (c Case) tier() policy.TierInfo {
	t := c.Request.Screening.Assessment.Tier
	if info, ok := c.Flow.Tier(t); ok {
		return info
	}
	return policy.TierInfo{Tier: t, Display: c.tierName(t)}
}

func (c Case) isRequester() bool { return c.Viewer.ID == c.Request.Requester }

func (c Case) isOwner() bool { return c.Viewer.ID == c.Request.Owner }
