package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Suggest types into a select whose options the app suggests, and gives what is offered.
func (s *Server) Suggest(ctx context.Context, user string, on Target, action, query string) ([]Option, Result, error) {
	found, r, err := s.suggested(ctx, user, on.target(), action, query)
	var out []Option
	for _, o := range found {
		out = append(out, Option{Label: str(o, "text", "text"), Value: str(o, "value")})
	}
	return out, r, err
}

func (s *Server) suggested(ctx context.Context, user string, on target, action, query string) ([]object, Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return nil, Result{}, err
	}
	blocks := []map[string]any(nil)
	if on.view != nil {
		blocks = on.view.Blocks
	} else {
		blocks = on.message.Blocks
	}
	i := slices.IndexFunc(elements(blocks), func(e element) bool {
		return str(e.is, "action_id") == action && str(e.is, "type") == "external_select"
	})
	if i < 0 {
		return nil, Result{}, fmt.Errorf("external select %q: %w", action, errNotThere)
	}
	e := elements(blocks)[i]
	least := 3
	if n, ok := e.is["min_query_length"].(float64); ok {
		least = int(n)
	}
	if utf8.RuneCountInString(query) < least {
		return nil, Result{}, nil // Slack does not ask yet
	}
	s.mu.Lock()
	payload := s.where(u, on)
	payload["type"], payload["action_id"], payload["block_id"], payload["value"] = "block_suggestion", action, str(e.block, "block_id"), query
	delete(payload, "trigger_id")
	delete(payload, "response_url")
	s.mu.Unlock()
	r := Result{Sent: Sent{Kind: KindOptions, Payload: mustJSON(payload)}}
	r.Ack = s.deliver(ctx, r.Sent)
	if r.Ack.Failure != "" {
		r.Trouble = "Result cannot be loaded"
		return nil, r, nil
	}
	answer, good := offer(r.Ack.Body)
	if !good || !r.Ack.JSON {
		r.Trouble = "Result cannot be loaded"
	}
	return answer, r, nil
}

// offer reads an answer to a suggestion; false where Slack would not show it.
func offer(body []byte) ([]object, bool) {
	var answer object
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, false
	}
	all := options(answer)
	if len(all) == 0 && answer["options"] == nil && answer["option_groups"] == nil || len(all) > 100 {
		return nil, false
	}
	for _, o := range all {
		label, value := utf8.RuneCountInString(str(o, "text", "text")), utf8.RuneCountInString(str(o, "value"))
		if str(o, "text", "type") != "plain_text" || label < 1 || label > 75 || value < 1 || value > 150 {
			return nil, false
		}
	}
	return all, true
}

// Pick types a query into a select whose options the app suggests, and chooses the one with a value.
func (s *Server) Pick(ctx context.Context, user string, on View, action, query, value string) error {
	found, r, err := s.suggested(ctx, user, target{view: &on}, action, query)
	if err != nil {
		return err
	}
	if r.Trouble != "" {
		return fmt.Errorf("suggestions for %q: %s (%d, %s)", query, r.Trouble, r.Ack.Status, r.Ack.Failure)
	}
	picked, err := pick(object{"options": anys(found)}, []string{value})
	if err != nil {
		return err
	}
	for _, e := range elements(on.Blocks) {
		if str(e.is, "action_id") != action {
			continue
		}
		s.hold(on.ID, str(e.block, "block_id"), action, object{"type": "external_select", "selected_option": picked[0]})
	}
	return nil
}

func anys(all []object) []any {
	out := make([]any, 0, len(all))
	for _, o := range all {
		out = append(out, o)
	}
	return out
}
