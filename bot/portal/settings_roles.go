package portal

import (
	"net/http"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// rolesPage lists the roles of the policy in force with those who hold them.
type rolesPage struct {
	Tabs    []navItem
	Find    filterBar
	Found   []link
	Looked  bool
	Roles   []roleLine
	Changes bool // the visitor may propose
}

type roleLine struct {
	Label, Note string
	Holders     []link
}

// mostFound bounds the people that a search on this page lists.
const mostFound = 30

func (p *Portal) roles(w http.ResponseWriter, r *http.Request, v visit) error {
	pack, err := p.cfg.Settings.Guard.Pack(r.Context(), "")
	if err != nil {
		return err
	}
	text := card.Clean(r.URL.Query().Get("text"))
	page := rolesPage{Tabs: settingsTabs("/settings/roles"), Changes: administers(v.Person), Looked: text != "", Find: filterBar{
		Path: "/settings/roles", Label: "People, to change their roles",
		Fields: []filterField{{Kind: "search", Name: "text", Label: "Change the roles of", Value: text}},
	}}
	if text != "" {
		found, err := p.findPeople(r, v, text, mostFound)
		if err != nil {
			return err
		}
		for _, who := range found {
			page.Found = append(page.Found, rolesLink(who))
		}
	}
	var keys []workflows.Role
	for _, info := range pack.Organisation.Roles {
		keys = append(keys, info.Key)
	}
	roster, err := p.cfg.People.People(r.Context(), nil, keys, p.cfg.Business())
	if err != nil {
		return err
	}
	for _, info := range pack.Organisation.Roles {
		if info.Relation {
			continue
		}
		line := roleLine{Label: info.Label, Note: info.Note}
		for _, who := range roster.Holders(info.Key) {
			line.Holders = append(line.Holders, rolesLink(who))
		}
		page.Roles = append(page.Roles, line)
	}
	return p.show(w, r, v, http.StatusOK, "settings-roles", page)
}

func rolesLink(who workflows.Person) link {
	return link{Path: "/settings/roles/" + string(who.ID), Label: nameOf(who)}
}

// personRolesPage is somebody's roles, with a form to propose others.
type personRolesPage struct {
	Head  pageHead
	Facts []fact
	Open  []proposalLine
	Form  *settingsForm
}

func (p *Portal) rolesOf(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.showRoles(w, r, v, nil)
}

func (p *Portal) showRoles(w http.ResponseWriter, r *http.Request, v visit, s *said) error {
	pack, who, err := p.subject(r)
	if err != nil {
		return err
	}
	page := personRolesPage{Head: pageHead{Kicker: "Roles", Title: who.Name, Note: who.Department}, Facts: roleFacts(pack, who)}
	if !who.Active {
		page.Head.Mark = &card.Mark{Text: "Not active"}
	}
	open, err := p.cfg.Settings.Proposals.OpenProposals(r.Context())
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(q workflows.Proposal) bool { return q.Subject != who.ID })
	if page.Open, err = p.proposalLines(r, v, open); err != nil {
		return err
	}
	if administers(v.Person) && who.Active {
		note, err := p.beforeProposing(r, v)
		if err != nil {
			return err
		}
		page.Form = newSettingsForm("/settings/roles/"+string(who.ID), "Propose it", note+" "+sayImportRoles, s, rolesField(pack, who), reasonField())
		page.Form.Hidden = []option{{Value: "from", Label: workflows.RoleList(who.Roles)}}
	}
	return p.show(w, r, v, s.status(), "settings-person", page)
}

// subject reads the person of the address, and the policy that knows the roles.
func (p *Portal) subject(r *http.Request) (*policy.Pack, workflows.Person, error) {
	who, err := p.person(r.Context(), workflows.PersonID(r.PathValue("person")))
	if err == nil && who.ID == "" {
		err = workflows.ErrNotFound
	}
	if err != nil {
		return nil, who, err
	}
	pack, err := p.cfg.Settings.Guard.Pack(r.Context(), "")
	return pack, who, err
}

func roleFacts(pack *policy.Pack, who workflows.Person) []fact {
	var names []string
	for _, role := range who.Roles {
		if info, ok := pack.Role(role); ok {
			names = append(names, info.Label)
		} else {
			names = append(names, role.Words())
		}
	}
	if len(names) == 0 {
		return []fact{{"Holds", cell{Note: "no role by name"}}}
	}
	return []fact{{"Holds", cell{Text: strings.Join(names, ", ")}}}
}

// rolesField offers the roles that people hold by name, and those that the person has and the policy does not know any more.
func rolesField(pack *policy.Pack, who workflows.Person) card.Field {
	f := card.Field{Key: "role", Kind: card.FieldMany, Label: "Roles of " + who.Name, Help: helpRoles, Required: true}
	for _, info := range pack.Organisation.Roles {
		if !info.Relation {
			f.Options = append(f.Options, card.Option{Value: string(info.Key), Label: info.Label, Note: info.Note})
		}
	}
	for _, role := range who.Roles {
		f.Value = append(f.Value, string(role))
		if _, ok := pack.Role(role); !ok {
			f.Options = append(f.Options, card.Option{Value: string(role), Label: role.Words(), Note: "The policy in force does not know this role."})
		}
	}
	return f
}

func (p *Portal) proposeRoles(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	_, who, err := p.subject(r)
	if err != nil {
		return err
	}
	if fromChat(v) {
		return p.showRoles(w, r, v, &said{no: notFromChat(), form: form, again: r.URL.Path})
	}
	var roles []workflows.Role
	for _, s := range form[fieldPrefix+"role"] {
		if strings.ContainsAny(s, " \n\t") || s == "" {
			return errMalformed
		}
		roles = append(roles, workflows.Role(s))
	}
	made, no, err := p.cfg.Settings.Guard.Propose(r.Context(), workflows.ProposalAsk{
		What: workflows.ProposeRoles, Subject: who.ID, From: form.Get("from"), To: workflows.RoleList(roles), Reason: reasonOf(form),
		Actor: v.Person.ID, Via: v.who("").Via,
	}, nil)
	switch {
	case err != nil:
		return err
	case no != nil:
		return p.showRoles(w, r, v, &said{no: no, form: form, instead: made.ID})
	}
	return p.seeProposal(w, r, v, made.ID)
}
