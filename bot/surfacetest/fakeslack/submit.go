package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"steward/bot/slack/blockkit"
)

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
	return s.did(ctx, user, func() Result {
		if stopped {
			return Result{Trouble: Incomplete}
		}
		defer s.underway(on.ID)()
		r := s.interact(ctx, payload)
		if r.Trouble == "" {
			r.Trouble = s.submitted(user, on.ID, r.Ack)
		}
		return r
	})
}

// ackLead is how long an update of a view waits for the ack of its submission to be taken in. An app that acks and then
// updates means this order, and at Slack's distance it gets it; here both would race.
const ackLead = 500 * time.Millisecond

// underway notes that a view was sent, until the function it gives is called.
func (s *Server) underway(view string) func() {
	done := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sending[view] = done
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(done)
		if s.sending[view] == done {
			delete(s.sending, view)
		}
	}
}

// awaitAck lets the ack of a submission go before an update of its view.
func (s *Server) awaitAck(view string) {
	s.mu.Lock()
	done := s.sending[view]
	s.mu.Unlock()
	if done == nil {
		return
	}
	timer := time.NewTimer(ackLead)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-s.life.Done():
	}
}

// Incomplete is the trouble of a form that Slack's own client did not send; what is missing stands at the inputs.
const Incomplete = "Please complete this form."

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
func (s *Server) submitted(user, id string, ack Ack) string {
	var answer object
	if len(ack.Body) > 0 && (!ack.JSON || blockkit.CheckAnswer(ack.Body) != nil || json.Unmarshal(ack.Body, &answer) != nil) {
		return trouble
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
		s.close(user, id)
	case "clear":
		s.closeAll(user)
	case "errors":
		return s.marked(s.views[id], answer)
	case "update":
		if str(raw, "type") != "modal" || s.external(raw, id) != nil {
			return trouble
		}
		s.fill(s.views[id], raw)
	case "push":
		if str(raw, "type") != "modal" || s.external(raw, "") != nil || len(stack) >= maxStack {
			return trouble
		}
		s.openView(user, raw)
	}
	return ""
}

// marked puts errors at the inputs they belong to. Slack knows errors of inputs only.
func (s *Server) marked(v *View, answer object) string {
	errs, _ := answer["errors"].(object)
	out := map[string]string{}
	for block := range errs {
		isInput := func(b map[string]any) bool { return str(b, "block_id") == block && str(b, "type") == "input" }
		if !slices.ContainsFunc(v.Blocks, isInput) {
			return trouble
		}
		out[block] = str(errs, block)
	}
	v.Errors = out
	v.marks++
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
	return s.did(ctx, user, func() Result {
		if !tell {
			return Result{}
		}
		r := s.interact(ctx, payload)
		r.Trouble = "" // a modal that is closed tells nobody anything
		return r
	})
}
