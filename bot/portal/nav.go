package portal

import (
	"strings"

	"steward/bot/view"
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

// oversees says who reads what Steward is and has done: those whose roles open everything to read, and administrators.
func oversees(who workflows.Person) bool { return workflows.SeesAll(who) || administers(who) }

// keepsFacts says for whom the page of vendors stands in the navigation: those who read everything, and those who keep facts in the
// shipped policy. The page itself asks the policy in force.
func keepsFacts(who workflows.Person) bool {
	return workflows.SeesAll(who) || who.Active && who.Has(workflows.SupplierManager)
}

// places are all pages of the navigation, in its order.
func places() []place {
	return []place{
		{"/", "Inbox", "inbox", anyone},
		{"/requests", "Requests", "requests", anyone},
		{registerPath, "Register", "register", anyone},
		{view.PathVendors, "Vendors", "register", keepsFacts},
		{"/record", "Record", "record", oversees},
		{evidencePath, "Evidence", "evidence", workflows.ExportsEvidence},
		{"/people", "People", "people", oversees},
		{"/deliveries", "Deliveries", "deliveries", workflows.RunsDeliveries},
		{"/settings", "Settings", "settings", oversees},
	}
}

// navigation gives the pages a visitor can go to.
func (p *Portal) navigation(v visit, path string) []navItem {
	if !v.signedIn() {
		return nil
	}
	var out []navItem
	for _, to := range places() {
		if !to.may(v.Person) || to.path == "/settings" && p.cfg.Settings == nil || to.path == evidencePath && p.cfg.Evidence == nil {
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
func foot() []link {
	return []link{{"/about", "About Steward"}, {"/privacy", "Privacy"}, {"/terms", "Terms"}}
}
