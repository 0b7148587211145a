package faketeams

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/surfacetest"
)

// The kinds of conversations.
const (
	kindPersonal = "personal"
	kindGroup    = "groupChat"
	kindChannel  = "channel"
)

// place is a conversation.
type place struct {
	id, kind, tenant string
	user             string   // whose it is, where it is personal
	members          []string // object ids
	team             *Team    // of a channel
	installed        bool     // the bot is in it
	blocked          bool     // the person wants nothing of the bot
	messages         []*Message
}

// Team is a team with one channel: the general one, which has the team's id.
type Team struct {
	ID, Name, Group string // Group is the Entra group's id
	Members         []string
}

// AddTeam adds a team; the bot is in it only after [Server.InstallIn].
func (s *Server) AddTeam(name string, members ...string) Team {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.number()
	t := Team{ID: fmt.Sprintf("19:team-%d@thread.tacv2", n), Name: name, Group: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Members: members}
	s.teams[t.ID] = &t
	s.places[t.ID] = &place{id: t.ID, kind: kindChannel, tenant: s.opt.Tenant, members: members, team: &t}
	return t
}

// AddGroup adds a group chat and gives its id; the bot is in it only after [Server.InstallIn].
func (s *Server) AddGroup(members ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("19:group-%d@thread.v2", s.number())
	s.places[id] = &place{id: id, kind: kindGroup, tenant: s.opt.Tenant, members: members}
	return id
}

// chat gives somebody's conversation with the bot, made where there is none. The lock is held.
func (s *Server) chat(u *User) *place {
	if p, ok := s.personal[u.ID]; ok {
		return p
	}
	id := "a:1" + b64(fmt.Appendf(nil, "%s|%s|%06d", u.ID, "personal conversation with the bot", s.number()))
	p := &place{id: id, kind: kindPersonal, tenant: u.Tenant, user: u.ID, members: []string{u.ID}}
	s.places[id], s.personal[u.ID] = p, p
	return p
}

// Chat gives the id of somebody's conversation with the bot.
func (s *Server) Chat(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[user]
	if !ok {
		return ""
	}
	return s.chat(u).id
}

// Provide installs the bot for somebody, or takes it away, without telling the bot: as an administrator's policy does before
// anything was said.
func (s *Server) Provide(user string, installed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.users[user]; ok {
		s.chat(u).installed = installed
	}
}

// Block says that somebody does not want the bot's messages, or does again. The bot is not told.
func (s *Server) Block(user string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.users[user]; ok {
		s.chat(u).blocked = blocked
	}
}

// placeOf finds a conversation by an id of its own or of a thread in it.
func (s *Server) placeOf(id string) (*place, bool) {
	base, _, _ := strings.Cut(id, ";messageid=")
	p, ok := s.places[base]
	return p, ok
}

// Message is a message as it stands, or as it stood where it was kept: a client that was not redrawn still shows it.
type Message struct {
	Conversation string // the id it was sent to, with the thread's
	ID           string
	From         string // who wrote it, an object id; "" for the bot
	Text         string
	TextFormat   string // as it was sent
	Summary      string // what a notification says
	Card         map[string]any
	ReplyTo      string
	Edited, Gone bool
	Serial       int // grows with every message and every edit
	// seen is the card that one client shows in place of this, until the message is edited.
	seen map[string]any
}

// Seen gives the card as the client shows it that pressed last.
func (m Message) Seen() map[string]any {
	if m.seen != nil {
		return m.seen
	}
	return m.Card
}

// Words gives all that can be read in the message, as every client shows it.
func (m Message) Words() string { return words(m.Card, m.line(), nil) }

// SeenWords gives all that can be read in the client that pressed last.
func (m Message) SeenWords() string { return words(m.Seen(), m.line(), nil) }

func (m Message) line() string {
	switch m.TextFormat {
	case "plain":
		return m.Text
	case "xml":
		return readXML(m.Text)
	}
	text, _ := readMarkdown(m.Text)
	return text
}

// Gist gives what a notification says.
func (m Message) Gist() string {
	if m.Summary != "" {
		return m.Summary
	}
	return m.line()
}

// Personal gives the messages between somebody and the bot, newest first, without deleted ones.
func (s *Server) Personal(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.personal[user]; ok {
		return shown(p.messages)
	}
	return nil
}

// In gives the messages of a conversation, newest first, without deleted ones.
func (s *Server) In(id string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.placeOf(id); ok {
		return shown(p.messages)
	}
	return nil
}

// Message gives a message as it stands; it is marked as gone where it was deleted.
func (s *Server) Message(conversation, id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.message(conversation, id); m != nil {
		return copied(m), true
	}
	return Message{}, false
}

// Remove makes Teams lose a message.
func (s *Server) Remove(conversation, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.message(conversation, id); m != nil {
		m.Gone = true
		s.touch()
	}
}

// message finds a message that is there or was. The lock is held.
func (s *Server) message(conversation, id string) *Message {
	p, ok := s.placeOf(conversation)
	if !ok {
		return nil
	}
	if i := slices.IndexFunc(p.messages, func(m *Message) bool { return m.ID == id }); i >= 0 {
		return p.messages[i]
	}
	return nil
}

func shown(all []*Message) []Message {
	var out []Message
	for _, m := range slices.Backward(all) {
		if !m.Gone {
			out = append(out, copied(m))
		}
	}
	return out
}

// copied gives a copy that stays as it is.
func copied(m *Message) Message {
	out := *m
	out.Card, out.seen = surfacetest.CopyJSON(m.Card), surfacetest.CopyJSON(m.seen)
	return out
}
