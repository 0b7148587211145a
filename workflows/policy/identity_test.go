package policy_test

import (
	"strings"
	"testing"

	"steward/workflows/policy"
)

// trusting is the embedded pack with trusted domains.
func trusting(t *testing.T, domains string) *policy.Pack {
	t.Helper()
	bundle := string(policy.Embedded().Bundle())
	changed := strings.Replace(bundle, `# identity: {trusted_email_domains: [example.com]}`, `identity: {trusted_email_domains: [`+domains+`]}`, 1)
	if changed == bundle {
		t.Fatal("the pack does not show how to trust a domain")
	}
	p, err := policy.LoadBundle([]byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTrustedDomains(t *testing.T) {
	if policy.Embedded().Organisation.Identity.Trusts("ana@example.com") {
		t.Error("the shipped pack trusts a domain")
	}
	org := trusting(t, "example.com, xn--bcher-kva.example").Organisation
	for email, want := range map[string]bool{
		"ana@example.com": true, "Ana@EXAMPLE.com": true, "a@b@example.com": true, "ana@xn--bcher-kva.example": true,
		"ana@mail.example.com": false, "ana@notexample.com": false, "ana@example.com.evil.org": false, "ana@example.com@evil.org": false,
		"@example.com": false, "example.com": false, "": false, "ana@": false, "ana@example.com ": false,
		"ana@\u0435xample.com": false, "ana@example\uff0ecom": false, // a Cyrillic letter, a full-width dot
	} {
		if got := org.Identity.Trusts(email); got != want {
			t.Errorf("Trusts(%q) = %v, want %v", email, got, want)
		}
	}
}

func TestDiffNamesTrustedDomains(t *testing.T) {
	from, to := trusting(t, "example.com"), trusting(t, "example.org")
	got := strings.Join(policy.Diff(from, to), "\n")
	for _, want := range []string{"- Trusted e-mail domain example.com: gone", "+ Trusted e-mail domain example.org: new"} {
		if !strings.Contains(got, want) {
			t.Errorf("the difference does not say %q:\n%s", want, got)
		}
	}
}
