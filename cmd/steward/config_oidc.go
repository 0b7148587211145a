package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"steward/bot/portal/oidc"
	"steward/workflows"
)

// oidcOn says whether people sign in at their company: they do where there is an issuer.
func (l *loadedConfig) oidcOn() bool { return l.OIDCIssuer != "" }

// oidcMatch takes the setting of the claim apart.
func (l *loadedConfig) oidcMatch() (claim string, match workflows.MatchBy) {
	if l.OIDCClaim == "" {
		return "email", workflows.MatchEmail
	}
	claim, column, _ := strings.Cut(l.OIDCClaim, "=")
	return claim, workflows.MatchBy(column)
}

// matchable are the columns of people.csv that a claim can be compared with.
func matchable() []workflows.MatchBy {
	return []workflows.MatchBy{workflows.MatchEmail, workflows.MatchID, workflows.MatchHRID, workflows.MatchEntra}
}

// checkOIDC says what is wrong with the settings of the sign-in. The secret is never repeated.
func (l *loadedConfig) checkOIDC() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	if !l.oidcOn() {
		for _, o := range options() {
			if strings.HasPrefix(o.key, "oidc_") && o.show(l.config) != "" {
				say(o.key, "sign-in by OIDC is off, for oidc_issuer is not set")
			}
		}
		return problems
	}
	if why := oidc.CheckIssuer(l.OIDCIssuer, l.AllowLoopback); why != "" {
		say("oidc_issuer", "%s", why)
	}
	switch secret := l.OIDCSecret.reveal(); {
	case l.OIDCClientID == "":
		say("oidc_issuer", "sign-in by OIDC needs oidc_client_id as well: the provider shows it where Steward is registered there")
	case secret == "":
		say("oidc_issuer", "sign-in by OIDC needs oidc_client_secret as well; name a file in STEWARD_OIDC_CLIENT_SECRET_FILE")
	case secret == l.OIDCClientID:
		say("oidc_client_secret", "this is the id; the secret is another text, which many providers show only once")
	}
	if _, match := l.oidcMatch(); !regexp.MustCompile(`^[A-Za-z0-9_.:/-]+=[a-z_]+$`).MatchString(l.OIDCClaim) && l.OIDCClaim != "" ||
		!slices.Contains(matchable(), match) {
		say("oidc_claim", "%q is not CLAIM=COLUMN with a column of people.csv that is one of email, id, hr_id and entra_object_id", l.OIDCClaim)
	}
	return problems
}
