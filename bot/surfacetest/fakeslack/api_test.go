package fakeslack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot/surfacetest/fakeslack"
)

func TestTokens(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	for _, c := range []struct{ token, method, want string }{
		{"", "auth.test", "not_authed"},
		{"xoxb-other", "auth.test", "invalid_auth"},
		{"xapp-fake", "auth.test", "not_allowed_token_type"},
		{"xoxb-fake", "apps.connections.open", "not_allowed_token_type"},
		{"xoxb-fake", "files.upload", "unknown_method"},
	} {
		if out, res := w.callAs(c.token, c.method, obj{}); out["error"] != c.want || res.status != http.StatusOK {
			t.Errorf("%s with %q: %d %v, want %s", c.method, c.token, res.status, out, c.want)
		}
	}
	form, err := http.PostForm(w.APIURL()+"auth.test", url.Values{"token": {"xoxb-fake"}})
	if err != nil || form.StatusCode != http.StatusOK {
		t.Fatalf("a token in a form: %v %v", form, err)
	}
	_ = form.Body.Close()
	out, res := w.callAs("xoxb-fake", "auth.test", obj{})
	if out["ok"] != true || out["user_id"] != fakeslack.BotUserID || out["bot_id"] != fakeslack.BotID || out["team_id"] != "T0FAKE" {
		t.Errorf("auth.test: %v", out)
	}
	equal(t, "scopes", res.header.Get("X-Oauth-Scopes"), "commands,chat:write,users:read,im:write")
	if out, _ := w.post(w.APIURL()+"auth.test", "xoxb-fake", []byte("{")); out["error"] != "invalid_json" {
		t.Errorf("broken JSON: %v", out)
	}
	if out, _ := w.post(w.APIURL()+"auth.test", "xoxb-fake", []byte("null")); out["error"] != "invalid_json" {
		t.Errorf("null: %v", out)
	}
}

func TestScopes(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Scopes: []string{"commands"}})
	dm := w.DMChannel("U0ANA")
	for method, args := range map[string]obj{
		"chat.postMessage": {"channel": "U0ANA", "text": "hi"}, "conversations.open": {"users": "U0ANA"}, "users.info": {"user": "U0ANA"},
		"users.list": {}, "users.lookupByEmail": {"email": "ana@acme.example"}, "conversations.history": {"channel": dm}, "conversations.info": {"channel": dm},
	} {
		out := w.refuses("missing_scope", method, args)
		if out["needed"] == "" || out["provided"] != "commands" {
			t.Errorf("%s: %v", method, out)
		}
	}
	w.refuses("channel_not_found", "conversations.history", obj{"channel": "C404"})
}

func TestUsers(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Enterprise: "E1", Scopes: []string{"users:read", "users:read.email"}})
	w.AddUser(fakeslack.User{ID: "U0GUEST", Guest: true})
	w.AddUser(fakeslack.User{ID: "U0SINGLE", SingleGuest: true})
	w.AddUser(fakeslack.User{ID: "U0OUT", Stranger: true, TeamID: "T9", Email: "x@other.example", TZ: "UTC"})
	w.AddUser(fakeslack.User{ID: "U0GONE", Deleted: true, Email: "gone@acme.example"})
	w.AddUser(fakeslack.User{ID: "U0FLOW", Bot: true, Workflow: true})
	w.AddUser(fakeslack.User{ID: "U0NEW", Invited: true})
	made := w.AddUser(fakeslack.User{})
	if made.ID == "" || made.Name == "" || made.TeamID != "T0FAKE" {
		t.Errorf("made %+v", made)
	}
	info := func(id string) obj {
		return w.good("users.info", obj{"user": id, "include_locale": true})["user"].(obj)
	}
	ana := info("U0ANA")
	if text(ana, "profile", "email") != "ana@acme.example" || ana["tz"] != "Europe/Berlin" || ana["tz_offset"] != 3600.0 || ana["locale"] != "en-US" ||
		ana["is_restricted"] != false || text(ana, "enterprise_user", "enterprise_id") != "E1" || ana["real_name"] != "Ana Lopes" {
		t.Errorf("a member: %v", ana)
	}
	if g := info("U0GUEST"); g["is_restricted"] != true || g["is_ultra_restricted"] != false {
		t.Errorf("a guest: %v", g)
	}
	if g := info("U0SINGLE"); g["is_restricted"] != true || g["is_ultra_restricted"] != true {
		t.Errorf("a guest of one channel: %v", g)
	}
	if o := info("U0OUT"); o["is_stranger"] != true || o["team_id"] != "T9" || text(o, "profile", "email") != "" || o["tz"] != nil {
		t.Errorf("a stranger: %v", o)
	}
	if g := info("U0GONE"); g["deleted"] != true || g["is_restricted"] != nil {
		t.Errorf("somebody who is gone: %v", g)
	}
	if b := info("U0FLOW"); b["is_bot"] != true || b["is_workflow_bot"] != true {
		t.Errorf("a bot: %v", b)
	}
	if n := info("U0NEW"); n["is_invited_user"] != true {
		t.Errorf("somebody invited: %v", n)
	}
	w.refuses("user_not_found", "users.info", obj{"user": "U404"})
	w.refuses("users_not_found", "users.lookupByEmail", obj{"email": "x@other.example"})
	w.refuses("users_not_found", "users.lookupByEmail", obj{"email": "gone@acme.example"})
	equal(t, "found by address", text(w.good("users.lookupByEmail", obj{"email": "ANA@acme.example"}), "user", "id"), "U0ANA")
	if u, ok := w.User("U0ANA"); !ok || u.Name != "ana" {
		t.Errorf("User: %+v %v", u, ok)
	}

	// By pages, without strangers, with bots and those who are gone.
	var ids []string
	cursor := ""
	for range 20 {
		out := w.good("users.list", obj{"limit": 3, "cursor": cursor})
		for _, m := range out["members"].([]any) {
			ids = append(ids, text(m.(obj), "id"))
		}
		if cursor = text(out, "response_metadata", "next_cursor"); cursor == "" {
			break
		}
	}
	equal(t, "members", strings.Join(ids, " "), "USLACKBOT U0STEWARD U0ANA U0BEN U0GUEST U0SINGLE U0GONE U0FLOW U0NEW "+made.ID)
	w.refuses("invalid_cursor", "users.list", obj{"cursor": "dXNlcg=="})

	w.AddUser(fakeslack.User{ID: "U0ANA", Name: "ana", Deleted: true})
	equal(t, "a user that was replaced", info("U0ANA")["deleted"], any(true))

	plainWorld := newWorld(t, fakeslack.Options{})
	if u := plainWorld.good("users.info", obj{"user": "U0ANA"})["user"].(obj); text(u, "profile", "email") != "" || u["locale"] != nil {
		t.Errorf("without the scope for addresses: %v", u)
	}
	org := newWorld(t, fakeslack.Options{Enterprise: "E1", OrgInstall: true})
	org.refuses("missing_argument", "users.list", obj{})
	org.good("users.list", obj{"team_id": "T0FAKE"})
	if out := org.good("auth.test", obj{}); out["enterprise_id"] != "E1" || out["is_enterprise_install"] != true {
		t.Errorf("auth.test of an organisation: %v", out)
	}
}

func TestConversations(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Scopes: []string{"chat:write", "im:write", "im:history", "im:read", "channels:read", "groups:read", "groups:history"}})
	w.AddUser(fakeslack.User{ID: "U0GONE", Deleted: true})
	w.AddUser(fakeslack.User{ID: "U0BOT", Bot: true})
	w.AddUser(fakeslack.User{ID: "U0OUT", Stranger: true})
	for users, want := range map[string]string{
		"": "users_list_not_supplied", "U404": "user_not_found", "U0GONE": "user_disabled", "U0OUT": "user_not_visible", "U0BOT": "cannot_dm_bot",
		"1,2,3,4,5,6,7,8,9": "too_many_users", "U0ANA,U0BEN": "method_not_supported_for_channel_type",
	} {
		w.refuses(want, "conversations.open", obj{"users": users})
	}
	dm := text(w.good("conversations.open", obj{"users": "U0ANA"}), "channel", "id")
	equal(t, "the DM", dm, w.DMChannel("U0ANA"))
	equal(t, "again, in full", text(w.good("conversations.open", obj{"users": "U0ANA", "return_im": true}), "channel", "user"), "U0ANA")
	equal(t, "by its id", text(w.good("conversations.open", obj{"channel": dm}), "channel", "id"), dm)
	w.refuses("channel_not_found", "conversations.open", obj{"channel": "D404"})

	shared := w.AddChannel(fakeslack.Channel{Name: "ai-governance", Members: []string{fakeslack.BotUserID}, ExtShared: true})
	c := w.good("conversations.info", obj{"channel": shared.ID})["channel"].(obj)
	if c["is_ext_shared"] != true || c["is_member"] != true || c["name"] != "ai-governance" || c["is_private"] != false {
		t.Errorf("a shared channel: %v", c)
	}
	private := w.AddChannel(fakeslack.Channel{Private: true})
	w.refuses("channel_not_found", "conversations.info", obj{"channel": private.ID})
	private.Members = []string{fakeslack.BotUserID}
	w.AddChannel(private)
	equal(t, "a private channel", w.good("conversations.info", obj{"channel": private.ID})["channel"].(obj)["is_private"], any(true))
	equal(t, "a DM", text(w.good("conversations.info", obj{"channel": dm}), "channel", "user"), "U0ANA")
}

func TestHistory(t *testing.T) {
	w := newWorld(t, fakeslack.Options{Scopes: []string{"chat:write", "im:history"}})
	var ts []string
	for range 5 {
		w.clock.later(time.Second)
		out := w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "hi", "metadata": obj{"event_type": "sent", "event_payload": obj{"delivery": len(ts)}}})
		ts = append(ts, text(out, "ts"))
	}
	dm := w.DMChannel("U0ANA")
	w.Remove(dm, ts[4])
	read := func(args obj) string {
		args["channel"] = dm
		var out []string
		for _, m := range w.good("conversations.history", args)["messages"].([]any) {
			for i, one := range ts {
				if one == text(m.(obj), "ts") {
					out = append(out, string(rune('0'+i)))
				}
			}
		}
		return strings.Join(out, "")
	}
	equal(t, "newest first, without the deleted one", read(obj{}), "3210")
	equal(t, "after", read(obj{"oldest": ts[1]}), "32")
	equal(t, "from", read(obj{"oldest": ts[1], "inclusive": true}), "321")
	equal(t, "before", read(obj{"latest": ts[1]}), "0")
	equal(t, "until", read(obj{"latest": ts[1], "inclusive": true}), "10")
	first := w.good("conversations.history", obj{"channel": dm, "limit": 3})
	if first["has_more"] != true || text(first, "response_metadata", "next_cursor") == "" {
		t.Errorf("the first page: %v", short(first))
	}
	if m := first["messages"].([]any)[0].(obj); m["metadata"] != nil || m["bot_id"] != fakeslack.BotID {
		t.Errorf("metadata that nobody asked for: %v", m)
	}
	out := w.good("conversations.history", obj{"channel": dm, "include_all_metadata": "true"})
	if m := out["messages"].([]any)[0].(obj); m["metadata"].(obj)["event_payload"].(obj)["delivery"] != 3.0 {
		t.Errorf("metadata: %v", m)
	}
	w.refuses("invalid_limit", "conversations.history", obj{"channel": dm, "limit": 1000})
	w.refuses("invalid_cursor", "conversations.history", obj{"channel": dm, "cursor": "x"})
}

// The library that the app uses understands what is answered here.
func TestWithLibrary(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	api := slackgo.New("xoxb-fake", slackgo.OptionAPIURL(w.APIURL()))
	if who, err := api.AuthTestContext(t.Context()); err != nil || who.UserID != fakeslack.BotUserID {
		t.Errorf("auth.test: %+v %v", who, err)
	}
	u, err := api.GetUserInfoContext(t.Context(), "U0ANA")
	if err != nil || u.RealName != "Ana Lopes" || u.TZ != "Europe/Berlin" {
		t.Errorf("users.info: %+v %v", u, err)
	}
	all, err := api.GetUsersContext(t.Context(), slackgo.GetUsersOptionLimit(1))
	if err != nil || len(all) != 4 {
		t.Errorf("users.list: %d %v", len(all), err)
	}
	block := slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, "Hello", false, false), nil, nil)
	place, ts, err := api.PostMessageContext(t.Context(), "U0ANA", slackgo.MsgOptionText("gist", false), slackgo.MsgOptionBlocks(block))
	if err != nil || !strings.HasPrefix(place, "D") {
		t.Fatalf("chat.postMessage: %q %v", place, err)
	}
	if _, _, _, err := api.UpdateMessageContext(t.Context(), place, ts, slackgo.MsgOptionText("new", false)); err != nil {
		t.Errorf("chat.update: %v", err)
	}
	m, ok := w.Message(place, ts)
	if !ok || m.Text != "new" || len(m.Blocks) != 0 {
		t.Errorf("a text without blocks takes them away: %+v", m)
	}
	_, err = api.OpenViewContext(t.Context(), "1.2.3", slackgo.ModalViewRequest{Type: slackgo.VTModal})
	if err == nil || err.Error() != "invalid_arguments" {
		t.Errorf("views.open: %v", err)
	}
	if calls := w.Calls("chat.update"); len(calls) != 1 || calls[0].Channel != place || calls[0].Name != ts || calls[0].Status != http.StatusOK {
		t.Errorf("calls: %+v", calls)
	}
	if calls := w.Calls(); len(calls) < 8 || calls[0].Method != "auth.test" || calls[0].Args["token"] != nil {
		t.Errorf("calls: %+v", calls)
	}
}

func TestDefaults(t *testing.T) {
	s := fakeslack.New(fakeslack.Options{})
	defer s.Close()
	o := s.Options()
	if o.SigningSecret != "secret" || o.BotToken != "xoxb-fake" || o.AppToken != "xapp-fake" || o.Team != "T0FAKE" || o.Command != "/steward" ||
		o.AckWithin != 3*time.Second || o.PingEvery != 5*time.Second || o.Now == nil || o.SignedAt == nil {
		t.Errorf("%+v", o)
	}
	if !strings.HasSuffix(s.APIURL(), "/api/") || !strings.HasPrefix(s.APIURL(), "http://127.0.0.1:") {
		t.Errorf("address %s", s.APIURL())
	}
}
