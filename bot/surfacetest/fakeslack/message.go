package fakeslack

import (
	"slices"
	"strings"

	"steward/bot/surfacetest"
)

// Message is a message as it stands, or as it stood where it was kept: a client that was not redrawn still shows it.
type Message struct {
	Channel string
	TS      string
	User    string // who wrote it; the bot's user id where the app did
	Text    string // the top-level text, as it was sent: notifications and screen readers have it
	Blocks  []map[string]any
	// Metadata is what the app hid in it: event_type and event_payload. Nil where there is none.
	Metadata  map[string]any
	Ephemeral bool
	For       string // who alone sees it, where it is ephemeral
	Edited    bool
	Thread    string
	Gone      bool // deleted
	Unfurls   bool // links in it are shown with what is behind them
	linked    bool // names in it were to be made mentions
	edits     int
	names     func(string) string
}

// Words gives all that can be read in the message, as a person reads it.
func (m Message) Words() string {
	if len(m.Blocks) == 0 {
		return m.Gist()
	}
	return words(m.Blocks, m.names)
}

// Gist gives the top-level text as a notification shows it.
func (m Message) Gist() string { return readMrkdwn(m.Text, m.names) }

// Controls lists what can be pressed.
func (m Message) Controls() []Control { return controls(m.Blocks) }

func (m Message) target() target { return target{message: &m} }

// Channel is a conversation that is no DM.
type Channel struct {
	ID       string // "C..."; made where empty
	Name     string
	Private  bool
	Members  []string // user ids; the bot is in it only where BotUserID is among them
	Archived bool
	// ExtShared says that other organisations are in it, Pending that they were asked, OrgShared that other workspaces of
	// the organisation are.
	ExtShared, Pending, OrgShared bool
}

type channel struct {
	Channel

	dm       string // whose DM it is, "" for others
	messages []*Message
}

// AddChannel adds or replaces a conversation.
func (s *Server) AddChannel(c Channel) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = s.id("C")
	}
	if old, ok := s.channels[c.ID]; ok {
		old.Channel = c
	} else {
		s.channels[c.ID] = &channel{Channel: c}
	}
	s.touch()
	return c
}

// dm gives somebody's DM with the app, made where there is none. The lock is held.
func (s *Server) dm(user string) *channel {
	if c, ok := s.dms[user]; ok {
		return c
	}
	c := &channel{Channel: Channel{ID: s.id("D"), Members: []string{user, BotUserID}}, dm: user}
	s.channels[c.ID], s.dms[user] = c, c
	return c
}

// DM gives the messages between a user and the app, newest first, without deleted ones.
func (s *Server) DM(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown(s.dm(user).messages)
}

// DMChannel gives the id of the DM between a user and the app.
func (s *Server) DMChannel(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dm(user).ID
}

// Channel gives the messages of a conversation, newest first, without deleted ones.
func (s *Server) Channel(id string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.channels[id]
	if !ok {
		return nil
	}
	return s.shown(c.messages)
}

// Ephemeral gives what only one user sees, newest first.
func (s *Server) Ephemeral(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown(slices.DeleteFunc(slices.Clone(s.notes), func(m *Message) bool { return m.For != user }))
}

// Message gives a message as it stands; it is marked as gone where it was deleted.
func (s *Server) Message(channel, ts string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(channel, ts)
	if m == nil {
		return Message{}, false
	}
	return s.seen(m), true
}

// Remove makes Slack lose a message, as if it had been deleted by hand.
func (s *Server) Remove(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.message(channel, ts); m != nil {
		m.Gone = true
		s.touch()
	}
}

// message finds a message that is there or was. The lock is held.
func (s *Server) message(channelID, ts string) *Message {
	is := func(m *Message) bool { return m.Channel == channelID && m.TS == ts }
	if c, ok := s.channels[channelID]; ok {
		if i := slices.IndexFunc(c.messages, is); i >= 0 {
			return c.messages[i]
		}
	}
	if i := slices.IndexFunc(s.notes, is); i >= 0 {
		return s.notes[i]
	}
	return nil
}

func (s *Server) shown(all []*Message) []Message {
	var out []Message
	for _, m := range slices.Backward(all) {
		if !m.Gone {
			out = append(out, s.seen(m))
		}
	}
	return out
}

// seen gives a copy that stays as it is.
func (s *Server) seen(m *Message) Message {
	out := *m
	out.Blocks, out.Metadata = surfacetest.CopyJSON(m.Blocks), surfacetest.CopyJSON(m.Metadata)
	out.names = s.handle
	return out
}

// json gives a message as payloads and history show it.
func (s *Server) messageJSON(m *Message, metadata bool) object {
	o := object{"type": "message", "ts": m.TS, "text": m.Text, "user": m.User, "team": s.opt.Team}
	if m.User == BotUserID {
		o["bot_id"], o["app_id"] = BotID, AppID
	}
	if len(m.Blocks) > 0 {
		o["blocks"] = m.Blocks
	}
	if m.Thread != "" {
		o["thread_ts"] = m.Thread
	}
	if m.Edited {
		o["edited"] = object{"user": m.User, "ts": m.TS}
	}
	if metadata && m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	return o
}

func (s *Server) id(prefix string) string {
	const digits = "0000000"
	n := itoa(s.number())
	return prefix + "F" + digits[:max(0, len(digits)-len(n))] + n
}

func contains(all []string, one string) bool { return slices.Contains(all, one) }

// isUser says whether an id is a user's.
func isUser(id string) bool { return strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") }
