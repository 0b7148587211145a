package portal

import (
	"net/http"
	"slices"

	"steward/bot/card"
	"steward/workflows"
)

// proposalLine is a proposal in a list.
type proposalLine struct {
	Path, Kicker, Title string
	Mark                card.Mark
	By                  string
	When                when
}

// proposalLines makes lines of proposals.
func (p *Portal) proposalLines(r *http.Request, v visit, proposals []workflows.Proposal) ([]proposalLine, error) {
	var people []workflows.PersonID
	for _, q := range proposals {
		people = append(people, q.By, q.Subject)
	}
	roster, err := p.named(r, people)
	if err != nil {
		return nil, err
	}
	c := p.clock(v)
	var out []proposalLine
	for _, q := range proposals {
		out = append(out, proposalLine{
			Path: proposalPath(q.ID), Kicker: "Proposal " + q.ID, Title: proposalTitle(q, roster), Mark: proposalMark(q.State), By: doer(q.By, roster), When: c.at(q.At),
		})
	}
	return out, nil
}

// doer names who changed something: the command line of the server is nobody by name.
func doer(who workflows.PersonID, roster workflows.Roster) string {
	if who == workflows.System {
		return sayOperator
	}
	return roster.Name(who)
}

func proposalTitle(q workflows.Proposal, roster workflows.Roster) string {
	if q.What == workflows.ProposeRoles {
		return "Roles of " + roster.Name(q.Subject)
	}
	return "Policy " + short(q.To)
}

// proposalsFor gives an administrator the proposals that they may put in force.
func (p *Portal) proposalsFor(r *http.Request, v visit) ([]proposalLine, error) {
	if p.cfg.Settings == nil || !administers(v.Person) {
		return nil, nil
	}
	open, err := p.cfg.Settings.Proposals.OpenProposals(r.Context())
	if err != nil || len(open) == 0 {
		return nil, err
	}
	alone, err := p.alone(r, v)
	if err != nil {
		return nil, err
	}
	if !alone {
		open = slices.DeleteFunc(open, func(q workflows.Proposal) bool { return q.By == v.Person.ID })
	}
	return p.proposalLines(r, v, open)
}

// proposalPage is one proposal with what it changes, and what the visitor can do with it.
type proposalPage struct {
	Head       pageHead
	Lead       string // who proposes it
	Reason     string
	Facts      []fact
	Difference *difference
	Plain      string
	Error      string // why it was not done
	Note       string // what the visitor may not do, and who does
	Warn       string
	Confirm    *postButton
	Withdraw   *postButton
	History    []entry
}

func (p *Portal) proposal(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.showProposal(w, r, v, nil)
}

func (p *Portal) showProposal(w http.ResponseWriter, r *http.Request, v visit, s *said) error {
	q, err := p.cfg.Settings.Proposals.Proposal(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	roster, err := p.named(r, []workflows.PersonID{q.By, q.Subject, q.SettledBy})
	if err != nil {
		return err
	}
	rows, err := p.cfg.Requests.History(r.Context(), workflows.ProposalRef(q.ID))
	if err != nil {
		return err
	}
	mark := proposalMark(q.State)
	page := proposalPage{
		Head: pageHead{Kicker: "Proposal " + q.ID, Title: proposalTitle(q, roster), Mark: &mark}, Lead: doer(q.By, roster) + " proposes:", Facts: p.proposalFacts(v, q, roster),
	}
	if s != nil {
		page.Error = s.no.Sentence
	}
	if len(rows) > 0 {
		page.Reason = card.CleanLines(rows[0].Texts["reason"])
	}
	if page.History, err = p.history(r, v, rows, func(key string) string { return key }); err != nil {
		return err
	}
	if err := p.showWhat(r, q, &page); err != nil {
		return err
	}
	if err := p.offer(r, v, q, &page); err != nil {
		return err
	}
	return p.show(w, r, v, s.status(), "settings-proposal", page)
}

func (p *Portal) proposalFacts(v visit, q workflows.Proposal, roster workflows.Roster) []fact {
	c := p.clock(v)
	out := []fact{{"Proposed", cell{When: c.at(q.At)}}}
	if ended := endedLine(q); ended != "" {
		out = append(out, fact{ended, cell{Text: doer(q.SettledBy, roster)}}, fact{"Ended", cell{When: c.at(q.SettledAt)}})
	}
	if q.What == workflows.ProposePolicy {
		out = append(out, fact{"In place of", cell{Code: q.From}}, fact{"This policy", cell{Code: q.To}})
	}
	return out
}

// showWhat puts on the page what the proposal changes.
func (p *Portal) showWhat(r *http.Request, q workflows.Proposal, page *proposalPage) error {
	if q.What == workflows.ProposeRoles {
		pack, err := p.cfg.Settings.Guard.Pack(r.Context(), "")
		if err != nil {
			return err
		}
		page.Difference = rolesDifference(pack, q.From, q.To)
		return nil
	}
	from, to, ok, err := p.pairOf(r, q)
	if err != nil || !ok {
		return err
	}
	page.Difference = differenceOf(from, to)
	if q.State == workflows.ProposalOpen {
		page.Plain = "/settings/policy/" + q.To + "/difference.txt"
	}
	return nil
}

// offer puts on the page what the visitor can do. Both hashes, or both lists of roles, go with the press: it counts only for
// the difference that stands above it.
func (p *Portal) offer(r *http.Request, v visit, q workflows.Proposal, page *proposalPage) error {
	if q.State != workflows.ProposalOpen {
		return nil
	}
	fields := []option{{Value: "from", Label: q.From}, {Value: "to", Label: q.To}}
	own := q.By == v.Person.ID
	if own || administers(v.Person) {
		label := "Turn it down"
		if own {
			label = "Withdraw it"
		}
		page.Withdraw = &postButton{Path: proposalPath(q.ID) + "/withdraw", Label: label, Fields: fields}
	}
	if !administers(v.Person) {
		page.Note = sayReadOnly
		return nil
	}
	if fromChat(v) {
		page.Note = sayNotFromChat
		return nil
	}
	alone, err := p.alone(r, v)
	if err != nil {
		return err
	}
	if page.Difference == nil || own && !alone {
		page.Note = sayOwnProposal
		return nil
	}
	say := sayConfirmPolicy
	if q.What == workflows.ProposeRoles {
		say = sayConfirmRoles
	}
	page.Confirm = &postButton{Path: proposalPath(q.ID) + "/confirm", Label: "Put it in force", Style: card.StylePrimary, Fields: fields}
	page.Note = say
	if own {
		page.Warn = sayConfirmAlone
	}
	return nil
}

func (p *Portal) confirmProposal(w http.ResponseWriter, r *http.Request, v visit) error {
	if fromChat(v) {
		return p.showProposal(w, r, v, &said{no: notFromChat()})
	}
	return p.settle(w, r, v, workflows.DoConfirm, sayConfirmed)
}

func (p *Portal) withdrawProposal(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.settle(w, r, v, workflows.DoWithdraw, sayWithdrawn)
}

func (p *Portal) settle(w http.ResponseWriter, r *http.Request, v visit, do workflows.ProposalDo, say string) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	_, no, err := p.cfg.Settings.Guard.SettleProposal(r.Context(), workflows.ProposalAct{
		ID: r.PathValue("id"), Do: do, From: form.Get("from"), To: form.Get("to"), Actor: v.Person.ID, Via: v.who("").Via,
	})
	switch {
	case err != nil:
		return err
	case no != nil && no.Code == workflows.CodeUnknown:
		return workflows.ErrNotFound
	case no != nil:
		return p.showProposal(w, r, v, &said{no: no, form: form})
	}
	return p.see(w, r, v, proposalPath(r.PathValue("id")), say)
}
