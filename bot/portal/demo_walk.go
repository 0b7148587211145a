package portal

import (
	"context"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// walk is the suggested way through the product in five steps. Nothing remembers how far somebody has come: each step is done
// when the state of things says so, whoever did it and by whatever way.
type walk struct {
	Steps []walkStep
	Next  *walkStep // nil at the end
}

// walkStep is one step: what to do, in one sentence, and a way to the page as the right person.
type walkStep struct {
	N    int // from 1
	Says string
	Who  workflows.Person
	Go   string // the button, or the link where the visitor is that person already
	To   string
	// Press is an address that the step posts to, once the visitor is the right person.
	Press string
	Done  bool
	Here  bool // the next one
	Mine  bool // the visitor is the right person
}

// clockMoved is from how much on the demo's clock counts as moved: more than it can drift.
const clockMoved = time.Hour

// walker works out the steps.
type walker struct {
	p     *Portal
	tour  Tour
	names workflows.Roster
}

func (p *Portal) walk(ctx context.Context, v visit) (*walk, error) {
	w := walker{p: p, tour: *p.cfg.Tour}
	asked, err := w.asked(ctx)
	if err != nil {
		return nil, err
	}
	open, err := p.cfg.Requests.Request(ctx, w.tour.Question)
	if err != nil {
		return nil, err
	}
	who := []workflows.PersonID{w.tour.Asker, w.tour.Watcher, w.tour.Auditor, open.Requester}
	who = append(who, decision(asked).Who)
	for _, wait := range open.Waits {
		who = append(who, wait.Who)
	}
	for _, q := range open.Questions {
		who = append(who, q.Person)
	}
	if w.names, err = p.cfg.People.People(ctx, who, nil, p.cfg.Business()); err != nil {
		return nil, err
	}
	out := &walk{Steps: []walkStep{w.ask(asked), w.decide(asked), w.answer(open), w.watch(), w.check()}}
	for i := range out.Steps {
		s := &out.Steps[i]
		s.N, s.Mine = i+1, s.Who.ID == v.Person.ID
		if !s.Done && out.Next == nil {
			s.Here, out.Next = true, s
		}
	}
	return out, nil
}

// asked gives the newest request that the asker sent since the demo began and did not take back; of those the one that
// somebody has decided on, where there is one. It has no id where there is none.
func (w walker) asked(ctx context.Context) (approval.Request, error) {
	roster, err := w.p.cfg.People.People(ctx, []workflows.PersonID{w.tour.Asker}, nil, w.p.cfg.Business())
	if err != nil {
		return approval.Request{}, err
	}
	asker, _ := roster.Person(w.tour.Asker)
	rows, _, err := w.p.cfg.Requests.RequestRows(ctx, asker, workflows.RequestFilter{Mine: true, Limit: 20})
	if err != nil {
		return approval.Request{}, err
	}
	var newest approval.Request
	for _, row := range rows {
		if row.Requester != asker.ID || !row.SentAt.After(w.tour.Began) || row.Status == string(approval.StatusWithdrawn) {
			continue
		}
		r, err := w.p.cfg.Requests.Request(ctx, row.ID)
		if err != nil {
			return newest, err
		}
		if decided(r) {
			return r, nil
		}
		if newest.ID == "" {
			newest = r
		}
	}
	return newest, nil
}

// decided says whether somebody has said yes, no, or named an outcome.
func decided(r approval.Request) bool {
	return len(r.Votes) > 0 || len(r.Rulings) > 0 || r.ID != "" && r.Status != approval.StatusOpen
}

func (w walker) person(id workflows.PersonID) workflows.Person {
	who, _ := w.names.Person(id)
	return who
}

func (w walker) ask(r approval.Request) walkStep {
	who := w.person(w.tour.Asker)
	return walkStep{Says: textWalkAsk(who.Name), Who: who, Go: textGoAsk, To: "/requests/new", Done: r.ID != ""}
}

// decide asks for what the request waits for. That is a decision, but where its owner has to accept first, or a question is
// open.
func (w walker) decide(r approval.Request) walkStep {
	if r.ID == "" {
		who := w.person(w.tour.Watcher)
		return walkStep{Says: textWalkDecideLater(who.Name), Who: who, Go: textGoInbox, To: "/"}
	}
	wait := decision(r)
	who := w.person(wait.Who)
	return walkStep{
		Says: textWalkDecide(wait.Why, r.ID, who.Name), Who: who, Go: textGoOpen(r.ID), To: pathTo(workflows.RequestRef(r.ID)), Done: decided(r),
	}
}

// decision gives who decided on a request, or whom it waits for: first those who decide, then anybody, at last who sent it.
func decision(r approval.Request) workflows.Wait {
	switch {
	case len(r.Votes) > 0:
		return workflows.Wait{Who: r.Votes[0].Person, Why: workflows.WhyDecide}
	case len(r.Rulings) > 0:
		return workflows.Wait{Who: r.Rulings[0].Person, Why: workflows.WhyDecide}
	case len(r.Waits) == 0:
		return workflows.Wait{Who: r.Requester}
	}
	i := slices.IndexFunc(r.Waits, func(one workflows.Wait) bool { return one.Why == workflows.WhyDecide })
	return r.Waits[max(i, 0)]
}

// answer is done when the question that was open when the demo began waits no longer.
func (w walker) answer(r approval.Request) walkStep {
	waits := slices.IndexFunc(r.Waits, func(one workflows.Wait) bool { return one.Why == workflows.WhyQuestion })
	asks := slices.IndexFunc(r.Questions, func(q approval.Question) bool { return q.Open() })
	s := walkStep{Who: w.person(r.Requester), Go: textGoOpen(r.ID), To: pathTo(workflows.RequestRef(r.ID)), Done: waits < 0 || asks < 0}
	asker := ""
	if !s.Done {
		s.Who, asker = w.person(r.Waits[waits].Who), w.person(r.Questions[asks].Person).Name
	}
	s.Says = textWalkAnswer(asker, r.ID, s.Who.Name)
	return s
}

func (w walker) watch() walkStep {
	who := w.person(w.tour.Watcher)
	return walkStep{
		Says: textWalkWatch(who.Name), Who: who, Go: textGoInbox, To: "/",
		Done: w.p.cfg.Business().Sub(w.p.cfg.Now()) >= clockMoved,
	}
}

func (w walker) check() walkStep {
	who := w.person(w.tour.Auditor)
	s := walkStep{Says: textWalkCheck(who.Name), Who: who, Go: textGoRecord, To: "/record", Press: pathCheck}
	c, ok := w.tour.Stage.Checked()
	s.Done = ok && c.Problem == ""
	return s
}
