package fakeslack

import (
	"slices"

	"steward/bot/surfacetest"
)

// element is an input or something to press, with the block it stands in.
type element struct {
	block object
	is    object
}

// elements lists all elements of blocks in reading order.
func elements(blocks []map[string]any) []element {
	var out []element
	for _, b := range blocks {
		switch str(b, "type") {
		case "input":
			if e, ok := b["element"].(object); ok {
				out = append(out, element{b, e})
			}
		case "section":
			if e, ok := b["accessory"].(object); ok {
				out = append(out, element{b, e})
			}
		case "actions", "context_actions":
			for _, e := range list(b["elements"]) {
				out = append(out, element{b, e})
			}
		}
	}
	return out
}

// holding names the keys of an element that holds something: the one in a state, the one of its initial value. The kinds are
// those that package blockkit lets through.
func holding(kind string) (now, initial string) {
	switch kind {
	case "plain_text_input", "number_input":
		return "value", "initial_value"
	case "static_select", "external_select", "radio_buttons":
		return "selected_option", "initial_option"
	case "checkboxes":
		return "selected_options", "initial_options"
	case "datepicker":
		return "selected_date", "initial_date"
	}
	return "", ""
}

// keptState gives the state of new blocks: what an old pair of ids held, else the initial value.
func keptState(old map[string]map[string]map[string]any, blocks []map[string]any) map[string]map[string]map[string]any {
	out := map[string]map[string]map[string]any{}
	for _, e := range elements(blocks) {
		kind := str(e.is, "type")
		now, initial := holding(kind)
		if now == "" {
			continue
		}
		block, action := str(e.block, "block_id"), str(e.is, "action_id")
		if out[block] == nil {
			out[block] = map[string]map[string]any{}
		}
		if was, ok := old[block][action]; ok && str(was, "type") == kind {
			out[block][action] = stillThere(was, now, e.is)
			continue
		}
		held := object{"type": kind, now: nil}
		if now == "selected_options" {
			held[now] = []any{}
		}
		if v, ok := e.is[initial]; ok {
			held[now] = v
		}
		out[block][action] = surfacetest.CopyJSON(held)
	}
	return out
}

// stillThere drops chosen options that an element does not offer any more.
func stillThere(was object, now string, e object) object {
	offered := options(e)
	if len(offered) == 0 { // an external select offers what the app suggests
		return was
	}
	has := func(o object) bool {
		return slices.ContainsFunc(offered, func(one object) bool { return str(one, "value") == str(o, "value") })
	}
	was = surfacetest.CopyJSON(was)
	switch v := was[now].(type) {
	case object:
		if !has(v) {
			was[now] = nil
		}
	case []any:
		was[now] = anys(slices.DeleteFunc(list(v), func(o object) bool { return !has(o) }))
	}
	return was
}

// options lists what an element offers.
func options(e object) []object {
	out := list(e["options"])
	for _, g := range list(e["option_groups"]) {
		out = append(out, list(g["options"])...)
	}
	return out
}

// heldValues gives what an entry of a state holds, as plain values.
func heldValues(entry object) []string {
	now, _ := holding(str(entry, "type"))
	switch v := entry[now].(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case object:
		if value := str(v, "value"); value != "" {
			return []string{value}
		}
	case []any:
		var out []string
		for _, o := range list(v) {
			out = append(out, str(o, "value"))
		}
		return out
	}
	return nil
}
