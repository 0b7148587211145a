package fakeslack

import (
	"slices"
	"strings"
	"unicode/utf8"

	"steward/bot/surfacetest"
)

// Slack's bounds of a message, in characters.
const (
	maxUpdateText = 4_000
	maxPostText   = 40_000
)

// content is what a message is made of.
type content struct {
	text      string
	hasText   bool
	blocks    []map[string]any
	hasBlocks bool
	metadata  map[string]any
	hasMeta   bool
}

// content reads and checks what a message is made of.
func (s *Server) content(req *request) (content, *problem) {
	var c content
	_, c.hasText = req.args["text"]
	c.text = req.str("text")
	var err error
	if c.hasBlocks, err = req.json("blocks", &c.blocks); err != nil {
		return c, no("invalid_blocks_format")
	}
	if c.hasMeta, err = req.json("metadata", &c.metadata); err != nil {
		return c, no("invalid_metadata_format")
	}
	if c.hasMeta && len(c.metadata) > 0 {
		if _, ok := c.metadata["event_payload"].(object); !ok || str(c.metadata, "event_type") == "" {
			return c, no("invalid_metadata_format")
		}
	}
	if _, ok := req.args["attachments"]; ok && !c.hasText && !c.hasBlocks {
		return c, no("no_text")
	}
	return c, checkBlocks(c.blocks)
}

// place finds where a message is to go: a conversation's id, or a user's, whose DM is opened.
func (s *Server) place(id string) (*channel, *problem) {
	if isUser(id) {
		if p := s.reachable(id); p != nil {
			return nil, p
		}
		return s.dm(id), nil
	}
	c, ok := s.channels[id]
	if !ok {
		return nil, no("channel_not_found")
	}
	switch {
	case c.dm != "":
		if p := s.reachable(c.dm); p != nil {
			return nil, p
		}
	case c.Archived:
		return nil, no("is_archived")
	case !slices.Contains(c.Members, BotUserID) && c.Private:
		return nil, no("channel_not_found")
	case !slices.Contains(c.Members, BotUserID) && !s.granted("chat:write.public"):
		return nil, no("not_in_channel")
	}
	return c, nil
}

// reachable says whether somebody can be sent a DM.
func (s *Server) reachable(user string) *problem {
	u, ok := s.user(user)
	switch {
	case !ok || u.ID == BotUserID:
		return no("channel_not_found")
	case u.Deleted:
		return no("user_disabled")
	case u.Bot:
		return no("cannot_dm_bot")
	}
	return nil
}

func (s *Server) postMessage(req *request) (object, *problem) {
	c, p := s.content(req)
	if p != nil {
		return nil, p
	}
	if c.text == "" && len(c.blocks) == 0 {
		return nil, no("no_text")
	}
	at, p := s.place(req.str("channel"))
	if p != nil {
		return nil, p
	}
	req.call.Channel = at.ID
	if wait := s.limitedChannel(at.ID); wait > 0 {
		req.call.RetryAfter = wait
		return nil, &problem{word: "ratelimited", status: 429}
	}
	if utf8.RuneCountInString(c.text) > maxPostText {
		c.text = string([]rune(c.text)[:maxPostText])
	}
	m := &Message{Channel: at.ID, TS: s.timestamp(), User: BotUserID, Text: c.text, Blocks: s.stamped(c.blocks), Thread: req.str("thread_ts")}
	m.linked = truth(req.args, "link_names") || req.str("parse") == "full"
	m.Unfurls = !falsy(req.args, "unfurl_links") || !falsy(req.args, "unfurl_media")
	if c.hasMeta && len(c.metadata) > 0 {
		m.Metadata = c.metadata
	}
	at.messages = append(at.messages, m)
	req.call.Channel, req.call.Name = at.ID, m.TS
	return object{"channel": at.ID, "ts": m.TS, "message": s.messageJSON(m, true)}, nil
}

func (s *Server) postEphemeral(req *request) (object, *problem) {
	c, p := s.content(req)
	if p != nil {
		return nil, p
	}
	if c.text == "" && len(c.blocks) == 0 {
		return nil, no("no_text")
	}
	at, p := s.place(req.str("channel"))
	if p != nil {
		return nil, p
	}
	to := req.str("user")
	if u, ok := s.user(to); !ok || u.Deleted || !slices.Contains(at.Members, to) {
		return nil, no("user_not_in_channel")
	}
	m := s.note(at.ID, to, c)
	req.call.Channel, req.call.Name = at.ID, m.TS
	return object{"message_ts": m.TS}, nil
}

// note shows something to one user alone. The lock is held.
func (s *Server) note(at, to string, c content) *Message {
	m := &Message{
		Channel: at, TS: s.timestamp(), User: BotUserID, Text: c.text, Blocks: s.stamped(c.blocks), Ephemeral: true, For: to,
	}
	s.notes = append(s.notes, m)
	return m
}

// own finds the app's own message that a call is about, by a conversation's id, never by a user's.
func (s *Server) own(req *request, cannot string) (*Message, *problem) {
	c, ok := s.channels[req.str("channel")]
	if !ok {
		return nil, no("channel_not_found")
	}
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return m.TS == req.str("ts") && !m.Gone })
	switch {
	case i < 0:
		return nil, no("message_not_found")
	case c.Archived:
		return nil, no("is_archived")
	case c.messages[i].User != BotUserID:
		return nil, no(cannot)
	}
	req.call.Channel, req.call.Name = c.ID, c.messages[i].TS
	return c.messages[i], nil
}

// updateMessage replaces a message. A text without blocks removes the blocks; metadata stays unless something is given for it.
func (s *Server) updateMessage(req *request) (object, *problem) {
	c, p := s.content(req)
	if p != nil {
		return nil, p
	}
	m, p := s.own(req, "cant_update_message")
	if p != nil {
		return nil, p
	}
	if u, ok := s.user(s.channels[m.Channel].dm); ok && u.Deleted {
		return nil, no("is_inactive")
	}
	switch {
	case !c.hasText && !c.hasBlocks:
		return nil, no("no_text")
	case c.text == "" && len(c.blocks) == 0:
		return nil, no("no_text")
	case utf8.RuneCountInString(c.text) > maxUpdateText:
		return nil, no("msg_too_long")
	}
	s.edit(m, c)
	return object{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": s.messageJSON(m, true)}, nil
}

// edit puts new content into a message. The lock is held.
func (s *Server) edit(m *Message, c content) {
	if c.hasText {
		m.Text = c.text
	}
	m.Blocks = s.stamped(c.blocks) // none given, none left
	m.Edited = true
	m.edits++
	if c.hasMeta {
		m.Metadata = nil
		if len(c.metadata) > 0 {
			m.Metadata = c.metadata
		}
	}
}

func (s *Server) deleteMessage(req *request) (object, *problem) {
	m, p := s.own(req, "cant_delete_message")
	if p != nil {
		return nil, p
	}
	m.Gone = true
	return object{"channel": m.Channel, "ts": m.TS}, nil
}

// stamped gives blocks with an id each, as Slack makes them up where an app gave none.
func (s *Server) stamped(blocks []map[string]any) []map[string]any {
	out := surfacetest.CopyJSON(blocks)
	for _, b := range out {
		if str(b, "block_id") == "" {
			b["block_id"] = strings.ToLower(s.id("b"))
		}
	}
	return out
}
