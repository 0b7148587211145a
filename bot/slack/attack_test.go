package slack

import (
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/view"
	"steward/workflows"
)

// TestSomebodyWhoLeftFindsNobody: the account of somebody who left may still stand; the roster is not for them.
func TestSomebodyWhoLeftFindsNobody(t *testing.T) {
	s := newScene(t)
	s.left = bot.Reply{Kind: bot.ReplySay, Text: view.TextNotActive, Code: workflows.CodeInactive}
	got := s.interact(map[string]any{"type": "block_suggestion", "action_id": "p:owner", "value": "o"}).Body.String()
	if !strings.Contains(got, `"options":[]`) {
		t.Errorf("offered %s", got)
	}
}
