package policy

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"

	"steward/workflows"
)

// Organisation holds what holds for all flows of a pack.
type Organisation struct {
	Zone     string // IANA name of the zone in which days begin and end, e.g. for "until when?"
	Calendar string // calendar code for people who have none
	// Questions says when an unanswered question reminds and when the clock runs again.
	Questions QuestionDays
	// Switches turn parts of flows on or off: a member with a switch that is off is not asked.
	Switches map[string]bool
	Roles    []RoleInfo
	Identity Identity
	// Views sorts the categories of rules into the AI view and the security view.
	Views []View
}

// Identity says what counts as a proof of who somebody is.
type Identity struct {
	// TrustedDomains are e-mail domains, in small letters, whose addresses are nobody's but their owner's on every platform
	// that is connected: whoever confirms an account at one may decide there without an administrator.
	TrustedDomains []string
}

// Trusts says whether an address is of a domain that is trusted; a domain below one is another domain.
func (i Identity) Trusts(email string) bool {
	domain := workflows.AddressDomain(email)
	return domain != "" && slices.Contains(i.TrustedDomains, domain)
}

// RoleInfo is one role the pack knows.
type RoleInfo struct {
	Key   workflows.Role
	Label string
	Note  string // what the role does, one sentence
	// Relation says that the role is worked out for each subject (line manager, owner) and held by nobody by name.
	Relation bool
	// Decides, Compliance and Administers mark the roles whose granting needs a second person.
	Decides, Compliance, Administers bool
}

// Guarded says that granting the role needs a second person who saw the change.
func (r RoleInfo) Guarded() bool { return r.Decides || r.Compliance || r.Administers }

// View is one of the two views of risk, "ai" or "infosec", with the risk words it is made of.
type View struct {
	Key   string
	Label string
	Risks []Risk
}

// Risk is a kind of risk people speak of, and the categories of rules that make it up.
type Risk struct {
	Key        string
	Categories []string
}

func (o Organisation) role(role workflows.Role) (RoleInfo, bool) {
	i := slices.IndexFunc(o.Roles, func(r RoleInfo) bool { return r.Key == role })
	if i < 0 {
		return RoleInfo{}, false
	}
	return o.Roles[i], true
}

// roleKeys gives the names of all roles, for checking a file.
func (o Organisation) roleKeys() []string {
	out := make([]string, len(o.Roles))
	for i, r := range o.Roles {
		out[i] = string(r.Key)
	}
	return out
}

// categories gives the known categories of rules.
func (o Organisation) categories() []string {
	var out []string
	for _, v := range o.Views {
		for _, r := range v.Risks {
			for _, c := range r.Categories {
				if !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// viewOf gives the view of a category.
func (o Organisation) viewOf(category string) string {
	for _, v := range o.Views {
		for _, r := range v.Risks {
			if slices.Contains(r.Categories, category) {
				return v.Key
			}
		}
	}
	return ""
}

func (r *reader) organisation(root *yaml.Node) Organisation {
	m := r.mapping(root, "zone", "calendar", "questions", "switches", "identity", "roles", "views")
	m.need("zone", "calendar", "questions", "roles", "views")
	o := Organisation{Zone: m.str("zone"), Calendar: m.str("calendar"), Switches: map[string]bool{}}
	if q := m.values["questions"]; q != nil {
		o.Questions = r.questionDays(q)
	}
	if n := m.values["identity"]; n != nil {
		o.Identity = r.identity(n)
	}
	for _, p := range m.entries("switches") {
		o.Switches[p.key] = r.yes(p.value)
	}
	for _, p := range m.entries("roles") {
		o.Roles = append(o.Roles, r.role(p))
	}
	for _, key := range []workflows.Role{workflows.LineManager, workflows.Owner} {
		if info, ok := o.role(key); m.has("roles") && (!ok || !info.Relation) {
			r.bad(m.place("roles"), "it is worked out for each subject", "role %q must be there as a relation", string(key))
		}
	}
	o.Views = r.views(m)
	return o
}

func (r *reader) questionDays(n *yaml.Node) QuestionDays {
	m := r.mapping(n, "remind", "resume")
	m.need("remind", "resume")
	q := QuestionDays{Remind: m.nums("remind"), Resume: m.num("resume")}
	last := 0
	for i, day := range q.Remind {
		if day <= last {
			r.bad(m.items("remind")[i], "", "reminders must come one after the other, from day 1")
		}
		last = day
	}
	if m.has("resume") && q.Resume <= last {
		r.bad(m.place("resume"), "", "the clock must resume after the last reminder")
	}
	return q
}

func (r *reader) identity(n *yaml.Node) Identity {
	var out Identity
	m := r.mapping(n, "trusted_email_domains")
	for _, n := range m.items("trusted_email_domains") {
		domain := r.text(n)
		switch {
		case !domainPattern.MatchString(domain):
			r.bad(n, domainHint, "%q is not a domain", domain)
		case slices.Contains(out.TrustedDomains, domain):
			r.bad(n, "", "domain %q is there twice", domain)
		}
		out.TrustedDomains = append(out.TrustedDomains, domain)
	}
	return out
}

func (r *reader) role(p pair) RoleInfo {
	if !keyPattern.MatchString(p.key) {
		r.bad(p.at, keyHint, "%q cannot be the name of a role", p.key)
	}
	m := r.mapping(p.value, "label", "note", "relation", "decides", "compliance", "administers")
	m.need("label")
	return RoleInfo{
		Key: workflows.Role(p.key), Label: m.str("label"), Note: m.str("note"), Relation: m.flag("relation"),
		Decides: m.flag("decides"), Compliance: m.flag("compliance"), Administers: m.flag("administers"),
	}
}

func (r *reader) views(m mapping) []View {
	var out []View
	owner := map[string]string{}
	for _, p := range m.entries("views") {
		if p.key != viewAI && p.key != viewSecurity {
			r.bad(p.at, didYouMean(p.key, []string{viewAI, viewSecurity}), "unknown view %q", p.key)
			continue
		}
		vm := r.mapping(p.value, "label", "risks")
		vm.need("label", "risks")
		v := View{Key: p.key, Label: vm.str("label")}
		for _, risk := range vm.entries("risks") {
			one := Risk{Key: risk.key}
			for _, n := range r.list(risk.value) {
				c := r.text(n)
				if other := owner[c]; other != "" && other != p.key {
					r.bad(n, "", "category %q is in both views", c)
				}
				owner[c] = p.key
				one.Categories = append(one.Categories, c)
			}
			v.Risks = append(v.Risks, one)
		}
		out = append(out, v)
	}
	return out
}

// The two views of risk.
const (
	viewAI       = "ai"
	viewSecurity = "infosec"
)

// domainPattern is a domain name of two labels or more, in small ASCII letters.
var domainPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)

const domainHint = "write it in small letters as it stands after the @, such as example.com; other scripts as xn--"

const keyHint = "use small letters, digits and _, beginning with a letter"

// keyPattern is what keys that appear in expressions or are stored look like.
var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
