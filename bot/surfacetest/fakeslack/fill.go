package fakeslack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"steward/bot/surfacetest"
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
		if str(e.is, "type") == "external_select" && len(v) > 0 {
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
		if truth(e.block, "dispatch_action") {
			if _, err := s.acted(ctx, user, target{view: &on}, control(e), surfacetest.CopyJSON(entry)); err != nil {
				return err
			}
		}
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
			i = slices.IndexFunc(offered, func(o object) bool { return strings.EqualFold(str(o, "text", "text"), v) })
		}
		if i < 0 {
			return nil, fmt.Errorf("option %q: %w", v, errNotThere)
		}
		out = append(out, offered[i])
	}
	return out, nil
}
