package store

import (
	"context"
	"errors"
	"time"

	"steward/workflows"
)

// conversationRow is the chat of an account. There is one for each: platforms have one between a person and a bot.
type conversationRow struct {
	Surface string
	Tenant  string
	UserID  string
	Place   string
	Service string
	Member  string
	Bot     string
	Dead    bool
	SeenAt  int64
}

// TableName implements gorm's Tabler.
func (conversationRow) TableName() string { return "conversations" }

func newConversationRow(c workflows.Conversation) conversationRow {
	return conversationRow{
		Surface: c.Account.Surface, Tenant: c.Account.Tenant, UserID: c.Account.User, Place: c.Place, Service: c.Service,
		Member: c.Member, Bot: c.Bot, SeenAt: millis(c.SeenAt),
	}
}

func (c conversationRow) conversation() workflows.Conversation {
	return workflows.Conversation{
		Account: workflows.Account{Surface: c.Surface, Tenant: c.Tenant, User: c.UserID},
		Place:   c.Place, Service: c.Service, Member: c.Member, Bot: c.Bot, Dead: c.Dead, SeenAt: instant(c.SeenAt),
	}
}

// seenAgain is how much newer a word about a conversation must be to be written down where it says nothing new: every press
// brings one.
const seenAgain = time.Minute

// adds says whether a word about the conversation is worth writing down.
func (c conversationRow) adds(word conversationRow) bool {
	same := c
	same.SeenAt = word.SeenAt
	if word.Member == "" {
		same.Member = ""
	}
	if word.Bot == "" {
		same.Bot = ""
	}
	return word != same || word.SeenAt-c.SeenAt >= seenAgain.Milliseconds()
}

// Conversation gives the chat of an account, dead or alive; [workflows.ErrNotFound] where none is known.
func (s *Store) Conversation(ctx context.Context, surface, tenant, user string) (workflows.Conversation, error) {
	row, err := s.conversation(ctx, surface, tenant, user)
	return row.conversation(), failed(err, "read a conversation")
}

func (s *Store) conversation(ctx context.Context, surface, tenant, user string) (conversationRow, error) {
	var row conversationRow
	if !storable(surface, tenant, user) {
		return row, workflows.ErrNotFound
	}
	err := s.read.WithContext(ctx).Where("surface = ? AND tenant = ? AND user_id = ?", surface, tenant, user).Take(&row).Error
	return row, failed(err, "look")
}

// SaveConversation notes the chat of an account as it was just seen, which makes it alive, unless something newer is known.
// The ids of person and bot in it stay where the word does not have them and is about the same chat.
func (s *Store) SaveConversation(ctx context.Context, c workflows.Conversation) error {
	row := newConversationRow(c)
	if !storable(row.Surface, row.Tenant, row.UserID, row.Place, row.Service, row.Member, row.Bot) {
		return failed(errText, "store a conversation")
	}
	known, err := s.conversation(ctx, row.Surface, row.Tenant, row.UserID)
	switch {
	case err == nil && !known.adds(row):
		return nil
	case err != nil && !errors.Is(err, workflows.ErrNotFound):
		return failed(err, "store a conversation")
	}
	err = s.write.WithContext(ctx).Exec(`INSERT INTO conversations (surface, tenant, user_id, place, service, member, bot, dead, seen_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, false, ?)
		ON CONFLICT (surface, tenant, user_id) DO UPDATE SET
			place = excluded.place, service = excluded.service, dead = false, seen_at = excluded.seen_at,
			member = CASE WHEN excluded.member = '' AND excluded.place = conversations.place THEN conversations.member ELSE excluded.member END,
			bot = CASE WHEN excluded.bot = '' AND excluded.place = conversations.place THEN conversations.bot ELSE excluded.bot END
		WHERE excluded.seen_at >= conversations.seen_at`,
		row.Surface, row.Tenant, row.UserID, row.Place, row.Service, row.Member, row.Bot, row.SeenAt).Error
	return failed(err, "store a conversation")
}

// EndConversation notes that nothing can be sent to a chat any more, unless its account has another one by now, or was heard
// of after at.
func (s *Store) EndConversation(ctx context.Context, surface, tenant, user, place string, at time.Time) error {
	if !storable(surface, tenant, user, place) {
		return nil
	}
	err := s.write.WithContext(ctx).Exec(`UPDATE conversations SET dead = true, seen_at = ?
		WHERE surface = ? AND tenant = ? AND user_id = ? AND place = ? AND seen_at <= ? AND NOT dead`,
		millis(at), surface, tenant, user, place, millis(at)).Error
	return failed(err, "end a conversation")
}

// WithoutConversation gives the active people whom the surface cannot write to, ordered by name: those with an account there
// but no chat that is alive, and those who have no account anywhere.
func (s *Store) WithoutConversation(ctx context.Context, surface string) ([]workflows.Person, error) {
	var rows []rosterRow
	err := s.read.WithContext(ctx).Raw("SELECT p.*, "+rolesOf+` AS roles FROM people p WHERE p.active
		AND NOT EXISTS (SELECT 1 FROM accounts a JOIN conversations c
			ON c.surface = a.surface AND c.user_id = a.user_id AND (c.tenant = a.tenant OR a.tenant = '')
			WHERE a.person = p.id AND a.surface = ? AND a.active AND a.confirmed AND NOT c.dead)
		AND (EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND a.surface = ? AND a.active AND a.confirmed)
			OR NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND a.active AND a.confirmed))
		ORDER BY p.name_key, p.id`, surface, surface).Scan(&rows).Error
	out := make([]workflows.Person, 0, len(rows))
	for _, r := range rows {
		out = append(out, s.person(r))
	}
	return out, failed(err, "find people without a conversation")
}
