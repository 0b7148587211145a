package faketeams_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

func TestSend(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	chat := w.Chat(ana)
	if !strings.HasPrefix(chat, "a:1") {
		t.Errorf("conversation %s", chat)
	}
	id := w.send(chat, obj{"type": "message", "text": "Hello *you*", "from": obj{"id": w.BotID()}, "conversation": obj{"id": chat}, "channelId": "msteams"})
	w.clock.later(time.Second)
	other := w.send(chat, message(cardOf([]any{rich("Please decide")})))
	all := w.Personal(ana)
	if len(all) != 2 || all[0].ID != other || all[0].Gist() != "A card" || all[1].Words() != "Hello you" || all[1].Gist() != "Hello you" {
		t.Fatalf("%+v", all)
	}
	status, out := w.call(http.MethodPut, activities(chat, "/", other), message(cardOf([]any{rich("Approved")})))
	if status != 200 || out["id"] != other {
		t.Errorf("update: %d %v", status, out)
	}
	if m, ok := w.Message(chat, other); !ok || m.Words() != "Approved" || !m.Edited || all[0].Words() != "Please decide" {
		t.Errorf("%v %q", ok, m.Words())
	}
	if status, out = w.call(http.MethodPut, activities(chat, "/", other), obj{"type": "message", "text": "<b>a &amp; b</b>", "textFormat": "xml"}); status != 200 {
		t.Error(status, out)
	}
	if m, _ := w.Message(chat, other); m.Words() != "a & b" || m.Card != nil {
		t.Errorf("%q", m.Words())
	}
	if status, out = w.call(http.MethodPost, activities(chat, "/", id), obj{"type": "message", "text": "re: *x*", "textFormat": "plain"}); status != 201 {
		t.Error(status, out)
	}
	if m := w.Personal(ana)[0]; m.ReplyTo != id || m.Words() != "re: *x*" {
		t.Errorf("%+v", m)
	}
	if status, out = w.call(http.MethodPost, activities(chat), obj{"type": "typing"}); status != 202 || out["raw"] != "" {
		t.Error(status, out)
	}
	if status, _ = w.call(http.MethodDelete, activities(chat, "/", id), nil); status != 200 {
		t.Error(status)
	}
	status, out = w.call(http.MethodPut, activities(chat, "/", id), obj{"type": "message", "text": "gone"})
	if status != 404 || text(out, "error", "code") != "ActivityNotFoundInConversation" {
		t.Errorf("%d %v", status, out)
	}
	w.Remove(chat, other)
	equal(t, "left", len(w.In(chat)), 1)
	calls := w.Calls("update")
	if len(calls) != 3 || calls[2].Error != "ActivityNotFoundInConversation" || calls[0].Activity != other || calls[0].Conversation != chat {
		t.Errorf("%+v", calls)
	}
	if _, ok := w.Message("a:1nowhere", "1"); ok || w.In("a:1nowhere") != nil || w.Personal(ben) != nil || w.Chat("nobody") != "" {
		t.Error("something is nowhere")
	}
}

// What the app must not do is refused, and is a complaint.
func TestRefused(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	chat := w.Chat(ana)
	id := w.send(chat, obj{"type": "message", "text": "x"})
	person, _ := w.Say(t.Context(), ana, "hello")
	theirs := text(person.Sent.Decoded(), "id")
	w.Provide(ben, true)
	one := cardOf([]any{rich("x")})
	for name, c := range map[string]struct {
		method, path string
		body         obj
		status       int
		code, want   string
	}{
		"no type":             {"POST", activities(chat), obj{"text": "x"}, 400, "BadSyntax", `type ""`},
		"an event":            {"POST", activities(chat), obj{"type": "event", "text": "x"}, 400, "BadSyntax", "event"},
		"nothing":             {"POST", activities(chat), obj{"type": "message"}, 400, "BadSyntax", "neither"},
		"an unknown member":   {"POST", activities(chat), obj{"type": "message", "text": "x", "colour": "red"}, 400, "BadSyntax", "colour"},
		"somebody else":       {"POST", activities(chat), obj{"type": "message", "text": "x", "from": obj{"id": "29:1"}}, 400, "BadSyntax", "from.id"},
		"another chat":        {"POST", activities(chat), obj{"type": "message", "text": "x", "conversation": obj{"id": "a:1"}}, 400, "BadSyntax", "conversation.id"},
		"another channel":     {"POST", activities(chat), obj{"type": "message", "text": "x", "channelId": "slack"}, 400, "BadSyntax", "channelId"},
		"another message":     {"POST", activities(chat, "/", id), obj{"type": "message", "text": "x", "replyToId": "7"}, 400, "BadSyntax", "replyToId"},
		"a format":            {"POST", activities(chat), obj{"type": "message", "text": "x", "textFormat": "html"}, 400, "BadSyntax", "textFormat"},
		"a layout":            {"POST", activities(chat), obj{"type": "message", "text": "x", "attachmentLayout": "pile"}, 400, "BadSyntax", "attachmentLayout"},
		"no list":             {"POST", activities(chat), obj{"type": "message", "attachments": obj{}}, 400, "BadSyntax", "no list"},
		"a list of texts":     {"POST", activities(chat), obj{"type": "message", "attachments": []any{"x"}}, 400, "BadSyntax", "no list"},
		"a picture":           {"POST", activities(chat), obj{"type": "message", "attachments": []any{obj{"contentType": "image/png"}}}, 400, "BadSyntax", "image/png"},
		"more in a card":      {"POST", activities(chat), obj{"type": "message", "attachments": []any{obj{"contentType": faketeams.CardType, "content": one, "size": 3}}}, 400, "BadSyntax", "size"},
		"a bad card":          {"POST", activities(chat), message(cardOf([]any{obj{"type": "Blink"}})), 400, "BadArgument", "unknown type"},
		"no summary":          {"POST", activities(chat), obj{"type": "message", "attachments": attached(one)}, 201, "", "summary"},
		"text and card":       {"POST", activities(chat), obj{"type": "message", "text": "x", "attachments": attached(one)}, 202, "", "split into 2"},
		"two cards":           {"POST", activities(chat), obj{"type": "message", "summary": "x", "attachments": attached(one, one)}, 202, "", "split into 2"},
		"too large":           {"POST", activities(chat), obj{"type": "message", "text": strings.Repeat("x", 29_000)}, 413, "MessageSizeTooBig", " bytes, at most"},
		"an unknown chat":     {"POST", activities("a:1nowhere"), obj{"type": "message", "text": "x"}, 404, "ConversationNotFound", "not known"},
		"an update of theirs": {"PUT", activities(chat, "/", theirs), obj{"type": "message", "text": "x"}, 403, "ForbiddenOperationException", "person's"},
		"an update by type":   {"PUT", activities(chat, "/", id), obj{"text": "x"}, 400, "BadSyntax", "type"},
		"an update by id":     {"PUT", activities(chat, "/", id), obj{"type": "message", "id": "7", "text": "x"}, 400, "BadSyntax", "id is not"},
		"an update to two":    {"PUT", activities(chat, "/", id), obj{"type": "message", "text": "x", "summary": "x", "attachments": attached(one)}, 400, "BadSyntax", "2 contents"},
		"an update by a card": {"PUT", activities(chat, "/", id), message(obj{"type": "AdaptiveCard", "version": "1.5"}), 400, "BadArgument", "empty card"},
		"a slash too many":    {"POST", "/" + activities(chat), obj{"type": "message", "text": "x"}, 404, "NotFound", "two slashes"},
		"a slash at the end":  {"POST", activities(chat) + "/", obj{"type": "message", "text": "x"}, 404, "NotFound", "two slashes"},
	} {
		before := len(w.Personal(ana))
		status, out := w.call(c.method, c.path, c.body)
		if status != c.status || text(out, "error", "code") != c.code {
			t.Errorf("%s: %d %v, want %d %s", name, status, short(out), c.status, c.code)
		}
		if c.status == 202 {
			equal(t, name+": messages", len(w.Personal(ana)), before+2)
			equal(t, name+": its id", out["id"], nil)
		}
		w.complains(name, c.want)
	}
	if m, _ := w.Message(chat, theirs); m.Words() != "hello" {
		t.Error("a person's message was changed")
	}
}

// What Teams refuses for reasons that are nobody's fault is no complaint.
func TestWithheld(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	chat, hello := w.Chat(ana), obj{"type": "message", "text": "x"}
	id := w.send(chat, hello)
	w.Block(ana, true)
	for _, c := range []struct{ method, path string }{{"POST", activities(chat)}, {"PUT", activities(chat, "/", id)}} {
		status, out := w.call(c.method, c.path, hello)
		if status != 403 || out["errorCode"] != 209.0 || !strings.Contains(text(out, "message"), `"subCode":"MessageWritesBlocked"`) {
			t.Errorf("blocked: %d %v", status, out)
		}
	}
	w.Block(ana, false)
	w.Provide(ana, false)
	if status, out := w.call("POST", activities(chat), hello); status != 403 || text(out, "error", "code") != "BotNotInConversationRoster" {
		t.Errorf("not installed: %d %v", status, out)
	}
	w.Provide(ana, true)
	for name, c := range map[string]struct {
		method, path string
		body         obj
		want         int
	}{
		"no v3":              {"POST", "v4/conversations", obj{}, 404},
		"too short":          {"POST", "v3", obj{}, 404},
		"another method":     {"PATCH", activities(chat), obj{}, 405},
		"nothing to update":  {"PUT", activities(chat), obj{}, 405},
		"too long":           {"GET", activities(chat, "/1/members/2"), nil, 405},
		"a broken address":   {"POST", "v3/conversations/%2/activities", obj{}, 0},
		"a delete of nobody": {"DELETE", activities(chat, "/17"), nil, 404},
	} {
		if c.want == 0 {
			continue // the client does not send it
		}
		if status, out := w.call(c.method, c.path, c.body); status != c.want {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	// The body, and who calls.
	for name, c := range map[string]struct {
		kind, body, token string
		want              int
	}{
		"no JSON":       {"text/plain", `{"type":"message","text":"x"}`, w.token, 415},
		"a list":        {"application/json", `[]`, w.token, 400},
		"half":          {"application/json", `{"type"`, w.token, 400},
		"no token":      {"application/json", `{"type":"message","text":"x"}`, "", 401},
		"another token": {"application/json", `{"type":"message","text":"x"}`, "abc", 401},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), "POST", w.ServiceURL("")+activities(chat), strings.NewReader(c.body))
		req.Header.Set("Content-Type", c.kind)
		if c.token != "" {
			req.Header.Set("Authorization", "Bearer "+c.token)
		}
		if status, out := w.do(req); status != c.want || c.want == 401 && out["raw"] != "" {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	// A tenant that moved, and one that is another's.
	old := w.ServiceURL("")
	w.Move(faketeams.Tenant, "amer")
	if status, _ := w.callAt(old+activities(chat), "POST", hello); status != 404 {
		t.Error("the old region answers", status)
	}
	if !strings.Contains(w.ServiceURL(""), "/amer/") {
		t.Error(w.ServiceURL(""))
	}
	w.send(chat, hello)
	if status, _ := w.callAt(w.ServiceURL(faketeams.ForeignTenant)+activities(chat), "POST", hello); status != 404 || w.Forgive("not known here") != 1 {
		t.Error("another tenant's service knows the conversation")
	}
}

func TestCreate(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	good := func() obj {
		return obj{
			"isGroup": false, "bot": obj{"id": w.BotID()}, "members": []any{obj{"id": ana}}, "tenantId": faketeams.Tenant,
			"channelData": obj{"tenant": obj{"id": faketeams.Tenant}},
		}
	}
	for _, id := range []string{ana, strings.ToUpper(ana), mri(w, ana)} {
		b := good()
		b["members"] = []any{obj{"id": id}}
		if status, out := w.call("POST", "v3/conversations", b); status != 201 || out["id"] != w.Chat(ana) {
			t.Errorf("%s: %d %v", id, status, out)
		}
	}
	for name, c := range map[string]struct {
		change func(obj)
		status int
		code   string
		want   string
	}{
		"not installed":   {func(b obj) { b["members"] = []any{obj{"id": ben}} }, 403, "ForbiddenOperationException", ""},
		"nobody":          {func(b obj) { b["members"] = []any{obj{"id": "29:nobody"}} }, 400, "BadSyntax", ""},
		"a stranger":      {func(b obj) { b["members"] = []any{obj{"id": eva}} }, 400, "BadSyntax", ""},
		"another bot":     {func(b obj) { b["bot"] = obj{"id": "28:x"} }, 400, "BadSyntax", "bot.id"},
		"no bot":          {func(b obj) { delete(b, "bot") }, 400, "BadSyntax", "bot.id"},
		"a group":         {func(b obj) { b["isGroup"] = true }, 400, "BadSyntax", "groups"},
		"two":             {func(b obj) { b["members"] = []any{obj{"id": ana}, obj{"id": ben}} }, 400, "BadSyntax", "2 members"},
		"no tenant":       {func(b obj) { delete(b, "channelData") }, 400, "BadSyntax", "tenantId"},
		"with a message":  {func(b obj) { b["activity"] = obj{} }, 400, "BadSyntax", "activity"},
		"without members": {func(b obj) { delete(b, "members") }, 400, "BadSyntax", "0 members"},
	} {
		b := good()
		c.change(b)
		status, out := w.call("POST", "v3/conversations", b)
		if status != c.status || text(out, "error", "code") != c.code {
			t.Errorf("%s: %d %v", name, status, out)
		}
		if c.want != "" {
			w.complains(name, c.want)
		}
	}
	equal(t, "complaints", len(w.Complaints()), 0)
}

func mri(w *world, id string) string { u, _ := w.User(id); return u.MRI }

func TestMembers(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	path := "v3/conversations/" + w.Chat(ana)
	for _, id := range []string{ana, mri(w, ana)} {
		status, out := w.call("GET", path+"/members/"+id, nil)
		if status != 200 || out["objectId"] != ana || out["id"] != mri(w, ana) || out["userRole"] != "user" || out["tenantId"] != faketeams.Tenant ||
			out["email"] != "ana@acme.example" || out["givenName"] != "Ana" {
			t.Errorf("%d %v", status, out)
		}
	}
	if c := w.Calls("member")[0]; c.Member != ana || c.Activity != "" {
		t.Errorf("%+v", c)
	}
	if status, out := w.call("GET", path+"/members/"+ben, nil); status != 404 || text(out, "error", "code") != "MemberNotFoundInConversation" {
		t.Errorf("%d %v", status, out)
	}
	w.AddUser(faketeams.User{ID: ana, Name: "Ana Ruiz", Guest: true})
	if _, out := w.call("GET", path+"/members/"+ana, nil); out["userRole"] != "guest" {
		t.Error(out)
	}
	w.AddUser(faketeams.User{ID: ana, Name: "Ana", Anonymous: true})
	if _, out := w.call("GET", path+"/members/"+mri(w, ana), nil); out["userRole"] != "anonymous" || out["objectId"] != nil {
		t.Error(out)
	}
	if status, _ := w.call("GET", path+"/members", nil); status != 200 {
		t.Error(status)
	}
	w.complains("the old list", "deprecated")

	var many []string
	for range 120 {
		many = append(many, w.AddUser(faketeams.User{Name: "Somebody"}).ID)
	}
	team := w.AddTeam("Sales", many...)
	paged := "v3/conversations/" + team.ID + "/pagedmembers"
	if status, out := w.call("GET", paged, nil); status != 403 {
		t.Error(status, out)
	}
	if status, _ := w.call("GET", "v3/teams/"+team.ID, nil); status != 403 {
		t.Error("a team without the bot")
	}
	if _, err := w.InstallIn(t.Context(), many[0], team.ID, faketeams.InstallationFirst); err != nil {
		t.Fatal(err)
	}
	seen, token := 0, ""
	for n := range 3 {
		_, out := w.call("GET", paged+"?pageSize=10&continuationToken="+token, nil) // 50 at least
		seen += len(out["members"].([]any))
		token, _ = out["continuationToken"].(string)
		equal(t, fmt.Sprint("more after ", n), token != "", n < 2)
	}
	equal(t, "members", seen, 120)
	if status, _ := w.call("GET", paged+"?continuationToken=x", nil); status != 400 {
		t.Error(status)
	}
	w.complains("a token of nobody", "never given")
	if _, out := w.call("GET", "v3/teams/"+team.ID, nil); out["aadGroupId"] != team.Group || out["name"] != "Sales" {
		t.Error(out)
	}
	if _, out := w.call("GET", "v3/teams/"+team.ID+"/conversations", nil); len(out["conversations"].([]any)) != 1 {
		t.Error(out)
	}
	if status, _ := w.call("GET", "v3/teams/x/conversations", nil); status != 403 {
		t.Error(status)
	}
	for _, p := range []string{"/members", "/members/" + ana} {
		if status, _ := w.call("GET", "v3/conversations/a:1x"+p, nil); status != 404 {
			t.Error(p, status)
		}
		w.complains(p, "not known")
	}
}

func TestFaults(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	chat, hello := w.Chat(ana), obj{"type": "message", "text": "x"}
	id := w.send(chat, hello)
	for name, c := range map[string]struct {
		op, method, path string
		how              faketeams.How
		status           int
		taken            bool
	}{
		"502":                     {"send", "POST", activities(chat), faketeams.Status(502), 502, false},
		"504 and it was taken":    {"send", "POST", activities(chat), faketeams.Taken(504), 504, true},
		"412":                     {"*", "POST", activities(chat), faketeams.Status(412), 412, false},
		"429":                     {"send", "POST", activities(chat), faketeams.TooMany(7 * time.Second), 429, false},
		"429 without how long":    {"send", "POST", activities(chat), faketeams.TooMany(-1), 429, false},
		"a broken line":           {"send", "POST", activities(chat), faketeams.DropBefore(), 0, false},
		"a broken line afterward": {"send", "POST", activities(chat), faketeams.DropAfter(), 0, true},
		"a flake":                 {"update", "PUT", activities(chat, "/", id), faketeams.Flake(), 404, false},
		"a word":                  {"send", "POST", activities(chat), faketeams.Says(403, "BotDisabledByAdmin"), 403, false},
	} {
		before := len(w.Personal(ana))
		w.Fail(c.op, 1, c.how)
		status, out := w.call(c.method, c.path, hello)
		if status != c.status || (len(w.Personal(ana)) > before) != c.taken {
			t.Errorf("%s: %d %v, %d messages more", name, status, out, len(w.Personal(ana))-before)
		}
		if name == "429" {
			equal(t, "how long", out["after"], any("7"))
		}
		if status, out := w.call(c.method, c.path, hello); status >= 400 {
			t.Errorf("%s: once more: %d %v", name, status, out)
		}
	}
	w.Fail("send", -1, faketeams.Status(500))
	w.Slow("send", time.Hour)
	w.Mend()
	w.Slow("send", time.Millisecond)
	w.send(chat, hello)
	if all := w.Calls("send"); all[len(all)-1].Status != 201 {
		t.Errorf("%+v", all[len(all)-1])
	}
	early := w.Early()
	if len(early) == 0 || early[0].Op != "send" {
		t.Errorf("nobody came early: %+v", early)
	}
}

func TestLimits(t *testing.T) {
	w := newWorld(t, faketeams.Options{Limits: true})
	w.Watch(t)
	w.Provide(ben, true)
	chat, hello := w.Chat(ana), obj{"type": "message", "text": "x"}
	until := func(path, method string, body obj) int {
		for n := range 100 {
			if status, out := w.call(method, path, body); status == 429 {
				if text(out, "error", "code") != "TooManyRequests" || out["after"] == nil {
					t.Errorf("%v", out)
				}
				return n
			}
		}
		return 100
	}
	equal(t, "in a second", until(activities(chat), "POST", hello), 7)
	if n := until(activities(w.Chat(ben)), "POST", hello); n != 7 {
		t.Errorf("in another conversation: %d", n)
	}
	w.clock.later(time.Second)
	equal(t, "in two seconds", until(activities(chat), "POST", hello), 1)
	w.clock.later(2 * time.Second)
	equal(t, "members", until("v3/conversations/"+chat+"/members/"+ana, "GET", nil), 14)
	w.clock.later(2 * time.Second)
	sent := 8
	for range 20 {
		sent += until(activities(chat), "POST", hello)
		w.clock.later(1100 * time.Millisecond)
	}
	if sent != 60 {
		t.Errorf("%d in half a minute", sent)
	}
	w.clock.later(30 * time.Second)
	equal(t, "later", until(activities(chat), "POST", hello), 7)
	w.clock.later(time.Minute)
	create := obj{
		"bot": obj{"id": w.BotID()}, "members": []any{obj{"id": ana}}, "tenantId": faketeams.Tenant, "channelData": obj{"tenant": obj{"id": faketeams.Tenant}},
	}
	equal(t, "creations", until("v3/conversations", "POST", create), 7)
	w.clock.later(time.Minute)
	n := 0
	for _, who := range []string{"1", "2", "3", "4", "5", "6"} {
		u := w.AddUser(faketeams.User{Name: who})
		w.Provide(u.ID, true)
		n += until(activities(w.Chat(u.ID)), "POST", hello)
	}
	equal(t, "for the tenant", n, 30)
	if len(w.Early()) == 0 {
		t.Error("nobody came early")
	}
	// A message that is split counts for each of its parts.
	w.clock.later(time.Minute)
	u := w.AddUser(faketeams.User{Name: "last"})
	w.Provide(u.ID, true)
	two := obj{"type": "message", "text": "x", "summary": "x", "attachments": attached(cardOf([]any{rich("x")}))}
	if n := until(activities(w.Chat(u.ID)), "POST", two); n != 4 || w.Forgive("split") != 4 {
		t.Errorf("split: %d", n)
	}
}
