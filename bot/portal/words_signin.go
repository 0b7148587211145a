package portal

import (
	"net/http"
	"net/url"
	"strings"

	"steward/bot/portal/oidc"
	"steward/bot/view"
	"steward/workflows"
)

const (
	titleNotSignedIn = "You could not be signed in"
	textNotActive    = "You are not active in Steward's directory. An administrator of Steward can look into it."

	textWhyProposed = "It has your e-mail address; nobody has said yet that it is yours."
	textWhyLimited  = "Only its holder says that it is yours. Until it is confirmed, you cannot decide by a role there."
	textSomeBrowser = "A browser"

	textSignedOutOne  = "That browser is signed out."
	textSignedOutRest = "You are signed out everywhere else."
	textConfirmedFor  = "Your %s account is confirmed. You can decide from it as you do here."
	textConfirmedOf   = "The %s account is confirmed as that of %s, who is told of it elsewhere."
	textRemovedOf     = "The %s account is not linked to %s any more. They are told of it elsewhere."

	titleNoSuchAccount = "There is nothing to confirm"
	textNoSuchAccount  = "This account is not waiting for you to confirm it. Your accounts are on the page you came from."
	titleNoName        = "This account could not be checked"
	textNoName         = "%s does not say now whose account this is, so nothing was confirmed. Try again in a minute."
	titleCompanyFirst  = "Sign in with your company account first"
	textCompanyFirst   = "Only somebody whom your company has signed in can confirm an account. Sign out, come in with your company account, and confirm it then."
)

// whyNot gives status and words of a sign-in that came to nothing.
func whyNot(reason oidc.Reason) (status int, text string) {
	switch reason {
	case oidc.ReasonAway, oidc.ReasonProvider, oidc.ReasonClient:
		return http.StatusServiceUnavailable, "Your company's sign-in does not answer as it should. Try again in a minute; if it stays, tell your administrator."
	case oidc.ReasonDenied:
		return http.StatusForbidden, "Your company's sign-in did not let you in here, or you have stopped it. If you should have access, tell your administrator."
	case oidc.ReasonNotFresh:
		return http.StatusForbidden, "Your company's sign-in did not ask you again who you are, and the policy wants that for this decision. Tell your administrator; nothing was decided."
	case oidc.ReasonState, oidc.ReasonLate, oidc.ReasonCode, oidc.ReasonNonce, oidc.ReasonExpired, oidc.ReasonTime:
		return http.StatusBadRequest, "This sign-in was not begun in this browser, was used already, or took longer than 10 minutes. Please begin again."
	case oidc.ReasonToken, oidc.ReasonParty:
	}
	return http.StatusBadRequest, "What your company's sign-in sent cannot be trusted. Please begin again; if it stays, tell your administrator."
}

// began says how a session began.
func began(s workflows.Session) string {
	switch {
	case s.Via == viaOIDC:
		return "with your company account"
	case s.Via == viaDemo:
		return "in the demo"
	case s.By == byServer:
		return "by a link that your administrator made"
	case s.By != "":
		return "by a link from " + view.SurfaceName(s.By)
	}
	return "by a one-time link"
}

// agent gives a browser in a few words for its owner, "" where it does not say what it is. No more is kept of it.
func agent(header string) string {
	name := firstIn(header, [][2]string{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	})
	system := firstIn(header, [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})
	switch {
	case name == "":
		return system
	case system == "":
		return name
	}
	return name + " on " + system
}

func firstIn(text string, words [][2]string) string {
	for _, w := range words {
		if strings.Contains(text, w[0]) {
			return w[1]
		}
	}
	return ""
}

// hostOf gives the host of an issuer, for people.
func hostOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	return u.Host
}
