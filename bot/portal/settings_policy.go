package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// version is one activation of a policy.
type version struct {
	Hash, From string
	When       when
	Who        string
	Proposal   string
	By         string // who proposed it
	Alone      bool
}

// short is a hash as people compare it.
func short(hash string) string { return hash[:min(12, len(hash))] }

// versions gives the activations, the one in force first.
func (p *Portal) versions(r *http.Request, v visit) ([]version, error) {
	rows, err := p.cfg.Requests.History(r.Context(), workflows.PackRef())
	if err != nil {
		return nil, err
	}
	var out []version
	var people []workflows.PersonID
	var found []workflows.Activation
	var records []workflows.Record
	for _, row := range slices.Backward(rows) {
		var a workflows.Activation
		if row.Record.What != workflows.FactPolicyActivated || json.Unmarshal(row.Record.Data, &a) != nil {
			continue
		}
		found, records, people = append(found, a), append(records, row.Record), append(people, row.Record.Actor, a.By)
	}
	roster, err := p.named(r, people)
	if err != nil {
		return nil, err
	}
	c := p.clock(v)
	for i, a := range found {
		one := version{Hash: a.To, From: a.From, When: c.at(records[i].Time()), Who: doer(records[i].Actor, roster), Proposal: a.Proposal, Alone: a.Alone}
		if a.By != "" {
			one.By = doer(a.By, roster)
		}
		out = append(out, one)
	}
	return out, nil
}

// inForceFacts says which policy is in force, since when and by whom.
func inForceFacts(versions []version) []fact {
	if len(versions) == 0 {
		return []fact{{"Policy", cell{Note: sayNoVersions}}}
	}
	now := versions[0]
	out := []fact{{"Policy", cell{Code: short(now.Hash)}}, {"Since", cell{When: now.When}}, {"Put in force by", cell{Text: now.Who}}}
	switch {
	case now.By != "" && !now.Alone:
		out = append(out, fact{"Proposed by", cell{Text: now.By}})
	case now.Alone:
		out = append(out, fact{"Second person", cell{Note: "none, and the record says so"}})
	}
	return out
}

// policyPage lists the versions of the policy.
type policyPage struct {
	Tabs     []navItem
	InForce  []fact
	Folder   *link  // the folder holds another one
	Broken   string // the folder holds none
	Versions table
	Recent   []proposalLine
}

// recentProposals is how many proposals are listed.
const recentProposals = 30

func (p *Portal) policyVersions(w http.ResponseWriter, r *http.Request, v visit) error {
	versions, err := p.versions(r, v)
	if err != nil {
		return err
	}
	page := policyPage{Tabs: settingsTabs("/settings/policy"), InForce: inForceFacts(versions), Versions: versionTable(versions)}
	folder, err := p.cfg.Settings.Folder(r.Context())
	switch {
	case err != nil:
		page.Broken = card.CleanLines(err.Error())
	case len(versions) == 0 || folder.Hash != versions[0].Hash:
		page.Folder = &link{Path: "/settings/policy/" + folder.Hash, Label: "Look at what policy " + short(folder.Hash) + " changes"}
	}
	recent, err := p.cfg.Settings.Proposals.Proposals(r.Context(), recentProposals)
	if err != nil {
		return err
	}
	recent = slices.DeleteFunc(recent, func(q workflows.Proposal) bool { return q.What != workflows.ProposePolicy })
	if page.Recent, err = p.proposalLines(r, v, recent); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "settings-policy", page)
}

func versionTable(versions []version) table {
	t := table{Label: "Versions that were in force", Columns: []column{
		{Label: "Policy", Kind: columnMain}, {Label: "In force from", Kind: columnWhen}, {Label: "By"}, {Label: "Proposed by"},
	}}
	for i, one := range versions {
		main := cell{Text: short(one.Hash), Path: "/settings/policy/" + one.Hash}
		if i == 0 {
			main.Note = "in force"
		}
		by := cell{Text: one.By}
		switch {
		case one.Alone:
			by = cell{Text: one.By, Note: "alone"}
		case one.From == "":
			by = cell{Note: "first start"}
		}
		t.Rows = append(t.Rows, tableRow{Cells: []cell{main, {When: one.When}, {Text: one.Who}, by}})
	}
	return t
}

// hashPattern is a content hash, whole.
var hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// packs gives the policy in force and the one that an address names: of the folder, or stored.
func (p *Portal) packs(r *http.Request) (from, to *policy.Pack, err error) {
	hash := r.PathValue("hash")
	if !hashPattern.MatchString(hash) {
		return nil, nil, workflows.ErrNotFound
	}
	if from, err = p.cfg.Settings.Guard.Pack(r.Context(), ""); err != nil {
		return nil, nil, err
	}
	if folder, err := p.cfg.Settings.Folder(r.Context()); err == nil && folder.Hash == hash {
		return from, folder, nil
	}
	to, err = p.cfg.Settings.Guard.Pack(r.Context(), hash)
	return from, to, err
}

// differencePage is what a policy changes, with a form to propose it.
type differencePage struct {
	Head       pageHead
	Facts      []fact
	Difference *difference
	Plain      string // address of the difference as plain text
	Same       string
	Form       *settingsForm
}

func (p *Portal) policyDifference(w http.ResponseWriter, r *http.Request, v visit) error {
	from, to, err := p.packs(r)
	if err != nil {
		return err
	}
	return p.showDifference(w, r, v, from, to, nil)
}

func (p *Portal) showDifference(w http.ResponseWriter, r *http.Request, v visit, from, to *policy.Pack, said *said) error {
	page := differencePage{Head: pageHead{Kicker: "Policy", Title: "Policy " + short(to.Hash)}}
	if from.Hash == to.Hash {
		page.Same = saySameInForce
		return p.show(w, r, v, said.status(), "settings-difference", page)
	}
	page.Facts = []fact{{"In force", cell{Code: from.Hash}}, {"This one", cell{Code: to.Hash}}}
	page.Difference, page.Plain = differenceOf(from, to), r.URL.Path+"/difference.txt"
	if administers(v.Person) {
		note, err := p.beforeProposing(r, v)
		if err != nil {
			return err
		}
		page.Form = newSettingsForm("/settings/policy/"+to.Hash, "Propose it", note, said, reasonField())
		page.Form.Hidden = []option{{Value: "from", Label: from.Hash}}
	}
	return p.show(w, r, v, said.status(), "settings-difference", page)
}

// beforeProposing says what follows from a proposal: whether a second person is needed.
func (p *Portal) beforeProposing(r *http.Request, v visit) (string, error) {
	alone, err := p.alone(r, v)
	if alone {
		return sayAloneFirst, err
	}
	return saySecondPerson, err
}

// alone says whether the visitor is the only one who administers Steward.
func (p *Portal) alone(r *http.Request, v visit) (bool, error) {
	roster, err := p.cfg.People.People(r.Context(), nil, []workflows.Role{workflows.Administrator}, p.cfg.Business())
	holders := roster.Holders(workflows.Administrator)
	return len(holders) == 1 && holders[0].ID == v.Person.ID, err
}

func (p *Portal) proposePolicy(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	from, to, err := p.packs(r)
	if err != nil {
		return err
	}
	if fromChat(v) {
		return p.showDifference(w, r, v, from, to, &said{no: notFromChat(), form: form, again: r.URL.Path})
	}
	made, no, err := p.cfg.Settings.Guard.Propose(r.Context(), workflows.ProposalAsk{
		What: workflows.ProposePolicy, From: form.Get("from"), To: to.Hash, Reason: reasonOf(form), Actor: v.Person.ID, Via: v.who("").Via,
	}, to)
	switch {
	case err != nil:
		return err
	case no != nil:
		return p.showDifference(w, r, v, from, to, &said{no: no, form: form, instead: made.ID})
	}
	return p.seeProposal(w, r, v, made.ID)
}

// policyPlain is the difference as plain text: for a terminal, for a printer, and for whoever wants to be sure.
func (p *Portal) policyPlain(w http.ResponseWriter, r *http.Request, _ visit) error {
	from, to, err := p.packs(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(w, visible(plainDifference(from, to))) // the visitor may have gone
	return nil
}

func plainDifference(from, to *policy.Pack) string {
	var b strings.Builder
	fmt.Fprintf(&b, "In force %s\nThis one %s\n\n%s\n", from.Hash, to.Hash, strings.Join(policy.Diff(from, to), "\n"))
	for _, f := range policy.CompareFiles(from, to) {
		fmt.Fprintf(&b, "\n%s: %s\n", f.File, f.How)
		for _, l := range f.Lines {
			fmt.Fprintf(&b, "%c %s\n", l.Sign, l.Text)
		}
	}
	return b.String()
}

// pairOf gives the two policies of a proposal; ok is false where one is not stored any more or cannot be read.
func (p *Portal) pairOf(r *http.Request, q workflows.Proposal) (from, to *policy.Pack, ok bool, err error) {
	if from, err = p.cfg.Settings.Guard.Pack(r.Context(), q.From); err == nil {
		to, err = p.cfg.Settings.Guard.Pack(r.Context(), q.To)
	}
	if errors.Is(err, workflows.ErrNotFound) {
		return nil, nil, false, nil
	}
	return from, to, err == nil, err
}
