package workflows_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/workflows"
)

func TestSameAddress(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"ana@example.com", "ANA@Example.COM", true},
		{"jos\u00e9@example.com", "JOS\u00e9@example.com", true},
		{"jos\u00e9@example.com", "jos\u00c9@example.com", false}, // the case of other letters is another mailbox
		{"jos\u00e9@example.com", "jose\u0301@example.com", false},
		{"mark@example.com", "mar\u212a@example.com", false}, // the Kelvin sign
		{"ana@example.com", "\uff41na@example.com", false},   // full width
		{"ana@example.com", "an\u0430@example.com", false},   // Cyrillic
		{"ana@example.com", "ana+x@example.com", false},
		{"ana@example.com", "ana@example.com ", false},
		{"ana\xff@example.com", "ana\xfe@example.com", false},
		{"", "", false},
	} {
		if got := workflows.SameAddress(c.a, c.b); got != c.want || got != workflows.SameAddress(c.b, c.a) {
			t.Errorf("SameAddress(%q, %q) = %v", c.a, c.b, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if workflows.SameAddress(a, b) && !strings.EqualFold(a, b) {
			t.Fatalf("%q and %q", a, b)
		}
		if a != "" && !workflows.SameAddress(a, a) {
			t.Fatalf("%q is not itself", a)
		}
	})
}

func TestAddressDomain(t *testing.T) {
	for email, want := range map[string]string{
		"ana@Example.com": "example.com", "a@b@example.com": "example.com", "@example.com": "", "ana": "", "": "", "ana@": "",
		"ana@\u0415xample.com": "\u0415xample.com",
	} {
		if got := workflows.AddressDomain(email); got != want {
			t.Errorf("AddressDomain(%q) = %q, want %q", email, got, want)
		}
	}
}

func TestPickLink(t *testing.T) {
	link := func(tenant string, state workflows.LinkState) workflows.Link {
		return workflows.Link{Account: workflows.Account{ID: tenant + string(state), Tenant: tenant}, State: state}
	}
	mine, other, file := link("T1", workflows.LinkProposed), link("T2", workflows.LinkLinked), link("", workflows.LinkLinked)
	for name, c := range map[string]struct {
		found       []workflows.Link
		want        workflows.Link
		settled, ok bool
	}{
		"none":                                {},
		"of another tenant":                   {found: []workflows.Link{other}},
		"of this tenant":                      {[]workflows.Link{other, mine}, mine, true, true},
		"of a file, before it was used":       {[]workflows.Link{file, other}, file, false, true},
		"of a file beside one's own":          {[]workflows.Link{mine, file}, file, false, true},
		"of a file, but not linked any more":  {[]workflows.Link{link("", workflows.LinkEnded), mine}, mine, true, true},
		"of a file, ended before it was used": {[]workflows.Link{other, link("", workflows.LinkEnded)}, link("", workflows.LinkEnded), true, true},
	} {
		got, settled, ok := workflows.PickLink(c.found, "T1")
		if got != c.want || settled != c.settled || ok != c.ok {
			t.Errorf("%s: %+v, %v, %v", name, got, settled, ok)
		}
	}
}
