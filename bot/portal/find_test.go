package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"steward/workflows"
)

// Everybody finds people by name and id. A part of an address finds them only for those who may read addresses: it would tell
// everybody else whose it is, part by part.
func TestFindingPeopleByAddress(t *testing.T) {
	h := newHouse(t, nil)
	h.asks(t, 1)
	admin, auditor := h.holder(t, workflows.Administrator), h.holder(t, workflows.InternalAuditor)
	const found = `href="/people/` + string(ana) + `"`
	for text, wants := range map[string]map[workflows.PersonID]bool{
		"ana.ruiz":                   {ben: false, auditor: false, admin: true, helen: true},
		"ruiz@example.com":           {ben: false, auditor: false, admin: true, helen: true},
		"Ruiz":                       {ben: true, auditor: true, admin: true, helen: true},
		strings.ToLower(string(ana)): {ben: true, auditor: true, admin: true, helen: true},
	} {
		for who, want := range wants {
			b := h.at(t, who)
			for _, path := range []string{"/search?q=", "/people?text="} {
				p := get(t, b, path+url.QueryEscape(text), 200)
				if strings.Contains(p.Body, found) != want {
					t.Errorf("%s at %s%s: found %v", who, path, text, !want)
				}
			}
		}
	}
	for who, want := range map[workflows.PersonID]bool{auditor: false, helen: true} {
		if p := get(t, h.at(t, who), "/record?who=ana.ruiz", 200); strings.Contains(p.Body, "/record/request/AIR-1/") != want {
			t.Errorf("%s, what somebody with this in their address did: found %v", who, !want)
		}
	}
	for who, want := range map[workflows.PersonID]string{ben: "Name or id", helen: "Name, address or id"} {
		if p := get(t, h.at(t, who), "/people", 200); !strings.Contains(p.Root.Words(), want) {
			t.Errorf("%s is offered another field than %q", who, want)
		}
	}
}
