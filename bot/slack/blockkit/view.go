package blockkit

import "encoding/json"

// CheckView gives every way in which a view {type: modal | home, ...} breaks the rules, joined, or nil. Each is a [*Fault].
func CheckView(raw []byte) error {
	c := &checker{code: CodeArguments}
	if m, ok := c.decode(raw); ok {
		c.view("", m)
		if len(raw) > MaxViewBytes {
			c.failAs(CodeViewLarge, "", "%d bytes, at most %d", len(raw), MaxViewBytes)
		}
	}
	return c.err()
}

func (c *checker) view(path string, m map[string]any) {
	kind := c.among(path+"type", m["type"], string(Modal), string(Home))
	c.surface = Surface(kind)
	own := []string{"private_metadata", "callback_id", "external_id"}
	if kind == string(Modal) {
		c.object(path, m, []string{"type", "title", "blocks"}, append(own, "submit", "close", "clear_on_close", "notify_on_close"))
	} else {
		c.object(path, m, []string{"type", "blocks"}, own)
	}
	for _, key := range []string{"title", "submit", "close"} {
		c.plain(path+key, m[key], 24)
	}
	c.flag(path+"clear_on_close", m["clear_on_close"])
	c.flag(path+"notify_on_close", m["notify_on_close"])
	c.str(path+"private_metadata", m["private_metadata"], 0, MaxMetadata)
	c.str(path+"callback_id", m["callback_id"], 0, 255)
	c.str(path+"external_id", m["external_id"], 0, 255)
	c.blocks(path+"blocks", m["blocks"], 1, MaxViewBlock)
	_, submit := m["submit"]
	c.that(kind != string(Modal) || submit || c.inputs == 0, path, "a modal with inputs needs submit")
}

// CheckAnswer gives every way in which the answer to a view_submission breaks the rules, joined, or nil. An empty answer
// closes the view.
func CheckAnswer(raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	c := &checker{code: CodeNotAnAnswer}
	m, ok := c.decode(raw)
	if !ok {
		return c.err()
	}
	c.object("", m, []string{"response_action"}, []string{"view", "errors"})
	switch c.among("response_action", m["response_action"], "clear", "update", "push", "errors") {
	case "update", "push":
		if v, ok := m["view"].(map[string]any); ok {
			c.view("view.", v)
			view, err := json.Marshal(v)
			c.that(err == nil && len(view) <= MaxViewBytes, "view", "%d bytes, at most %d", len(view), MaxViewBytes)
		} else {
			c.fail("view", "is missing")
		}
	case "errors":
		errs, _ := m["errors"].(map[string]any)
		c.that(len(errs) > 0, "errors", "are missing")
		for id, text := range errs {
			s, _ := text.(string)
			c.that(s != "", "errors."+id, "is no sentence")
		}
	}
	return c.err()
}
