package store

import (
	"context"

	"steward/workflows"
)

// ConversationStats says whom a surface can write to.
type ConversationStats struct {
	Alive, Dead int
	Last        workflows.Conversation // the live one that was heard of last; zero where there is none
}

// ConversationStats counts the chats of a surface, whoever's they are.
func (s *Store) ConversationStats(ctx context.Context, surface string) (ConversationStats, error) {
	var out ConversationStats
	var rows []struct {
		Dead bool
		N    int
	}
	err := s.read.WithContext(ctx).Raw("SELECT dead, count(*) AS n FROM conversations WHERE surface = ? GROUP BY dead", surface).Scan(&rows).Error
	if err != nil {
		return out, failed(err, "count conversations")
	}
	for _, r := range rows {
		if r.Dead {
			out.Dead = r.N
		} else {
			out.Alive = r.N
		}
	}
	var last []conversationRow
	err = s.read.WithContext(ctx).Where("surface = ? AND NOT dead", surface).Order("seen_at DESC, tenant, user_id").Limit(1).Find(&last).Error
	for _, r := range last {
		out.Last = r.conversation()
	}
	return out, failed(err, "find a conversation")
}
