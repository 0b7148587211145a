package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// systemPage is one entry of the AI register: its card taken apart; for those who may read all of it also its conditions and its
// history.
type systemPage struct {
	Card    titledCard
	Due     when   // until when something waits for the visitor; empty where nothing does
	Actions bool   // there is something to press
	Waits   bool   // something waits for the visitor
	Whole   bool   // the visitor may read all of it
	Explain string // path of the page that says why; for those who may read all of it
	Facts   []fact
	Tasks   table
	Users   table // who joined
	History []entry

	id  string
	seq int
}

func (s systemPage) watches() map[string]int { return map[string]int{s.id: s.seq} }

// system shows an entry: its card to everybody, and what was typed to those who may read it.
func (p *Portal) system(w http.ResponseWriter, r *http.Request, v visit) error {
	ref, ok := workflows.ShortRef(r.PathValue("id"))
	if !ok || ref.Kind != workflows.KindSystem {
		return errUnknown
	}
	if ref.ID != r.PathValue("id") {
		return p.see(w, r, v, systemPath(ref.ID), "")
	}
	sys, err := p.cfg.Register.System(r.Context(), ref.ID)
	if err != nil {
		return err
	}
	reply, err := p.cfg.Desk.Show(r.Context(), v.who(""), ref)
	if err != nil {
		return err
	}
	if reply.Card == nil || reply.Code != "" {
		return p.answer(w, r, v, reply, nil)
	}
	page := systemPage{Card: titled(1, p.nonce(), *reply.Card), Whole: workflows.MaySee(v.Person, sys.Concerned()), id: sys.ID, seq: sys.Seq}
	page.Actions = len(page.Card.Buttons)+len(page.Card.More) > 0
	page.Due, page.Waits = p.waitsUntil(v, sys.Waits)
	if page.Whole {
		if err := p.wholeSystem(r, v, sys, &page); err != nil {
			return err
		}
	}
	return p.show(w, r, v, http.StatusOK, "system", page)
}

// explainSystem shows why an entry stands where it does, for whom it waits, and who may do what.
func (p *Portal) explainSystem(w http.ResponseWriter, r *http.Request, v visit) error {
	ref, ok := workflows.ShortRef(r.PathValue("id"))
	if !ok || ref.Kind != workflows.KindSystem {
		return errUnknown
	}
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbExplain, About: ref.String()})
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}

// wholeSystem adds what only those see who may read all of an entry.
func (p *Portal) wholeSystem(r *http.Request, v visit, sys register.System, page *systemPage) error {
	page.Explain = systemPath(sys.ID) + "/explain"
	var err error
	if page.Facts, err = p.requestFacts(r, v, sys.Request); err != nil {
		return err
	}
	people, _ := sys.Concerns()
	roster, err := p.named(r, people)
	if err != nil {
		return err
	}
	rows, err := p.cfg.Requests.History(r.Context(), workflows.SystemRef(sys.ID))
	if err != nil {
		return err
	}
	page.Tasks = taskTable(sys, rows, roster, p.clock(v))
	if page.Users, err = p.userTable(r, v, sys); err != nil {
		return err
	}
	flows, err := p.cfg.Flows.Flows(r.Context())
	if err != nil {
		return err
	}
	page.History, err = p.history(r, v, rows, taskWords(sys, flows))
	return err
}

// requestFacts names the request that an entry is of, with its address for those who may read it; what was only seen has none.
func (p *Portal) requestFacts(r *http.Request, v visit, request string) ([]fact, error) {
	if request == "" {
		return nil, nil
	}
	is := cell{Text: request}
	may, err := p.cfg.Watch.read.ReadableRequests(r.Context(), v.Person, []string{request})
	if len(may) > 0 {
		is.Path = pathTo(workflows.RequestRef(request))
	}
	return []fact{{Label: "Request", Cell: is}}, err
}

// taskTable makes the lines of the conditions of an entry.
func taskTable(sys register.System, rows []workflows.LogRow, roster workflows.Roster, c clock) table {
	out := table{Label: "Conditions", Columns: []column{
		{Label: "Condition", Kind: columnMain},
		{Label: "State", Kind: columnMark},
		{Label: "Due", Kind: columnDue},
		{Label: "Owner"},
		{Label: "Verified by"},
		{Label: "Proof"},
		{Label: "Serves"},
	}}
	for _, t := range sys.Tasks {
		mark, due := taskMark(t), cell{Due: c.due(t.Due)}
		switch {
		case t.Settled():
			due = cell{}
		case t.GoLive && t.Due.IsZero():
			due = cell{Text: textGoLive}
		}
		proof := proofCell(t.Proof)
		proof.Note = proofNote(t, roster, c)
		if len(t.Files) > 0 {
			proof.Files = proofFiles(rows, t.Key)
		}
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			{Text: card.Clean(t.Text), Note: evidenceNote(t)},
			{Mark: &mark},
			due, personCell(roster, sys.Owner),
			{Text: sentence(t.Verifier.Words())},
			proof,
			{Text: strings.Join(t.Refs, ", ")},
		}})
	}
	return out
}

// maxUsers is how many of those who joined an entry its page names: the newest.
const maxUsers = 100

// userTable makes the lines of those who joined an entry, the newest first.
func (p *Portal) userTable(r *http.Request, v visit, sys register.System) (table, error) {
	users := slices.Clone(sys.Joined)
	slices.Reverse(users)
	users = users[:min(len(users), maxUsers)]
	var named []workflows.PersonID
	for _, u := range users {
		named = append(named, u.Who, u.By)
	}
	roster, err := p.named(r, named)
	if err != nil {
		return table{}, err
	}
	out := table{Label: "Who joined", Columns: []column{{Label: "Person", Kind: columnMain}, {Label: "Since"}, {Label: "Agreed by"}}}
	c := p.clock(v)
	for _, u := range users {
		by := cell{Text: textCovered}
		if u.By != "" {
			by = personCell(roster, u.By)
		}
		out.Rows = append(out.Rows, tableRow{Cells: []cell{personCell(roster, u.Who), {Text: c.moment(u.At)}, by}})
	}
	return out, nil
}

// proofCell shows a proof: as a link where it is an address and nothing else.
func proofCell(proof string) cell {
	proof = strings.TrimSpace(card.Clean(proof))
	u, err := url.Parse(proof)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(proof, " \n\t") {
		return cell{Text: proof}
	}
	return cell{Text: proof, Out: u.String()}
}

// taskWords names the conditions of an entry by their keys: as the policy in force calls them, else by their own words.
func taskWords(sys register.System, flows []*policy.Flow) func(string) string {
	return func(key string) string {
		if label := conditionLabel(flows, key); label != "" {
			return label
		}
		if t, ok := sys.Task(key); ok {
			return shortened(t.Text)
		}
		return words(key)
	}
}

// conditionLabel gives the name of a condition in the first of the flows that has one; empty where none does.
func conditionLabel(flows []*policy.Flow, key string) string {
	for _, f := range flows {
		for _, rule := range f.Conditions {
			if rule.Condition.Key == key && rule.Condition.Label != "" {
				return strings.TrimSuffix(rule.Condition.Label, ".")
			}
		}
	}
	return ""
}
