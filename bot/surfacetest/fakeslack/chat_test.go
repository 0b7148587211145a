package fakeslack_test

import (
	"slices"
	"strings"
	"testing"

	"steward/bot/surfacetest/fakeslack"
)

func TestPost(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	w.AddUser(fakeslack.User{ID: "U0GONE", Deleted: true})
	w.AddUser(fakeslack.User{ID: "U0BOT", Bot: true})
	public := w.AddChannel(fakeslack.Channel{Name: "all"})
	private := w.AddChannel(fakeslack.Channel{Private: true})
	old := w.AddChannel(fakeslack.Channel{Archived: true, Members: []string{fakeslack.BotUserID}})
	in := w.AddChannel(fakeslack.Channel{Members: []string{fakeslack.BotUserID, "U0ANA"}})
	for _, c := range []struct {
		want string
		args obj
	}{
		{"channel_not_found", obj{"channel": "C404", "text": "x"}},
		{"channel_not_found", obj{"channel": "U404", "text": "x"}},
		{"channel_not_found", obj{"channel": fakeslack.BotUserID, "text": "x"}},
		{"channel_not_found", obj{"channel": private.ID, "text": "x"}},
		{"user_disabled", obj{"channel": "U0GONE", "text": "x"}},
		{"user_disabled", obj{"channel": w.DMChannel("U0GONE"), "text": "x"}},
		{"cannot_dm_bot", obj{"channel": "U0BOT", "text": "x"}},
		{"is_archived", obj{"channel": old.ID, "text": "x"}},
		{"not_in_channel", obj{"channel": public.ID, "text": "x"}},
		{"no_text", obj{"channel": in.ID}},
		{"no_text", obj{"channel": in.ID, "attachments": "[]"}},
		{"no_text", obj{"channel": in.ID, "text": "", "blocks": []any{}}},
		{"invalid_blocks", obj{"channel": in.ID, "text": "x", "blocks": []any{obj{"type": "header", "text": plain(strings.Repeat("x", 151))}}}},
		{"invalid_blocks", obj{"channel": in.ID, "blocks": []any{obj{"type": "divider", "block_id": "a"}, obj{"type": "divider", "block_id": "a"}}}},
		{"invalid_blocks_format", obj{"channel": in.ID, "blocks": "[{"}},
		{"msg_blocks_too_long", obj{"channel": in.ID, "blocks": []any{
			section(strings.Repeat("x", 3000)), section(strings.Repeat("x", 3000)), section(strings.Repeat("x", 3000)), section(strings.Repeat("x", 3000)),
			section(strings.Repeat("x", 3000)),
		}}},
		{"invalid_metadata_format", obj{"channel": in.ID, "text": "x", "metadata": obj{"event_type": "", "event_payload": nil}}},
		{"invalid_metadata_format", obj{"channel": in.ID, "text": "x", "metadata": "x"}},
	} {
		w.refuses(c.want, "chat.postMessage", c.args)
	}
	out := w.refuses("invalid_blocks", "chat.postMessage", obj{"channel": in.ID, "blocks": []any{obj{"type": "section"}}})
	if lines, _ := out["errors"].([]any); len(lines) != 1 || !strings.Contains(lines[0].(string), "[json-pointer:/blocks/0]") {
		t.Errorf("what was wrong: %v", out)
	}

	// To a user's id: their DM is opened, and its id is given.
	out = w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "Hello", "blocks": []any{section("*Hello* &amp; welcome")}})
	if text(out, "channel") != w.DMChannel("U0ANA") || text(out, "ts") == "" {
		t.Errorf("posted: %v", out)
	}
	dm := w.DM("U0ANA")
	if len(dm) != 1 || dm[0].Words() != "Hello & welcome" || dm[0].Gist() != "Hello" || dm[0].Blocks[0]["block_id"] == "" || dm[0].User != fakeslack.BotUserID {
		t.Errorf("the DM: %+v", dm)
	}
	long := w.good("chat.postMessage", obj{"channel": in.ID, "text": strings.Repeat("x", 40_010)})
	equal(t, "a long text is cut", len(text(long, "message", "text")), 40_000)
	equal(t, "in the channel", len(w.Channel(in.ID)), 1)
	equal(t, "nowhere", len(w.Channel("C404")), 0)

	everywhere := newWorld(t, fakeslack.Options{Scopes: []string{"chat:write", "chat:write.public"}})
	everywhere.good("chat.postMessage", obj{"channel": everywhere.AddChannel(fakeslack.Channel{}).ID, "text": "x"})
}

func TestUpdate(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	meta := obj{"event_type": "sent", "event_payload": obj{"n": 1}}
	out := w.good("chat.postMessage", obj{"channel": "U0ANA", "text": "one", "blocks": []any{section("one")}, "metadata": meta})
	dm, ts := text(out, "channel"), text(out, "ts")
	for _, c := range []struct {
		want string
		args obj
	}{
		{"channel_not_found", obj{"channel": "U0ANA", "ts": ts, "text": "x"}}, // a user's id is no conversation here
		{"message_not_found", obj{"channel": dm, "ts": "1.2", "text": "x"}},
		{"no_text", obj{"channel": dm, "ts": ts}},
		{"no_text", obj{"channel": dm, "ts": ts, "text": ""}},
		{"msg_too_long", obj{"channel": dm, "ts": ts, "text": strings.Repeat("x", 4001)}},
		{"invalid_blocks", obj{"channel": dm, "ts": ts, "blocks": []any{obj{"type": "poll"}}}},
	} {
		w.refuses(c.want, "chat.update", c.args)
	}
	kept := w.DM("U0ANA")[0]
	w.good("chat.update", obj{"channel": dm, "ts": ts, "text": "two", "blocks": []any{section("two")}})
	m, _ := w.Message(dm, ts)
	if m.Words() != "two" || !m.Edited || m.Metadata["event_type"] != "sent" || kept.Words() != "one" {
		t.Errorf("updated: %+v; kept: %q", m, kept.Words())
	}
	w.good("chat.update", obj{"channel": dm, "ts": ts, "text": "three", "metadata": obj{}})
	if m, _ = w.Message(dm, ts); len(m.Blocks) != 0 || m.Metadata != nil || m.Words() != "three" {
		t.Errorf("a text alone, and empty metadata: %+v", m)
	}
	w.good("chat.update", obj{"channel": dm, "ts": ts, "blocks": []any{section("four")}, "metadata": meta})
	if m, _ = w.Message(dm, ts); m.Text != "three" || m.Words() != "four" || m.Metadata == nil {
		t.Errorf("blocks alone: %+v", m)
	}

	if _, err := w.Say(t.Context(), "U0ANA", "hi there"); err != nil {
		t.Fatal(err)
	}
	hers := w.DM("U0ANA")[0]
	w.refuses("cant_update_message", "chat.update", obj{"channel": dm, "ts": hers.TS, "text": "x"})
	w.refuses("cant_delete_message", "chat.delete", obj{"channel": dm, "ts": hers.TS})

	w.good("chat.delete", obj{"channel": dm, "ts": ts})
	w.refuses("message_not_found", "chat.update", obj{"channel": dm, "ts": ts, "text": "x"})
	w.refuses("message_not_found", "chat.delete", obj{"channel": dm, "ts": ts})
	if m, ok := w.Message(dm, ts); !ok || !m.Gone {
		t.Errorf("a deleted message: %+v %v", m, ok)
	}
	if _, ok := w.Message(dm, "9.9"); ok {
		t.Error("a message that never was")
	}

	out = w.good("chat.postMessage", obj{"channel": "U0BEN", "text": "one"})
	w.AddUser(fakeslack.User{ID: "U0BEN", Deleted: true})
	w.refuses("is_inactive", "chat.update", obj{"channel": out["channel"], "ts": out["ts"], "text": "x"})
	c := w.AddChannel(fakeslack.Channel{Members: []string{fakeslack.BotUserID}})
	out = w.good("chat.postMessage", obj{"channel": c.ID, "text": "one"})
	c.Archived = true
	w.AddChannel(c)
	w.refuses("is_archived", "chat.update", obj{"channel": out["channel"], "ts": out["ts"], "text": "x"})
}

func TestEphemeral(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	c := w.AddChannel(fakeslack.Channel{Members: []string{fakeslack.BotUserID, "U0ANA"}})
	w.refuses("user_not_in_channel", "chat.postEphemeral", obj{"channel": c.ID, "user": "U0BEN", "text": "x"})
	w.refuses("no_text", "chat.postEphemeral", obj{"channel": c.ID, "user": "U0ANA"})
	w.refuses("invalid_blocks", "chat.postEphemeral", obj{"channel": c.ID, "user": "U0ANA", "blocks": []any{obj{}}})
	w.refuses("channel_not_found", "chat.postEphemeral", obj{"channel": "C404", "user": "U0ANA", "text": "x"})
	out := w.good("chat.postEphemeral", obj{"channel": c.ID, "user": "U0ANA", "text": "psst"})
	notes := w.Ephemeral("U0ANA")
	if len(notes) != 1 || notes[0].Words() != "psst" || !notes[0].Ephemeral || len(w.Ephemeral("U0BEN")) != 0 || len(w.Channel(c.ID)) != 0 {
		t.Errorf("notes: %+v", notes)
	}
	w.refuses("message_not_found", "chat.update", obj{"channel": c.ID, "ts": out["message_ts"], "text": "x"})
}

func TestPings(t *testing.T) {
	w := newWorld(t, fakeslack.Options{})
	post := func(args obj) fakeslack.Message {
		args["channel"] = "U0ANA"
		w.good("chat.postMessage", args)
		return w.DM("U0ANA")[0]
	}
	m := fakeslack.Message{Text: "<!channel> <@U0BEN> &lt;!here&gt; see <https://x.example/a?b&amp;c|this>, https://y.example", Blocks: []map[string]any{
		section("<!subteam^S1|all> <!date^1^{date}|then> @here"),
		{"type": "section", "text": plain("<!here> https://plain.example")},
		{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": []any{
			obj{"type": "text", "text": "<!everyone> https://rich.example"},
			obj{"type": "user", "user_id": "U0ANA"},
			obj{"type": "broadcast", "range": "here"},
			obj{"type": "usergroup", "usergroup_id": "S2"},
			obj{"type": "link", "url": "https://z.example"},
		}}}},
	}}
	equal(t, "pings", strings.Join(sorted(m.Pings()), " "), "@S2 @U0ANA @U0BEN @channel @here @subteam")
	equal(t, "links", strings.Join(sorted(m.Links()), " "), "https://x.example/a?b&c https://y.example https://z.example")
	m = post(obj{"text": m.Text})
	equal(t, "unfurls", m.Unfurls, true)
	equal(t, "read", m.Gist(), "@channel @ben <!here> see this, https://y.example")

	safe := post(obj{"text": "&lt;!channel&gt; @channel", "unfurl_links": false, "unfurl_media": "false"})
	if len(safe.Pings()) != 0 || safe.Unfurls {
		t.Errorf("pings %v, unfurls %v", safe.Pings(), safe.Unfurls)
	}
	equal(t, "names that are to be linked", strings.Join(post(obj{"text": "@channel", "link_names": true}).Pings(), " "), "@channel")
}

func sorted(all []string) []string { slices.Sort(all); return all }
