package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/teams"
	"steward/workflows"
)

// What the checks of Teams take for wrong.
const (
	certificateWarn = 30 * 24 * time.Hour // before the end of a certificate
	namedPeople     = 10                  // of those without a chat
)

// teams asks Microsoft whether it knows us, and ourselves whether it could reach us. It writes nothing and opens no chat.
func (x *examination) teams(ctx context.Context) {
	l := &x.l
	if !l.teamsOn() {
		x.say(stateOK, "teams", "", "off")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	x.teamsCertificate()
	if tokens := x.teamsToken(ctx); tokens != nil {
		x.teamsConnector(ctx, tokens)
	}
	x.teamsKeys(ctx)
	x.teamsEndpoint(ctx)
}

func (x *examination) teamsCertificate() {
	file := x.l.TeamsCertificate
	if file == "" {
		return
	}
	const hint = "make a new one, add it to the app in Azure, replace the file: RUNBOOK.md, Microsoft Teams"
	text, err := os.ReadFile(file)
	if err != nil {
		x.say(stateFail, "cert", "", "%s: %v", x.l.named("teams_certificate"), err)
		return
	}
	end, err := teams.CertificateEnd(text)
	left := end.Sub(x.now())
	switch day := end.UTC().Format(time.DateOnly); {
	case err != nil:
		x.say(stateFail, "cert", "a PEM file with the private key and the certificate of the app is wanted", "%s cannot be used: %v", file, err)
	case left <= 0:
		x.say(stateFail, "cert", hint, "%s ended on %s", file, day)
	case left < certificateWarn:
		x.say(stateWarn, "cert", hint, "%s ends on %s, in %s", file, day, count(int(left.Hours()/24), "day"))
	default:
		x.say(stateOK, "cert", "", "%s counts until %s", file, day)
	}
}

// teamsToken gives what has tokens, nil where it has none.
func (x *examination) teamsToken(ctx context.Context) teams.Tokens {
	tokens, err := newTeamsTokens(&x.l, x.now)
	if err == nil {
		_, err = tokens.Token(ctx)
	}
	if err != nil {
		x.say(stateFail, "teams", teamsHint(err, &x.l), "Microsoft gives us no token: %s", teamsAnswer(err))
		return nil
	}
	x.say(stateOK, "teams", "", "Microsoft gives us tokens for app %s, tenant %s", x.l.TeamsAppID, x.l.TeamsTenantID)
	return tokens
}

// teamsConnector reads, in the chat heard of last, who the person there is: a token alone does not show that a bot belongs to
// it. Where no chat is known there is nothing to ask about.
func (x *examination) teamsConnector(ctx context.Context, tokens teams.Tokens) {
	chat := x.teamsChat
	if chat.Place == "" {
		return
	}
	client, err := newTeamsClient(&x.l, tokens, x.now)
	if err == nil {
		_, err = client.Member(ctx, chat, chat.Account.User)
	}
	se, ok := errors.AsType[*bot.SendError](err)
	switch {
	case err == nil:
		x.say(stateOK, "connector", "", "lets us read the chat heard of last")
	case !ok:
		x.say(stateFail, "connector", "", "%v", err)
	case se.Reason == "http_401":
		x.say(stateFail, "connector", "has Azure a bot with this app id, single tenant, with the channel Microsoft Teams? RUNBOOK.md, Microsoft Teams",
			"does not take our token, and nothing can be sent")
	case se.Reason == "forbidden_address":
		x.say(stateFail, "connector", "is teams_cloud right?", "the chat heard of last is at an address that is not Microsoft's in this cloud")
	default:
		x.say(stateWarn, "connector", "the person may have removed the app just now; RUNBOOK.md, Microsoft Teams, knows the codes",
			"does not let us read the chat heard of last: %s", se.Reason)
	}
}

// teamsAnswer is Microsoft's own word for what went wrong.
func teamsAnswer(err error) string {
	te, ok := errors.AsType[*teams.TokenError](err)
	switch {
	case !ok:
		return err.Error()
	case te.Err != nil:
		return te.Reason + ": " + te.Err.Error()
	}
	return te.Reason
}

// teamsHint says where to look, by the codes of Microsoft's sign-in.
func teamsHint(err error, l *loadedConfig) string {
	said := teamsAnswer(err)
	if te, ok := errors.AsType[*teams.TokenError](err); ok && te.Err != nil && te.Retry {
		if l.TeamsIdentity {
			return "does this run on a machine in Azure that has the identity?"
		}
		return "can this machine reach Microsoft's sign-in? Behind a proxy, set HTTPS_PROXY"
	}
	for code, hint := range map[string]string{
		"AADSTS7000215": "the secret is wrong: is it the value, and not the id beside it, and of this app?",
		"AADSTS7000222": "the secret has ended: make a new one in Azure",
		"AADSTS700016":  "this tenant does not know the app: are teams_app_id and teams_tenant_id those of one app registration?",
		"AADSTS90002":   "there is no such tenant: is teams_tenant_id right?",
		"AADSTS700027":  "the certificate is not one of the app's: add it in Azure under Certificates & secrets",
		"AADSTS7000112": "the app is disabled in this tenant: somebody has to enable it in Entra under Enterprise applications",
	} {
		if strings.HasSuffix(said, code) || strings.Contains(said, code+" ") {
			return hint
		}
	}
	return "are the app id, the tenant id and the " + l.teamsCredential() + " those of one app registration in Azure?"
}

// teamsCredential names the way in which we say who we are.
func (l *loadedConfig) teamsCredential() string {
	switch {
	case l.TeamsIdentity:
		return "managed identity"
	case l.TeamsCertificate != "":
		return "certificate"
	}
	return "secret"
}

func (x *examination) teamsKeys(ctx context.Context) {
	all, endorsed, err := teams.ProbeKeys(ctx, teamsVerifierConfig(&x.l, slog.New(slog.DiscardHandler), x.now))
	switch {
	case err != nil:
		x.say(stateFail, "keys", "can this machine reach Microsoft's login.botframework? Behind a proxy, set HTTPS_PROXY; nothing of Teams is let in without the keys",
			"the keys of what Teams sends cannot be read: %v", err)
	case endorsed == 0:
		x.say(stateFail, "keys", "it has happened to Microsoft before; nothing of Teams is let in until they are back", "of %s none may sign for Teams", count(all, "key"))
	default:
		x.say(stateOK, "keys", "", "can be read, %d of %d sign for Teams", endorsed, all)
	}
}

// teamsEndpoint sends to the address that Teams calls what Teams never would, and wants it refused.
func (x *examination) teamsEndpoint(ctx context.Context) {
	at, said := x.l.PublicURL+teams.Path, x.l.PublicURL+teams.Path+" is the messaging endpoint"
	if behind := cmp.Or(x.l.HooksListen, x.l.Listen); x.l.PublicURL == "" || x.l.HooksListen != "" {
		_, port, err := net.SplitHostPort(behind)
		if err != nil {
			return // the settings were checked
		}
		at = "http://" + net.JoinHostPort("127.0.0.1", port) + teams.Path
		said = "the messaging endpoint ends in " + teams.Path + ", at the proxy in front of " + behind
	}
	status, err := postNothing(ctx, at)
	switch {
	case err != nil:
		x.say(stateWarn, "endpoint", "is steward serve running, and do its name and its proxy lead here?", "%s does not answer: %v", at, err)
	case status == http.StatusUnauthorized:
		x.say(stateOK, "endpoint", "Azure has it under Configuration of the bot", "%s, and refuses strangers", said)
	case status == http.StatusServiceUnavailable:
		x.say(stateWarn, "endpoint", "wait a moment, then look at the log of steward serve", "%s is not ready", at)
	case status == http.StatusNotFound:
		x.say(stateWarn, "endpoint", "restart steward serve with these settings; does the proxy pass "+teams.Path+" on?", "%s is not there", at)
	default:
		x.say(stateFail, "endpoint", "another program answers there, or a proxy that asks for a sign-in", "%s answers a stranger with status %d", at, status)
	}
}

// postNothing sends an empty object to an address and follows nobody from there.
func postNothing(ctx context.Context, address string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// teamsChats says whom Steward cannot write to on Teams.
func (x *examination) teamsChats(ctx context.Context, c *core) {
	if !x.l.teamsOn() {
		return
	}
	stats, err1 := c.store.ConversationStats(ctx, "teams")
	without, err2 := c.store.WithoutConversation(ctx, "teams")
	if err := errors.Join(err1, err2); err != nil {
		x.say(stateFail, "chats", "", "%v", err)
		return
	}
	x.teamsChat = stats.Last
	said := fmt.Sprintf("%s on Teams", count(stats.Alive, "chat"))
	if stats.Dead > 0 {
		said += fmt.Sprintf(", %d where the app was removed or blocked", stats.Dead)
	}
	switch {
	case len(without) > 0:
		x.say(stateWarn, "chats", "the Teams administrator installs the app for them with a setup policy; until then the portal tells them",
			"%s; %s cannot be written to: %s", said, countPeople(len(without)), named(without, namedPeople))
	case stats.Alive == 0:
		x.say(stateOK, "chats", "", "%s", said)
	default:
		x.say(stateOK, "chats", "", "%s; everybody who reads there can be written to", said)
	}
}

// named gives the first of some people by name and id, and how many more there are.
func named(all []workflows.Person, most int) string {
	var names []string
	for _, p := range all[:min(len(all), most)] {
		names = append(names, fmt.Sprintf("%s (%s)", p.Name, p.ID))
	}
	if more := len(all) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
