package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Values are what a person fills in, by block id or by action id. A person or anything else that the app suggests is looked
// for by the value itself; see [Server.Pick] for another query.
type Values map[string][]string

// Fill fills something into a modal, as typing and choosing do, and sends nothing.
func (s *Server) Fill(ctx context.Context, user string, on View, values Values) error {
	used := map[string]bool{}
	for _, e := range elements(on.Blocks) {
		if str(e.block, "type") != "input" {
			continue
		}
		key, v := str(e.block, "block_id"), []string(nil)
		v, ok := values[key]
		if !ok {
			key = str(e.is, "action_id")
			if v, ok = values[key]; !ok {
				continue
			}
		}
		used[key] = true
		if strings.HasSuffix(str(e.is, "type"), "external_select") && len(v) > 0 {
			if err := s.Pick(ctx, user, on, str(e.is, "action_id"), v[0], v[0]); err != nil {
				return err
			}
			continue
		}
		entry, err := typed(e.is, v)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		s.hold(on.ID, str(e.block, "block_id"), str(e.is, "action_id"), entry)
	}
	for key := range values {
		if !used[key] {
			return fmt.Errorf("input %q: %w", key, errNotThere)
		}
	}
	return nil
}

// typed gives the entry of a state that comes of filling in an element. What cannot be chosen is an error.
func typed(e object, values []string) (object, error) {
	kind := str(e, "type")
	now, _ := holding(kind)
	out := object{"type": kind, now: nil}
	if strings.HasSuffix(now, "s") {
		out[now] = []any{}
	}
	switch now {
	case "":
		return nil, fmt.Errorf("nothing can be filled into a %s", kind)
	case "selected_option", "selected_options":
		picked, err := pick(e, values)
		if err != nil {
			return nil, err
		}
		if now == "selected_options" {
			out[now] = picked
		} else if len(picked) > 0 {
			out[now] = picked[0]
		}
	case "selected_date_time":
		if len(values) > 0 {
			n, err := strconv.Atoi(values[0])
			if err != nil {
				return nil, fmt.Errorf("not a time: %w", err)
			}
			out[now] = n
		}
	case "selected_users":
		out[now] = values
	default:
		if len(values) > 0 {
			out[now] = values[0]
		}
	}
	return out, nil
}

// pick finds options by their values or labels.
func pick(e object, values []string) ([]any, error) {
	offered := options(e)
	out := []any{}
	for _, v := range values {
		i := slices.IndexFunc(offered, func(o object) bool { return str(o, "value") == v })
		if i < 0 {
			i = slices.IndexFunc(offered, func(o object) bool { return strings.EqualFold(plainText(o["text"]), v) })
		}
		if i < 0 {
			return nil, fmt.Errorf("option %q: %w", v, errNotThere)
		}
		out = append(out, offered[i])
	}
	return out, nil
}

// Suggest types into a select whose options the app suggests, and gives what is offered.
func (s *Server) Suggest(ctx context.Context, user string, on Target, action, query string) ([]Option, Result, error) {
	found, r, err := s.suggested(ctx, user, on.target(), action, query)
	var out []Option
	for _, o := range found {
		out = append(out, Option{Label: plainText(o["text"]), Value: str(o, "value")})
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
		return str(e.is, "action_id") == action && strings.HasSuffix(str(e.is, "type"), "external_select")
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
	var answer object
	if err := json.Unmarshal(r.Ack.Body, &answer); err != nil || len(checkOptions(answer)) > 0 {
		r.Trouble = "Result cannot be loaded"
		return nil, r, nil
	}
	return options(answer), r, nil
}

// checkOptions says what is wrong with an answer to a suggestion.
func checkOptions(answer object) []string {
	var out []string
	all := options(answer)
	if len(all) > 100 {
		out = append(out, "more than 100 options")
	}
	for _, o := range all {
		label, value := plainText(o["text"]), str(o, "value")
		if label == "" || utf8.RuneCountInString(label) > 75 || value == "" || utf8.RuneCountInString(value) > 150 || str(o, "text", "type") != "plain_text" {
			out = append(out, fmt.Sprintf("option %q", value))
		}
	}
	return out
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
		entry := object{"type": str(e.is, "type"), "selected_option": picked[0]}
		if strings.HasPrefix(str(e.is, "type"), "multi_") {
			entry = object{"type": str(e.is, "type"), "selected_options": picked}
		}
		s.hold(on.ID, str(e.block, "block_id"), action, entry)
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

// Submit fills in a modal and sends it. What Slack's own client refuses, such as a required input that is empty, is not sent.
func (s *Server) Submit(ctx context.Context, user string, on View, values Values) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	now, ok := s.View(user)
	if !ok || now.ID != on.ID {
		return Result{}, fmt.Errorf("modal %s: %w", on.ID, errNotThere)
	}
	if now.Submit == "" {
		return Result{}, fmt.Errorf("submit button of %q: %w", now.Title, errNotThere)
	}
	if err := s.Fill(ctx, user, now, values); err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	v := s.views[on.ID]
	v.Errors = incomplete(v)
	stopped := len(v.Errors) > 0
	payload := s.base("view_submission", u, v.ID)
	payload["view"], payload["response_urls"] = s.viewJSON(v), []any{}
	s.mu.Unlock()
	return s.did(user, func() (Result, error) {
		if stopped {
			return Result{Trouble: "Please complete this form."}, nil
		}
		r := s.interact(ctx, payload)
		if r.Trouble == "" {
			r.Trouble = s.submitted(user, on.ID, r.Ack.Body)
		}
		return r, nil
	})
}

// incomplete says what Slack's own client objects to before it sends a modal.
func incomplete(v *View) map[string]string {
	out := map[string]string{}
	for _, e := range elements(v.Blocks) {
		if str(e.block, "type") != "input" {
			continue
		}
		block := str(e.block, "block_id")
		held := heldValues(v.State[block][str(e.is, "action_id")])
		if len(held) == 0 {
			if !truth(e.block, "optional") {
				out[block] = "Please complete this required field."
			}
			continue
		}
		n := utf8.RuneCountInString(held[0])
		if least, ok := e.is["min_length"].(float64); ok && n < int(least) {
			out[block] = fmt.Sprintf("Please enter at least %d characters.", int(least))
		}
		if most, ok := e.is["max_length"].(float64); ok && n > int(most) {
			out[block] = fmt.Sprintf("Please enter at most %d characters.", int(most))
		}
		if str(e.is, "type") == "number_input" && !number(e.is, held[0]) {
			out[block] = "Please enter a number that is allowed here."
		}
	}
	return out
}

func number(e object, text string) bool {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !truth(e, "is_decimal_allowed") && strings.Contains(text, ".") {
		return false
	}
	if least, err := strconv.ParseFloat(str(e, "min_value"), 64); err == nil && n < least {
		return false
	}
	most, err := strconv.ParseFloat(str(e, "max_value"), 64)
	return err != nil || n <= most
}

// submitted does what a submission was acked with.
func (s *Server) submitted(user, id string, body []byte) string {
	var answer object
	if text := strings.TrimSpace(string(body)); text != "" && text != "null" {
		if err := json.Unmarshal(body, &answer); err != nil {
			return trouble
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	stack := s.stacks[user]
	if !slices.Contains(stack, id) {
		return ""
	}
	raw, _ := answer["view"].(object)
	switch str(answer, "response_action") {
	case "":
		if len(answer) > 0 {
			return trouble
		}
		s.close(user, id)
	case "clear":
		s.closeAll(user)
	case "errors":
		return s.marked(s.views[id], answer)
	case "update":
		if raw == nil || s.checkedView(raw, "modal") != nil || s.external(raw, id) != nil {
			return trouble
		}
		s.fill(s.views[id], raw)
	case "push":
		if raw == nil || s.checkedView(raw, "modal") != nil || s.external(raw, "") != nil || len(stack) >= maxStack {
			return trouble
		}
		s.openView(user, raw)
	default:
		return trouble
	}
	return ""
}

// marked puts errors at the inputs they belong to. Slack knows errors of inputs only.
func (s *Server) marked(v *View, answer object) string {
	errs, _ := answer["errors"].(object)
	if len(errs) == 0 {
		return trouble
	}
	out := map[string]string{}
	for block, text := range errs {
		words, ok := text.(string)
		isInput := slices.ContainsFunc(v.Blocks, func(b map[string]any) bool { return str(b, "block_id") == block && str(b, "type") == "input" })
		if !ok || words == "" || !isInput {
			return trouble
		}
		out[block] = words
	}
	v.Errors = out
	return ""
}

// close takes a modal, and what lies on it, from the stack. The lock is held.
func (s *Server) close(user, id string) {
	stack := s.stacks[user]
	i := slices.Index(stack, id)
	if i < 0 {
		return
	}
	for _, gone := range stack[i:] {
		delete(s.views, gone)
	}
	if s.stacks[user] = stack[:i]; i == 0 {
		delete(s.stacks, user)
	}
}

// CloseView closes a modal by its Cancel button. The app is told where it asked to be.
func (s *Server) CloseView(ctx context.Context, user string, on View) (Result, error) {
	u, err := s.actor(user)
	if err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	v, ok := s.views[on.ID]
	if !ok || !slices.Contains(s.stacks[user], on.ID) {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("modal %s: %w", on.ID, errNotThere)
	}
	payload := s.base("view_closed", u, "")
	payload["view"], payload["is_cleared"] = s.viewJSON(v), v.ClearOnClose
	delete(payload, "trigger_id")
	tell := v.NotifyOnClose
	if v.ClearOnClose {
		s.closeAll(user)
	} else {
		s.close(user, v.ID)
	}
	s.touch()
	s.mu.Unlock()
	return s.did(user, func() (Result, error) {
		if !tell {
			return Result{}, nil
		}
		r := s.interact(ctx, payload)
		r.Trouble = ""
		return r, nil
	})
}
