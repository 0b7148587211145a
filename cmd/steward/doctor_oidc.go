package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"steward/bot/portal"
	"steward/bot/portal/oidc"
	"steward/workflows/policy"
)

// oidc asks the company's identity provider whether it knows us. It signs nobody in.
func (x *examination) oidc(ctx context.Context) {
	l := &x.l
	if !l.oidcOn() {
		x.say(stateOK, "sign-in", "", "by one-time links; sign-in by OIDC is off")
		return
	}
	base := l.portalURL(l.Listen)
	client, err := newOIDC(l, base, x.now)
	if err != nil {
		x.say(stateFail, "sign-in", "", "%v", err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	probe, err := client.Check(ctx)
	switch reason := oidc.ReasonOf(err); {
	case probe.Issuer == "":
		x.say(stateFail, "sign-in", oidcHint(reason), "the discovery document of %s cannot be used: %v", l.OIDCIssuer, err)
		return
	case len(probe.Algorithms) > 0 && !slices.ContainsFunc(probe.Algorithms, keyPair):
		x.say(stateFail, "sign-in", "let it sign with RS256 or ES256", "%s signs with nothing that can be checked: %s", l.OIDCIssuer, strings.Join(probe.Algorithms, ", "))
		return
	case !probe.PKCE:
		x.say(stateWarn, "sign-in", "it may do so all the same; if it does not, a code that somebody sees is worth more than it should be",
			"the discovery document of %s can be read, and does not say that it checks PKCE challenges (S256)", l.OIDCIssuer)
	default:
		x.say(stateOK, "sign-in", "", "the discovery document of %s can be used", l.OIDCIssuer)
	}
	if err != nil {
		x.say(stateFail, "client", oidcHint(oidc.ReasonOf(err)), "%s does not take %s: %v", l.OIDCIssuer, l.named("oidc_client_id"), err)
		return
	}
	x.say(stateOK, "client", "", "%s takes our id and secret; it has to send people back to %s", l.OIDCIssuer, base+portal.PathCallback)
}

// keyPair says that an algorithm signs with a key of which only the public half is told.
func keyPair(alg string) bool {
	return slices.ContainsFunc([]string{"RS", "ES", "PS", "Ed"}, func(kind string) bool { return strings.HasPrefix(alg, kind) })
}

func oidcHint(reason oidc.Reason) string {
	switch reason {
	case oidc.ReasonAway:
		return "can this machine reach it? Behind a proxy, set HTTPS_PROXY"
	case oidc.ReasonClient:
		return "are oidc_client_id and oidc_client_secret those of Steward there, and has the secret ended? RUNBOOK.md, Sign-in"
	case oidc.ReasonProvider:
		return "is oidc_issuer, to the letter, what its discovery document calls issuer? RUNBOOK.md, Sign-in"
	case oidc.ReasonCode, oidc.ReasonDenied, oidc.ReasonExpired, oidc.ReasonLate, oidc.ReasonNonce, oidc.ReasonNotFresh, oidc.ReasonParty,
		oidc.ReasonState, oidc.ReasonTime, oidc.ReasonToken:
	}
	return "RUNBOOK.md, Sign-in"
}

// assurance says whether people can be as sure as the policy in force wants.
func (x *examination) assurance(ctx context.Context, c *core) {
	pack, err := c.inForce(ctx)
	if err != nil || x.l.oidcOn() { // what is wrong with the policy was said
		return
	}
	for _, f := range pack.Flows() {
		if slices.ContainsFunc(f.Chains, func(c policy.Chain) bool { return c.Assurance == policy.AssuranceFresh }) {
			x.say(stateWarn, "assurance", "set oidc_issuer: README.md, Sign-in by the company",
				"the flow %s wants a fresh sign-in for decisions; without an identity provider only steward sign-in on the server gives one", f.Key)
			return
		}
	}
}
