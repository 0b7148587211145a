package portal

import (
	"strings"

	"steward/workflows"
)

// navItem is a line of the navigation.
type navItem struct {
	Path, Label string
	Icon        string // see page/_icons.html
	Count       int    // what waits there; 0 shows none
	Here        bool
}

// place is a page that the navigation can lead to. It stands there for whom it is meant; the page itself asks again.
type place struct {
	path, label, icon string
	may               func(workflows.Person) bool
}

func anyone(workflows.Person) bool { return true }

func holds(roles ...workflows.Role) func(workflows.Person) bool {
	return func(who workflows.Person) bool { return who.HasAny(roles...) }
}

// places are all pages of the navigation, in its order.
func places() []place {
	return []place{
		{"/", "Inbox", "inbox", anyone},
		{"/requests", "Requests", "requests", anyone},
		{"/record", "Record", "record", holds(workflows.ComplianceLead, workflows.InternalAuditor, workflows.Administrator)},
		{"/people", "People", "people", holds(workflows.ComplianceLead, workflows.InternalAuditor, workflows.Administrator)},
		{"/deliveries", "Deliveries", "deliveries", holds(workflows.ComplianceLead, workflows.Administrator)},
		{"/settings", "Settings", "settings", holds(workflows.ComplianceLead, workflows.InternalAuditor, workflows.Administrator)},
	}
}

// navigation gives the pages a visitor can go to. A page that this portal does not have has no line.
func (p *Portal) navigation(v visit, path string) []navItem {
	if !v.signedIn() {
		return nil
	}
	var out []navItem
	for _, to := range places() {
		if !to.may(v.Person) || !p.has(to.path) {
			continue
		}
		item := navItem{Path: to.path, Label: to.label, Icon: to.icon, Here: within(path, to.path)}
		if to.path == "/" {
			item.Count = v.Pulse.Waits
		}
		out = append(out, item)
	}
	return out
}

// within says whether an address belongs to a page of the navigation. A new request is a place of its own.
func within(path, page string) bool {
	if page == "/" || path == "/requests/new" {
		return path == page
	}
	return path == page || strings.HasPrefix(path, page+"/")
}

// foot gives the pages below every page.
func (p *Portal) foot() []navItem {
	var out []navItem
	for _, to := range []navItem{
		{Path: "/about", Label: "About Steward"}, {Path: "/privacy", Label: "Privacy"}, {Path: "/terms", Label: "Terms"},
	} {
		if p.has(to.Path) {
			out = append(out, to)
		}
	}
	return out
}

// has says whether the portal has a page.
func (p *Portal) has(path string) bool {
	for _, r := range p.routes {
		if r.method == "GET" && strings.TrimSuffix(r.path, "{$}") == path {
			return true
		}
	}
	return false
}
