package teams

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

// TestNothingIsDoneFromAForeignDialog: Teams opens dialogs by links of anybody, with any card in them, and sends us what is
// pressed there as the word of whoever pressed. So nothing is done at once there.
func TestNothingIsDoneFromAForeignDialog(t *testing.T) {
	for _, verb := range []string{view.VerbApprove, view.VerbNoObjection, view.VerbAccept, view.VerbPrefer, view.VerbUnlink, view.VerbMe, view.VerbNotMe} {
		for _, name := range []string{"task/submit", "task/fetch"} {
			act := card.Action{Verb: verb, About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}
			if verb == view.VerbPrefer || verb == view.VerbUnlink {
				act.About = "account/L-1"
			}
			s := newScene(t)
			s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("It waits for you.")}
			got := s.invoke(name, map[string]any{"data": map[string]any{"act": act.String(), "d": 7, "at": 1000}})
			if h := s.happened(); strings.Contains(h, "pressed:"+verb) || strings.Contains(h, "linked") || strings.Contains(h, "adopted") || !strings.HasSuffix(h, "sent:a:1chat") {
				t.Errorf("%s by %s: happened %s", verb, name, h)
			}
			if !strings.Contains(got, textInChat) || !strings.Contains(s.last(), "It waits for you.") {
				t.Errorf("%s by %s: answered %s", verb, name, got)
			}
			s = newScene(t)
			s.refused = &bot.Reply{Kind: bot.ReplySay, Text: "Guests cannot use this."}
			if got := s.invoke(name, map[string]any{"data": map[string]any{"act": act.String()}}); !strings.Contains(got, "Guests cannot") || s.happened() != "" {
				t.Errorf("%s by %s, refused: %s, happened %s", verb, name, got, s.happened())
			}
		}
	}
	t.Run("in the dialog of a message extension, which nobody else can fill", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved.")}
		if s.invoke("composeExtension/submitAction", map[string]any{"data": map[string]any{"act": about.String()}}); s.happened() != "pressed:approve" {
			t.Errorf("happened %s", s.happened())
		}
	})
}

// TestAChatOfSeveralIsNobodysOwn: whatever Teams calls a chat, one that others read is not somebody's own: nothing is done there,
// no place is noted, and no link goes there.
func TestAChatOfSeveralIsNobodysOwn(t *testing.T) {
	for _, there := range []map[string]any{
		{"id": "19:aaa_bbb@unq.gbl.spaces", "conversationType": "personal", "tenantId": tenantID},
		{"id": "19:x@thread.v2", "conversationType": "groupChat", "tenantId": tenantID},
		{"id": "19:x@thread.v2", "tenantId": tenantID},
		{"id": "a:1", "conversationType": []any{"personal"}, "tenantId": tenantID},
	} {
		for name, value := range map[string]any{
			"adaptiveCard/action": map[string]any{"action": map[string]any{"data": map[string]any{"act": about.String(), "d": 7, "at": 1000}}},
			"task/submit":         map[string]any{"data": map[string]any{"act": about.String(), "d": 7, "at": 1000}},
			"task/fetch":          map[string]any{"data": map[string]any{"act": about.String(), "d": 7, "at": 1000}},
			"":                    map[string]any{"act": about.String(), "d": 7, "at": 1000},
		} {
			s := newScene(t)
			s.reply = bot.Reply{Kind: bot.ReplyLink, Path: "/requests/AIR-1"}
			more := map[string]any{"type": "invoke", "name": name, "value": value, "conversation": there, "replyToId": "m7"}
			if name == "" {
				more["type"] = "message"
			}
			s.post(anActivity(more))
			h := s.happened()
			if strings.Contains(h, "pressed") || strings.Contains(h, "adopted") || strings.Contains(h, "chat:") || s.links != 0 {
				t.Errorf("%s in %v: happened %s, %d links", name, there["id"], h, s.links)
			}
		}
		s := newScene(t)
		opens := about
		opens.Verb = view.VerbReject
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}
		s.post(anActivity(map[string]any{
			"type": "invoke", "name": "task/fetch", "conversation": there, "replyToId": "m7",
			"value": map[string]any{"data": map[string]any{"act": opens.String(), "d": 7, "at": 1000}},
		}))
		if s.happened() != "pressed:reject" {
			t.Errorf("a form in %v: its message is taken for a private one: %s", there["id"], s.happened())
		}
	}
}

// TestTheExtensionNotesNoChat: it is used in chats of two people, too, which Teams may call personal. Noted as the user's own,
// it would keep everything from them.
func TestTheExtensionNotesNoChat(t *testing.T) {
	for name, value := range map[string]any{
		"composeExtension/query":        map[string]any{"commandId": extensionFind},
		"composeExtension/fetchTask":    map[string]any{"commandId": extensionRequest},
		"composeExtension/submitAction": map[string]any{"data": map[string]any{"form": "draft1"}},
		"application/search":            map[string]any{"queryText": "b", "dataset": datasetName},
		"task/submit":                   map[string]any{"data": map[string]any{"form": "draft1"}},
	} {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplySay, Text: "Yes."}
		if s.invoke(name, value); strings.Contains(s.happened(), "chat:") {
			t.Errorf("%s: happened %s", name, s.happened())
		}
	}
}

// TestInstalledForSomebodyElse: an administrator who installs us for somebody does not get their chat noted as the
// administrator's own, nor is one of several people guessed.
func TestInstalledForSomebodyElse(t *testing.T) {
	const other = "88888888-0000-4000-8000-000000000000"
	for name, more := range map[string]map[string]any{
		"by an administrator": {"membersAdded": []any{map[string]any{"id": "28:app"}, map[string]any{"id": "29:other", "aadObjectId": other}}},
		"of two people": {"from": map[string]any{"id": "28:x"}, "membersAdded": []any{
			map[string]any{"id": "28:app"}, map[string]any{"id": "29:a", "aadObjectId": userID}, map[string]any{"id": "29:b", "aadObjectId": other},
		}},
	} {
		s := newScene(t)
		more["type"] = "conversationUpdate"
		if s.post(anActivity(more)); s.happened() != "" {
			t.Errorf("%s: happened %s", name, s.happened())
		}
	}
}

// TestOneReadingOfABody: the same name twice, or in other letters, is not read by one part of us so and by another otherwise.
func TestOneReadingOfABody(t *testing.T) {
	foreign := "33333333-2222-4333-8444-555555555555"
	for name, c := range map[string]struct{ body, service, tenant, user string }{
		"another case at the top": {`{"serviceUrl":"https://a/","ServiceUrl":"https://b/","SERVICEURL":"https://c/","conversation":{"tenantId":"` + tenantID + `"}}`, "https://a/", tenantID, ""},
		"only another case":       {`{"ServiceUrl":"https://b/","Conversation":{"tenantId":"` + tenantID + `"}}`, "", "", ""},
		"twice":                   {`{"conversation":{"tenantId":"` + tenantID + `"},"conversation":{"tenantId":"` + foreign + `"},"from":{"aadObjectId":"a"},"from":{"aadObjectId":"b"}}`, "", foreign, "b"},
		"another case inside":     {`{"conversation":{"tenantId":"` + tenantID + `","TenantID":"` + foreign + `"},"from":{"aadObjectId":"a","AADOBJECTID":"b"}}`, "", foreign, "b"},
	} {
		a, err := readActivity([]byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		got := a.claimed()
		if got.Service != c.service || a.here().Service != c.service || a.account().Tenant != c.tenant || strings.Join(got.Tenants, " ") != c.tenant || a.account().User != c.user {
			t.Errorf("%s: claimed %+v, account %+v", name, got, a.account())
		}
	}
	if _, err := readActivity([]byte(strings.Repeat(`{"value":`, 200_000))); err == nil {
		t.Error("a body as deep as it is long is read")
	}
}

// TestTwoTenantsInOneActivity: where two are let in, an activity that names both is of neither: the sender's account would be of
// the one, and they of the other.
func TestTwoTenantsInOneActivity(t *testing.T) {
	const other = "33333333-2222-4333-8444-555555555555"
	v := NewVerifier(VerifierConfig{AppID: "app", Tenants: []string{tenantID, other}, Now: time.Now})
	token := &Token{v: v, service: "https://smba.trafficmanager.net/emea", endorsed: []string{"msteams"}}
	for _, c := range []struct {
		tenants []string
		ok      bool
	}{{[]string{tenantID, strings.ToUpper(tenantID)}, true}, {[]string{other, "", other}, true}, {[]string{tenantID, other}, false}, {[]string{""}, false}, {nil, false}} {
		err := token.Covers(Claimed{Channel: "msteams", Service: "https://smba.trafficmanager.net/emea/", Tenants: c.tenants})
		if (err == nil) != c.ok || err != nil && FailedCheck(err) != CheckTenant {
			t.Errorf("%v: %v", c.tenants, err)
		}
	}
}

// TestPressesWithoutAnID are not taken for one another.
func TestPressesWithoutAnID(t *testing.T) {
	s := newScene(t)
	s.post(anActivity(map[string]any{"id": "", "text": "inbox"}))
	if s.who.Key != "" {
		t.Errorf("key %q: the next press would be a repeat of this one", s.who.Key)
	}
}

// TestPreviewsAreNoMarkup: the list of the message extension is made of thumbnails, in whose text Teams reads HTML.
func TestPreviewsAreNoMarkup(t *testing.T) {
	for i, h := range cardtest.Hostile() {
		h = cut(h, card.MaxTitle)
		raw, err := json.Marshal(extensionCards([]card.Card{{Kicker: "AIR-1", Title: h, Gist: "AIR-1 " + h, Lead: []string{"x"}}}))
		if err != nil {
			t.Fatal(err)
		}
		var list struct {
			ComposeExtension struct {
				Attachments []struct {
					Preview struct{ Content map[string]string }
				}
			}
		}
		if err := json.Unmarshal(raw, &list); err != nil {
			t.Fatal(err)
		}
		for key, text := range list.ComposeExtension.Attachments[0].Preview.Content {
			if why := parsed(text); why != "" || text != card.Clean(text) {
				t.Errorf("hostile %d, %s: %q %s", i, key, text, why)
			}
		}
	}
}

// TestSomebodyWhoLeftFindsNobody: the account of somebody who left may still stand; the roster is not for them.
func TestSomebodyWhoLeftFindsNobody(t *testing.T) {
	s := newScene(t)
	s.left = bot.Reply{Kind: bot.ReplySay, Text: view.TextNotActive, Code: workflows.CodeInactive}
	if got := s.invoke("application/search", map[string]any{"queryText": "b", "dataset": datasetName}); !strings.Contains(got, `"results":[]`) {
		t.Errorf("answered %s", got)
	}
}

// TestBotsGetNoAnswer: two programs that answer each other do not end.
func TestBotsGetNoAnswer(t *testing.T) {
	s := newScene(t)
	if s.post(anActivity(map[string]any{
		"text": "<at>Steward</at> hi", "from": map[string]any{"id": "28:other"},
		"conversation": map[string]any{"conversationType": "groupChat", "tenantId": tenantID, "id": "19:x@thread.v2"},
	})); s.happened() != "" {
		t.Errorf("happened %s", s.happened())
	}
}

// TestFormsOfAnySizeAreReadInTime: who is let in can send a megabyte.
func TestFormsOfAnySizeAreReadInTime(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"choices":["`)
	body.WriteString(strings.Repeat(`","`, 200_000))
	body.WriteString(`"]`)
	for i := range maxInputs {
		fmt.Fprintf(&body, `,"f:%d":"x"`, i)
	}
	body.WriteString("}")
	in := readCarried(json.RawMessage(body.String()))
	begun := time.Now()
	if _, err := formValues(in.inputs); err == nil {
		t.Error("it is a form")
	}
	if took := time.Since(begun); took > time.Minute { // what grows with the square of it takes many
		t.Errorf("it took %s", took)
	}
}

// TestNoPrivateCardInASharedPlace: a place that was noted for a message, however that came about, is not written to where others
// read it.
func TestNoPrivateCardInASharedPlace(t *testing.T) {
	h := newHouse(t, true)
	r := workflows.Receipt{Account: anaThere(), Place: "19:x@thread.v2", MessageID: "1"}
	if err := h.surface.Update(t.Context(), r, message(1, "Approved")); !told(t, err).Gone || len(h.teams.Calls("update")) != 0 {
		t.Errorf("%v, %d calls", err, len(h.teams.Calls("update")))
	}
}

// TestTheTokenStaysAtHome: no address that an activity names, and no id in it, brings our token elsewhere.
func TestTheTokenStaysAtHome(t *testing.T) {
	c := NewClient(ClientConfig{AppID: "app", Cloud: CloudPublic, Tokens: watchedTokens{t}, Now: time.Now})
	for _, service := range []string{
		"https://smba.trafficmanager.net.evil.example/", "https://evil.example/smba.trafficmanager.net", "https://smba.trafficmanager.net@evil.example/",
		"https://smba.trafficmanager.net:444/", "http://smba.trafficmanager.net/", "https://evil.trafficmanager.net/", "https://smba.trafficmanager.net./",
		"https://botframework.com/", "https://evil-botframework.com/", "https://smba.trafficmanager.net%2eevil.example/", "//smba.trafficmanager.net/", "",
		"https://smba.trafficmanager.net/?x=", "https://smba.trafficmanager.net/#x", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/",
		"https://smba.trafficmanager.net\\@evil.example/", "https:smba.trafficmanager.net/", "https://smba.trafficmanager.net\t.evil.example/",
	} {
		if _, err := c.Send(t.Context(), workflows.Conversation{Service: service, Place: "a:1"}, Outgoing{Text: "x"}); err == nil {
			t.Errorf("%q is called", service)
		}
	}
	for _, place := range []string{"..", ".", "", "../../../x", "a/../../b", "%2e%2e/x", "a?b#c"} {
		at, err := c.address("https://smba.trafficmanager.net/emea/", "v3", "conversations", place, "activities")
		if err == nil && (!strings.HasPrefix(at, "https://smba.trafficmanager.net/emea/v3/conversations/") || !strings.HasSuffix(at, "/activities") || strings.Count(at, "/") != 7 || strings.ContainsAny(at, "?#")) {
			t.Errorf("%q leads to %s", place, at)
		}
	}
}

type watchedTokens struct{ t *testing.T }

func (n watchedTokens) Token(context.Context) (string, error) {
	n.t.Error("a token was asked for")
	return "", http.ErrNotSupported
}
func (watchedTokens) Drop(string) {}
