package faketeams_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

func TestSay(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	r, err := w.Say(t.Context(), ana, "inbox <b>")
	if err != nil || r.Ack.Status != 200 || r.Ack.Failure != "" || r.Dialog != nil {
		t.Fatal(r, err)
	}
	a := w.lastReceived()
	for path, want := range map[string]string{
		"type": "message", "channelId": "msteams", "text": "inbox <b>", "textFormat": "plain", "from aadObjectId": ana, "from id": mri(w, ana), "from name": "Ana Ruiz",
		"conversation id": w.Chat(ana), "conversation conversationType": "personal", "conversation tenantId": faketeams.Tenant, "recipient id": w.BotID(),
		"channelData tenant id": faketeams.Tenant, "serviceUrl": w.ServiceURL(""), "timestamp": "2026-11-25T09:00:00.000Z", "localTimezone": "Europe/Madrid",
		"localTimestamp": "2026-11-25T10:00:00.000+01:00",
	} {
		equal(t, path, text(a, strings.Fields(path)...), want)
	}
	html := a["attachments"].([]any)[0].(obj)
	if html["contentType"] != "text/html" || html["content"] != "<p>inbox &lt;b&gt;</p>" || a["conversation"].(obj)["isGroup"] != nil {
		t.Errorf("%v", a)
	}
	if again := w.Resend(t.Context(), r.Sent); again.Status != 200 || text(w.lastReceived(), "id") != text(a, "id") {
		t.Error("not the same again", again)
	}
	if _, err := w.Say(t.Context(), ben, "x"); err == nil {
		t.Error("said something to a bot that is not there")
	}
	for name, do := range map[string]func() error{
		"say":        func() error { _, err := w.Say(t.Context(), "nobody", "x"); return err },
		"mention":    func() error { _, err := w.Mention(t.Context(), "nobody", "x", "x"); return err },
		"event":      func() error { _, err := w.Event(t.Context(), "nobody", "x", nil); return err },
		"invoke":     func() error { _, err := w.Invoke(t.Context(), "nobody", "x", nil); return err },
		"install":    func() error { _, err := w.Install(t.Context(), "nobody", faketeams.InstallationFirst); return err },
		"install in": func() error { _, err := w.InstallIn(t.Context(), ana, "x", faketeams.InstallationFirst); return err },
		"uninstall":  func() error { _, err := w.Uninstall(t.Context(), "nobody"); return err },
		"query":      func() error { _, _, err := w.Query(t.Context(), "nobody", "x", "x", "x"); return err },
		"extend":     func() error { _, err := w.Extend(t.Context(), "nobody", "x"); return err },
		"suggest":    func() error { _, _, err := w.Suggest(t.Context(), ana, "x", "x"); return err },
		"fill":       func() error { return w.Fill(t.Context(), ana, nil) },
		"submit":     func() error { _, err := w.Submit(t.Context(), ana, "x", nil); return err },
		"pick":       func() error { return w.Pick(t.Context(), ana, "x", "x", "x") },
		"mention dm": func() error { _, err := w.Mention(t.Context(), ana, w.Chat(ana), "x"); return err },
		"press there": func() error {
			_, err := w.Press(t.Context(), "nobody", faketeams.Message{Card: everything()}, "Approve")
			return err
		},
	} {
		if do() == nil {
			t.Errorf("%s: went well", name)
		}
	}
}

func TestInstall(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	for order, want := range map[faketeams.Order]string{
		faketeams.InstallationFirst: "installationUpdate conversationUpdate", faketeams.ConversationFirst: "conversationUpdate installationUpdate",
	} {
		had := len(w.received())
		all, err := w.Install(t.Context(), ben, order)
		got := w.received()[had:]
		if err != nil || len(all) != 2 || text(got[0], "type")+" "+text(got[1], "type") != want {
			t.Fatalf("%v %v", got, err)
		}
		for _, a := range got {
			if text(a, "from", "aadObjectId") != ben || a["from"].(obj)["name"] != nil || text(a, "conversation", "id") != w.Chat(ben) {
				t.Errorf("%v", a)
			}
			if text(a, "type") == "conversationUpdate" {
				added := a["membersAdded"].([]any)
				equal(t, "the bot", text(added[1].(obj), "id"), w.BotID())
				equal(t, "the person", text(added[0].(obj), "aadObjectId"), ben)
			} else if a["action"] != "add" || text(a, "channelData", "settings", "selectedChannel", "id") != w.Chat(ben) {
				t.Errorf("%v", a)
			}
		}
	}
	w.send(w.Chat(ben), obj{"type": "message", "text": "x"})
	if _, err := w.Upgrade(t.Context(), ben); err != nil || text(w.lastReceived(), "action") != "add-upgrade" {
		t.Error(w.lastReceived(), err)
	}
	if _, err := w.Uninstall(t.Context(), ben); err != nil || text(w.lastReceived(), "action") != "remove" {
		t.Error(w.lastReceived(), err)
	}
	if status, _ := w.call("POST", activities(w.Chat(ben)), obj{"type": "message", "text": "x"}); status != 403 {
		t.Error(status)
	}
	if _, err := w.Install(t.Context(), eva, faketeams.InstallationFirst); err != nil {
		t.Fatal(err)
	}
	a := w.lastReceived()
	if text(a, "conversation", "tenantId") != faketeams.ForeignTenant || !strings.Contains(text(a, "serviceUrl"), faketeams.ForeignTenant) {
		t.Errorf("of another tenant: %v", a)
	}
	if _, err := w.Event(t.Context(), ana, "messageReaction", obj{"reactionsAdded": []any{obj{"type": "like"}}}); err != nil || w.lastReceived()["reactionsAdded"] == nil {
		t.Error(err)
	}
	if r, err := w.Invoke(t.Context(), ana, "signin/verifyState", obj{"state": "1"}); err != nil || r.Ack.Status != 200 || text(w.lastReceived(), "value", "state") != "1" {
		t.Error(r, err)
	}
}

func TestChannels(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	w.Watch(t)
	team, group := w.AddTeam("Sales", ana, ben), w.AddGroup(ana)
	for _, where := range []string{team.ID, group} {
		if _, err := w.Mention(t.Context(), ana, where, "x"); err == nil {
			t.Error("mentioned a bot that is not there")
		}
		if _, err := w.InstallIn(t.Context(), ana, where, faketeams.ConversationFirst); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.InstallIn(t.Context(), "nobody", group, faketeams.ConversationFirst); err == nil {
		t.Error("installed by nobody")
	}
	added := w.received()[0]
	if text(added, "channelData", "team", "aadGroupId") != team.Group || text(added, "channelData", "eventType") != "teamMemberAdded" {
		t.Errorf("%v", added)
	}
	r, err := w.Mention(t.Context(), ana, team.ID, "status AIR-1")
	a := w.lastReceived()
	mention := a["entities"].([]any)[0].(obj)
	if err != nil || r.Ack.Status != 200 || a["text"] != "<at>Steward</at>\u00a0status AIR-1\n" || text(mention, "mentioned", "id") != w.BotID() ||
		!strings.Contains(a["text"].(string), text(mention, "text")) {
		t.Fatalf("%v %v", a, err)
	}
	html := text(a["attachments"].([]any)[0].(obj), "content")
	if !strings.Contains(html, "&nbsp;status AIR-1") || text(a, "channelData", "team", "id") != team.ID {
		t.Errorf("%v", a)
	}
	where := text(a, "conversation", "id")
	if !strings.HasPrefix(where, team.ID+";messageid=") || a["conversation"].(obj)["isGroup"] != true {
		t.Errorf("conversation %s", where)
	}
	// The answer goes to the thread, by an id with a semicolon in it.
	if status, out := w.call("POST", activities(where, "/", text(a, "id")), obj{"type": "message", "text": "I answer in our chat"}); status != 201 {
		t.Fatal(status, out)
	}
	if status, out := w.call("POST", activities(where, "/17"), obj{"type": "message", "text": "x"}); status != 404 {
		t.Error(status, out)
	}
	all := w.In(team.ID)
	if len(all) != 2 || all[0].Conversation != where || all[1].Words() != "Steward\u00a0status AIR-1\n" {
		t.Errorf("%+v", all)
	}
	if status, out := w.call("PUT", activities(team.ID, "/", all[0].ID), obj{"type": "message", "text": "x"}); status != 404 {
		t.Error("by the channel and not the thread", status, out)
	}
	if _, err := w.Mention(t.Context(), ben, group, "x"); err == nil {
		t.Error("mentioned where they are not")
	}
	if _, err := w.Mention(t.Context(), ana, group, "x"); err != nil || text(w.lastReceived(), "conversation", "conversationType") != "groupChat" {
		t.Error(err)
	}
}

// How the app answers is told as it is.
func TestAcks(t *testing.T) {
	w := newWorld(t, faketeams.Options{AckWithin: 200 * time.Millisecond})
	release := make(chan struct{})
	for name, c := range map[string]struct {
		do      func(obj) (int, any)
		failure string
		status  int
	}{
		"done":  {func(obj) (int, any) { return 200, nil }, "", 200},
		"taken": {func(obj) (int, any) { return 202, nil }, "", 202},
		"no":    {func(obj) (int, any) { return 401, nil }, "http_error", 401},
		"clock": {func(obj) (int, any) { w.clock.later(time.Minute); return 200, nil }, "timeout", 200},
		"slow":  {func(obj) (int, any) { <-release; return 200, nil }, "timeout", 0},
		"gone":  {func(obj) (int, any) { panic(http.ErrAbortHandler) }, "connection_failed", 0},
	} {
		w.when("message", c.do)
		r, err := w.Say(t.Context(), ana, "x")
		if err != nil || r.Ack.Failure != c.failure || r.Ack.Status != c.status || r.Ack.String() == "" {
			t.Errorf("%s: %s %v", name, r.Ack, err)
		}
	}
	close(release)
	s := faketeams.New(faketeams.Options{})
	defer s.Close()
	if ack := s.Deliver(t.Context(), obj{"type": "message"}); ack.Failure != "connection_failed" {
		t.Error("nobody listens", ack)
	}
	s.HandleAt("http://127.0.0.1:1/api/messages")
	if ack := s.Deliver(t.Context(), obj{"type": "invoke"}); ack.Failure != "connection_failed" {
		t.Error("nobody listens there", ack)
	}
	if ack := s.DeliverAs(t.Context(), []byte("{")); ack.Failure != "connection_failed" || (faketeams.Sent{}).Decoded() != nil {
		t.Error(ack)
	}
}
