package blockkit

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// place is where an element stands.
type place string

const (
	inActions place = "actions"
	inSection place = "section"
	inInput   place = "input"
)

// places says where a kind of element may stand; nil where the kind is not known.
func places(kind string) []place {
	switch kind {
	case "button", "overflow":
		return []place{inActions, inSection}
	case "static_select", "external_select", "checkboxes", "radio_buttons", "datepicker":
		return []place{inActions, inSection, inInput}
	case "plain_text_input", "number_input":
		return []place{inInput}
	case "image":
		return []place{inSection}
	}
	return nil
}

func (c *checker) element(path string, v any, where place) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fail(path, "is no object")
		return
	}
	kind, _ := m["type"].(string)
	may := places(kind)
	if may == nil {
		c.fail(path, "element type %q is not known", kind)
		return
	}
	c.that(slices.Contains(may, where), path, "a %s cannot stand in %s", kind, where)
	if kind == "image" {
		c.object(path, m, []string{"type", "alt_text"}, []string{"image_url", "slack_file"})
		c.image(path, m)
		return
	}
	id := c.str(path+".action_id", m["action_id"], 1, 255)
	c.that(!c.actions[id], path+".action_id", "%q is there twice in its block", id)
	c.actions[id] = id != ""
	if c.flag(path+".focus_on_load", m["focus_on_load"]) {
		c.focused++
	}
	c.plain(path+".placeholder", m["placeholder"], 150)
	if q, there := m["confirm"]; there {
		c.confirm(path+".confirm", q)
	}
	c.kind(path, kind, m)
}

func (c *checker) kind(path, kind string, m map[string]any) {
	members := func(required, optional []string) {
		c.object(path, m, append([]string{"type", "action_id"}, required...), optional)
	}
	switch kind {
	case "button":
		members([]string{"text"}, []string{"url", "value", "style", "confirm", "accessibility_label"})
		c.plain(path+".text", m["text"], 75)
		c.str(path+".url", m["url"], 1, 3000)
		c.str(path+".value", m["value"], 1, 2000)
		c.str(path+".accessibility_label", m["accessibility_label"], 1, 75)
		c.among(path+".style", m["style"], "primary", "danger")
	case "overflow":
		members([]string{"options"}, []string{"confirm"})
		c.options(path, m, 5, false)
	case "static_select":
		members([]string{"options"}, []string{"placeholder", "initial_option", "confirm", "focus_on_load"})
		c.options(path, m, 100, false)
	case "external_select":
		members(nil, []string{"placeholder", "initial_option", "min_query_length", "confirm", "focus_on_load"})
		c.whole(path+".min_query_length", m["min_query_length"], 0, 1000)
		if o, there := m["initial_option"]; there {
			c.option(path+".initial_option", o, true)
		}
	case "radio_buttons":
		members([]string{"options"}, []string{"initial_option", "confirm", "focus_on_load"})
		c.options(path, m, 10, true)
	case "checkboxes":
		members([]string{"options"}, []string{"initial_options", "confirm", "focus_on_load"})
		c.options(path, m, 10, true)
	case "datepicker":
		members(nil, []string{"placeholder", "initial_date", "confirm", "focus_on_load"})
		if s := c.str(path+".initial_date", m["initial_date"], 10, 10); s != "" {
			_, err := time.Parse(time.DateOnly, s)
			c.that(err == nil, path+".initial_date", "%q is no date", s)
		}
	case "plain_text_input":
		members(nil, []string{"placeholder", "initial_value", "multiline", "min_length", "max_length", "focus_on_load", "dispatch_action_config"})
		c.textInput(path, m)
	case "number_input":
		members([]string{"is_decimal_allowed"}, []string{"placeholder", "initial_value", "min_value", "max_value", "focus_on_load", "dispatch_action_config"})
		c.numberInput(path, m)
	}
}

// options checks the choices of an element: each value is there once, and what is chosen at first is one of them, letter by
// letter.
func (c *checker) options(path string, m map[string]any, most int, markup bool) {
	all := c.list(path+".options", m["options"], 1, most)
	seen := map[string]bool{}
	for i, o := range all {
		at := fmt.Sprintf("%s.options[%d]", path, i)
		value := c.option(at, o, !markup)
		c.that(!seen[value], at+".value", "%q is there twice", value)
		seen[value] = true
	}
	among := func(at string, o any) {
		for _, one := range all {
			if reflect.DeepEqual(one, o) {
				return
			}
		}
		c.fail(at, "is none of the options")
	}
	if o, there := m["initial_option"]; there {
		among(path+".initial_option", o)
	}
	if o, there := m["initial_options"]; there {
		for i, one := range c.list(path+".initial_options", o, 1, most) {
			among(fmt.Sprintf("%s.initial_options[%d]", path, i), one)
		}
	}
}

// option checks a choice and gives its value.
func (c *checker) option(path string, v any, plain bool) string {
	m, ok := c.object(path, v, []string{"text", "value"}, []string{"description"})
	if !ok {
		return ""
	}
	if plain {
		c.plain(path+".text", m["text"], 75)
		c.plain(path+".description", m["description"], 75)
	} else {
		c.text(path+".text", m["text"], 75)
		c.text(path+".description", m["description"], 75)
	}
	return c.str(path+".value", m["value"], 1, 150)
}

func (c *checker) confirm(path string, v any) {
	m, ok := c.object(path, v, []string{"title", "text", "confirm", "deny"}, []string{"style"})
	if !ok {
		return
	}
	c.plain(path+".title", m["title"], 100)
	c.text(path+".text", m["text"], 300)
	c.plain(path+".confirm", m["confirm"], 30)
	c.plain(path+".deny", m["deny"], 30)
	c.among(path+".style", m["style"], "primary", "danger")
}

func (c *checker) textInput(path string, m map[string]any) {
	c.flag(path+".multiline", m["multiline"])
	c.whole(path+".min_length", m["min_length"], 0, MaxObject)
	c.whole(path+".max_length", m["max_length"], 1, MaxObject)
	most := MaxObject
	if n, ok := m["max_length"].(float64); ok && int(n) < most {
		most = int(n)
	}
	c.str(path+".initial_value", m["initial_value"], 0, most)
}

func (c *checker) numberInput(path string, m map[string]any) {
	decimal := c.flag(path+".is_decimal_allowed", m["is_decimal_allowed"])
	number := func(key string) (float64, bool) {
		s := c.str(path+"."+key, m[key], 0, 100)
		if s == "" {
			return 0, false
		}
		n, err := strconv.ParseFloat(s, 64)
		c.that(err == nil, path+"."+key, "%q is no number", s)
		c.that(decimal || n == float64(int64(n)), path+"."+key, "%q is no whole number", s)
		return n, err == nil
	}
	least, hasLeast := number("min_value")
	most, hasMost := number("max_value")
	value, hasValue := number("initial_value")
	c.that(!hasLeast || !hasMost || least <= most, path, "min_value is above max_value")
	c.that(!hasValue || (!hasLeast || value >= least) && (!hasMost || value <= most), path+".initial_value", "is out of bounds")
}

// text checks a text object, where there is one.
func (c *checker) text(path string, v any, most int) {
	if v == nil {
		return
	}
	m, ok := c.object(path, v, []string{"type", "text"}, []string{"emoji", "verbatim"})
	if !ok {
		return
	}
	kind := c.among(path+".type", m["type"], "plain_text", "mrkdwn")
	c.size += length(c.str(path+".text", m["text"], 1, most))
	c.flag(path+".emoji", m["emoji"])
	c.flag(path+".verbatim", m["verbatim"])
	_, emoji := m["emoji"]
	c.that(kind != "mrkdwn" || !emoji, path, "emoji does not go with mrkdwn")
	c.that(kind != "plain_text" || m["verbatim"] != true, path, "verbatim does not go with plain_text")
}

// plain checks a text object of plain text, where there is one.
func (c *checker) plain(path string, v any, most int) {
	c.text(path, v, most)
	if m, ok := v.(map[string]any); ok {
		c.that(m["type"] == "plain_text", path, "has to be plain_text")
	}
}

// CheckOptions gives every way in which an answer to a block_suggestion breaks the rules, joined, or nil.
func CheckOptions(raw []byte) error {
	c := &checker{code: CodeNotAnAnswer}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		c.fail("", "is no JSON object")
		return c.err()
	}
	c.object("", m, []string{"options"}, nil)
	for i, o := range c.list("options", m["options"], 0, 100) {
		c.option(fmt.Sprintf("options[%d]", i), o, true)
	}
	return c.err()
}
