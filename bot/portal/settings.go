package portal

import (
	"context"
	"net/http"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// Settings is what the settings pages are made of. A portal without it has none.
type Settings struct {
	// Rows are the settings of the server, read once at the start.
	Rows      []Setting
	Proposals Proposals
	Guard     Guard
	// Folder gives the policy as it lies in the policy folder now, in the program where no folder is named. The error is shown.
	Folder func(ctx context.Context) (*policy.Pack, error)
}

// Setting is one setting of the server as it may be shown. The value of a secret never comes here.
type Setting struct {
	Name, Usage   string
	Value, Origin string
	Secret, Set   bool
}

// Proposals is what waits for a second person, and what once did.
type Proposals interface {
	// Proposal reads one; [workflows.ErrNotFound] where there is none.
	Proposal(ctx context.Context, id string) (workflows.Proposal, error)
	// OpenProposals gives those that wait, oldest first.
	OpenProposals(ctx context.Context) ([]workflows.Proposal, error)
	// Proposals gives the newest in any state, newest first: at most n.
	Proposals(ctx context.Context, n int) ([]workflows.Proposal, error)
}

// Guard is where changes of Steward itself go. A refusal is no error.
type Guard interface {
	// Pack gives a stored policy, or the one in force where hash is empty; [workflows.ErrNotFound] where there is none.
	Pack(ctx context.Context, hash string) (*policy.Pack, error)
	// Propose stores a proposal; for roles pack is nil. With a refusal may come the proposal that says the same already.
	Propose(ctx context.Context, ask workflows.ProposalAsk, pack *policy.Pack) (workflows.Proposal, *workflows.Refusal, error)
	// SettleProposal confirms a proposal, which puts it in force, or withdraws it.
	SettleProposal(ctx context.Context, act workflows.ProposalAct) (workflows.Proposal, *workflows.Refusal, error)
}

// settingsRoutes are the routes of the settings; none where the portal has no settings.
func (p *Portal) settingsRoutes() []route {
	if p.cfg.Settings == nil {
		return nil
	}
	return []route{
		{method: "GET", path: "/settings", serve: p.forSettings(p.settings)},
		{method: "GET", path: "/settings/policy", serve: p.forSettings(p.policyVersions)},
		{method: "GET", path: "/settings/policy/{hash}", serve: p.forSettings(p.policyDifference)},
		{method: "GET", path: "/settings/policy/{hash}/difference.txt", serve: p.forSettings(p.policyPlain)},
		{method: "POST", path: "/settings/policy/{hash}", serve: p.forAdministrators(p.proposePolicy)},
		{method: "GET", path: "/settings/roles", serve: p.forSettings(p.roles)},
		{method: "GET", path: "/settings/roles/{person}", serve: p.forSettings(p.rolesOf)},
		{method: "POST", path: "/settings/roles/{person}", serve: p.forAdministrators(p.proposeRoles)},
		{method: "GET", path: "/settings/proposals/{id}", serve: p.forSettings(p.proposal)},
		{method: "POST", path: "/settings/proposals/{id}/confirm", serve: p.forAdministrators(p.confirmProposal)},
		{method: "POST", path: "/settings/proposals/{id}/withdraw", serve: p.forSettings(p.withdrawProposal)},
	}
}

type serving = func(http.ResponseWriter, *http.Request, visit) error

func administers(who workflows.Person) bool { return who.Active && who.Has(workflows.Administrator) }

// forSettings shows a page to those who oversee Steward; for others it does not exist.
func (p *Portal) forSettings(serve serving) serving {
	return func(w http.ResponseWriter, r *http.Request, v visit) error {
		if !oversees(v.Person) {
			return workflows.ErrNotFound
		}
		return serve(w, r, v)
	}
}

// forAdministrators lets administrators do something, and tells those who only read that they do not.
func (p *Portal) forAdministrators(serve serving) serving {
	return p.forSettings(func(w http.ResponseWriter, r *http.Request, v visit) error {
		if !administers(v.Person) {
			return errAdministrators
		}
		return serve(w, r, v)
	})
}

// fromChat says that a session is worth no more than a chat account. Nothing of Steward itself is changed in it: whoever stole
// the account of an administrator would else give themself any role, and lower what the policy asks of a decider.
func fromChat(v visit) bool { return !v.Assured.Meets(string(workflows.AssuredPortal)) }

func notFromChat() *workflows.Refusal { return workflows.Refuse(workflows.CodeNotNow, sayFromChat) }

// settingsPage is the overview: what waits, what is in force, how the server is set up.
type settingsPage struct {
	Tabs    []navItem
	Open    []proposalLine
	Empty   emptyState
	InForce []fact
	Alone   string // said where one person administers
	Rows    table
}

// settingsTabs leads between the pages of the settings.
func settingsTabs(here string) []navItem {
	tabs := []navItem{{Path: "/settings", Label: "Overview"}, {Path: "/settings/policy", Label: "Policy"}, {Path: "/settings/roles", Label: "Roles"}}
	for i := range tabs {
		tabs[i].Here = tabs[i].Path == here
	}
	return tabs
}

func (p *Portal) settings(w http.ResponseWriter, r *http.Request, v visit) error {
	page := settingsPage{Tabs: settingsTabs("/settings"), Empty: emptyState{Text: sayNothingOpen}, Rows: settingsTable(p.cfg.Settings.Rows)}
	open, err := p.cfg.Settings.Proposals.OpenProposals(r.Context())
	if err != nil {
		return err
	}
	if page.Open, err = p.proposalLines(r, v, open); err != nil {
		return err
	}
	versions, err := p.versions(r, v)
	if err != nil {
		return err
	}
	page.InForce = inForceFacts(versions)
	roster, err := p.cfg.People.People(r.Context(), nil, []workflows.Role{workflows.Administrator}, p.cfg.Business())
	if err != nil {
		return err
	}
	switch holders := roster.Holders(workflows.Administrator); len(holders) {
	case 0:
		page.Alone = sayNoAdministrator
	case 1:
		page.Alone = sayOneAdministrator
	}
	return p.show(w, r, v, http.StatusOK, "settings", page)
}

func settingsTable(rows []Setting) table {
	t := table{Label: "Configuration", Columns: []column{{Label: "Setting", Kind: columnMain}, {Label: "Value"}, {Label: "From", Kind: columnQuiet}}}
	for _, s := range rows {
		value := cell{Text: card.Clean(s.Value)}
		switch {
		case s.Secret && s.Set:
			value = cell{Note: "set, and never shown"}
		case s.Value == "" || s.Secret:
			value = cell{Note: "not set"}
		}
		t.Rows = append(t.Rows, tableRow{Cells: []cell{{Text: s.Name, Note: s.Usage}, value, {Text: card.Clean(s.Origin)}}})
	}
	return t
}
