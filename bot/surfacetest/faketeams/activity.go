package faketeams

import (
	"net/http"
	"slices"

	"steward/bot/surfacetest"
)

// MaxMessage is how large a message may be, in bytes of JSON: its text, its summary and its cards.
const MaxMessage = 28 * 1024

// CardType is the content type of an Adaptive Card.
const CardType = "application/vnd.microsoft.card.adaptive"

// content is what a message is made of.
type content struct {
	text, format, summary string
	cards                 []object
}

// The members of an activity that a bot sends.
func activityMembers() []string {
	return []string{
		"type", "id", "timestamp", "localTimestamp", "localTimezone", "serviceUrl", "channelId", "from", "conversation", "recipient", "textFormat",
		"attachmentLayout", "text", "speak", "inputHint", "summary", "suggestedActions", "attachments", "entities", "channelData", "replyToId", "value",
		"name", "locale", "importance", "deliveryMode", "topicName", "historyDisclosed",
	}
}

// content reads and checks what a message is made of. The lock is held.
func (s *Server) content(req *request, op string) (content, *problem) {
	b := req.call.Body
	c := content{text: str(b, "text"), format: str(b, "textFormat"), summary: str(b, "summary")}
	for key := range b {
		if !contains(activityMembers(), key) {
			return c, s.bad(op, "an activity has no member %q", key)
		}
	}
	is := func(want string, path ...string) bool {
		got := str(b, path...)
		return got == "" || got == want
	}
	switch {
	case !is(s.BotID(), "from", "id"):
		return c, s.bad(op, "from.id is not the bot's")
	case !is(req.call.Conversation, "conversation", "id"):
		return c, s.bad(op, "conversation.id is not that of the address")
	case !is("msteams", "channelId"):
		return c, s.bad(op, "channelId is not msteams")
	case op == "reply" && !is(req.call.Activity, "replyToId"):
		return c, s.bad(op, "replyToId is not that of the address")
	case !contains([]string{"", "plain", "markdown", "xml"}, c.format):
		return c, s.bad(op, "textFormat %q", c.format)
	case !contains([]string{"", "list", "carousel"}, str(b, "attachmentLayout")):
		return c, s.bad(op, "attachmentLayout %q", str(b, "attachmentLayout"))
	}
	return c, s.attached(&c, b, op)
}

// attached reads and checks the cards of a message. The lock is held.
func (s *Server) attached(c *content, b object, op string) *problem {
	size := len(mustJSON(c.text)) + len(mustJSON(c.summary))
	if raw, ok := b["attachments"]; ok && raw != nil {
		all, isList := raw.([]any)
		if !isList || len(list(raw)) != len(all) {
			return s.bad(op, "attachments are no list of objects")
		}
	}
	for _, a := range list(b["attachments"]) {
		for key := range a {
			if !contains([]string{"contentType", "content", "contentUrl", "name", "thumbnailUrl"}, key) {
				return s.bad(op, "an attachment has no member %q", key)
			}
		}
		card, ok := a["content"].(object)
		if str(a, "contentType") != CardType || !ok {
			return s.bad(op, "an attachment of type %q with its content: only Adaptive Cards are modelled", str(a, "contentType"))
		}
		size += len(mustJSON(card))
		c.cards = append(c.cards, card)
	}
	if size > MaxMessage {
		s.complain(op, "a message of %d bytes, at most %d", size, MaxMessage)
		return no(http.StatusRequestEntityTooLarge, codeTooBig, "Message size too large.")
	}
	for _, card := range c.cards {
		if faults := s.checkCard(card, false); len(faults) > 0 {
			for _, f := range faults {
				s.complain(op+" card", "%s", f)
			}
			return no(http.StatusBadRequest, codeBadArgument, "Failed to parse the card: %s", faults[0])
		}
	}
	return nil
}

// send takes a new message. A text with cards, and several cards, become several messages, and then nobody learns their ids.
func (s *Server) send(req *request) (answer, *problem) {
	op := req.call.Op
	p, wrong := s.there(req)
	if wrong != nil {
		return answer{}, wrong
	}
	if p.blocked {
		return answer{}, no(http.StatusForbidden, codeBlocked, "Thread is blocked from message writes.")
	}
	switch str(req.call.Body, "type") {
	case "typing":
		return answer{http.StatusAccepted, nil}, nil
	case "message":
	default:
		return answer{}, s.bad(op, "an activity of type %q", str(req.call.Body, "type"))
	}
	c, wrong := s.content(req, op)
	if wrong != nil {
		return answer{}, wrong
	}
	if op == "reply" && s.message(req.call.Conversation, req.call.Activity) == nil && p.kind != kindPersonal {
		return answer{}, no(http.StatusNotFound, codeNoActivity, "Message does not exist in the thread.")
	}
	parts := c.parts()
	switch {
	case len(parts) == 0:
		return answer{}, s.bad(op, "a message with neither text nor card")
	case len(c.cards) == 1 && len(parts) == 1 && c.summary == "":
		s.complain(op, "a card without summary: its notification says nothing")
	}
	for _, one := range parts {
		m := &Message{
			Conversation: req.call.Conversation, ID: s.stamp(), Text: one.text, TextFormat: one.format, Summary: one.summary, Serial: s.number(),
			ReplyTo: req.call.Activity,
		}
		if len(one.cards) > 0 {
			m.Card = surfacetest.CopyJSON(one.cards[0])
		}
		p.messages = append(p.messages, m)
		req.call.Activity = m.ID
	}
	s.touch()
	if len(parts) > 1 {
		s.complain(op, "a text with cards, or several cards: split into %d messages, and nobody learns their ids", len(parts))
		s.limits.count("send "+req.call.Conversation, s.opt.Now(), len(parts)-1, sendWindows())
		req.call.Activity = ""
		return answer{http.StatusAccepted, nil}, nil
	}
	return answer{http.StatusCreated, object{"id": req.call.Activity}}, nil
}

// parts splits what a message is made of as Teams does.
func (c content) parts() []content {
	var out []content
	if c.text != "" {
		out = append(out, content{text: c.text, format: c.format, summary: c.summary})
	}
	for _, card := range c.cards {
		out = append(out, content{cards: []object{card}, summary: c.summary})
	}
	return out
}

// own finds the bot's own message that a call is about. The lock is held.
func (s *Server) own(req *request) (*Message, *problem) {
	p, wrong := s.there(req)
	if wrong != nil {
		return nil, wrong
	}
	i := slices.IndexFunc(p.messages, func(m *Message) bool { return m.ID == req.call.Activity })
	switch {
	case i < 0 || p.messages[i].Gone:
		return nil, no(http.StatusNotFound, codeNoActivity, "Message does not exist in the thread.")
	case p.messages[i].From != "":
		s.complain(req.call.Op, "message %s is a person's", req.call.Activity)
		return nil, no(http.StatusForbidden, codeForbidden, "The bot may change its own messages only.")
	case p.messages[i].Conversation != req.call.Conversation:
		return nil, no(http.StatusNotFound, codeNoActivity, "Message does not exist in the thread.")
	case p.blocked:
		return nil, no(http.StatusForbidden, codeBlocked, "Thread is blocked from message writes.")
	}
	return p.messages[i], nil
}

// update replaces a message for all clients.
func (s *Server) update(req *request) (answer, *problem) {
	m, wrong := s.own(req)
	if wrong != nil {
		return answer{}, wrong
	}
	if kind := str(req.call.Body, "type"); kind != "message" {
		return answer{}, s.bad("update", "an activity of type %q", kind)
	}
	if id := str(req.call.Body, "id"); id != "" && id != m.ID {
		return answer{}, s.bad("update", "id is not that of the address")
	}
	c, wrong := s.content(req, "update")
	if wrong != nil {
		return answer{}, wrong
	}
	parts := c.parts()
	if len(parts) != 1 {
		return answer{}, s.bad("update", "%d contents for one message", len(parts))
	}
	m.Text, m.TextFormat, m.Summary, m.Card, m.seen = c.text, c.format, c.summary, nil, nil
	if len(c.cards) > 0 {
		m.Card = surfacetest.CopyJSON(c.cards[0])
	}
	m.Edited, m.Serial = true, s.number()
	s.touch()
	return answer{http.StatusOK, object{"id": m.ID}}, nil
}

// remove deletes a message.
func (s *Server) remove(req *request) (answer, *problem) {
	m, wrong := s.own(req)
	if wrong != nil {
		return answer{}, wrong
	}
	m.Gone, m.Serial = true, s.number()
	s.touch()
	return answer{http.StatusOK, nil}, nil
}
