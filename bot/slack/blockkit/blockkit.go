package blockkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Surface is where blocks stand.
type Surface string

// The surfaces.
const (
	Message Surface = "message"
	Modal   Surface = "modal"
	Home    Surface = "home"
)

// The codes Slack answers with when a rule is broken.
const (
	CodeArguments   = "invalid_arguments"   // a view, or what it is, is wrong
	CodeBlocks      = "invalid_blocks"      // a block is wrong
	CodeNoText      = "no_text"             // a message that says nothing
	CodeTextLong    = "msg_too_long"        // the text of a message
	CodeBlocksLong  = "msg_blocks_too_long" // the blocks of a message together
	CodeViewLarge   = "view_too_large"      // a view as a whole
	CodeMetadata    = "invalid_metadata_format"
	CodeNotUnique   = "duplicate_block_id" // Slack says invalid_blocks or invalid_arguments; told apart here
	CodeNotAnAnswer = "invalid_response"   // Slack shows "trouble connecting"
)

// Limits, in code points where they are of text.
const (
	MaxText         = 4000 // of a message; a longer one can be sent and never updated
	MaxMessageBlock = 50
	MaxViewBlock    = 100
	MaxViewBytes    = 250_000
	MaxMetadata     = 3000 // of a view's private metadata
	MaxObject       = 3000 // of a text object
	// MaxBlocksText is not documented. Slack was seen to refuse 11,341 code points in 45 blocks and to take 9,597 in 50 and
	// 13,297 in one; a weight of 75 for each block puts all of these on the right side.
	MaxBlocksText = 13_372
	blockWeight   = 75
)

// Fault is one broken rule.
type Fault struct { //nolint:errname // what is found is called a fault here, and is an error so that it can be joined
	Code string // what Slack answers, see the Code constants
	Path string // where: "blocks[3].text"
	Rule string // which
}

// Error implements error.
func (f *Fault) Error() string { return fmt.Sprintf("%s: %s (%s)", f.Path, f.Rule, f.Code) }

// CheckMessage gives every way in which a message {text, blocks, ...} breaks the rules, joined, or nil. Each is a [*Fault].
func CheckMessage(raw []byte) error {
	c := &checker{code: CodeBlocks, surface: Message}
	m, ok := c.decode(raw)
	if !ok {
		return c.err()
	}
	text, _ := m["text"].(string)
	if n := length(text); n > MaxText {
		c.failAs(CodeTextLong, "text", "%d characters, at most %d", n, MaxText)
	}
	if v, there := m["text"]; there {
		c.that(isString(v), "text", "is no string")
	}
	blocks, there := m["blocks"]
	if !there && text == "" {
		c.failAs(CodeNoText, "", "neither text nor blocks")
	}
	if there {
		c.blocks("blocks", blocks, 0, MaxMessageBlock)
	}
	c.metadata(m["metadata"])
	return c.err()
}

// CheckBlocks gives every way in which an array of blocks breaks the rules of a surface, joined, or nil.
func CheckBlocks(s Surface, raw []byte) error {
	c := &checker{code: CodeBlocks, surface: s}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		c.fail("", "is no JSON")
		return c.err()
	}
	least, most := 1, MaxViewBlock
	if s == Message {
		least, most = 0, MaxMessageBlock
	}
	c.blocks("blocks", v, least, most)
	return c.err()
}

func (c *checker) metadata(v any) {
	if v == nil {
		return
	}
	m, _ := v.(map[string]any)
	kind, _ := m["event_type"].(string)
	payload, _ := m["event_payload"].(map[string]any)
	if kind == "" || payload == nil {
		c.failAs(CodeMetadata, "metadata", "needs event_type and event_payload")
	}
}

// checker collects faults.
type checker struct {
	code    string // of most faults
	surface Surface
	faults  []error

	blockIDs map[string]bool
	actions  map[string]bool // ids of the block that is looked at
	inputs   int
	focused  int
	counts   map[string]int // blocks by type
	size     int            // code points of all texts
}

func (c *checker) err() error { return errors.Join(c.faults...) }

func (c *checker) fail(path, format string, args ...any) { c.failAs(c.code, path, format, args...) }

func (c *checker) failAs(code, path, format string, args ...any) {
	c.faults = append(c.faults, &Fault{Code: code, Path: path, Rule: fmt.Sprintf(format, args...)})
}

func (c *checker) that(ok bool, path, format string, args ...any) {
	if !ok {
		c.fail(path, format, args...)
	}
}

// decode reads an object.
func (c *checker) decode(raw []byte) (map[string]any, bool) {
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		c.fail("", "is no JSON object")
		return nil, false
	}
	return m, true
}

// object gives v as an object whose members are the required ones, and none but these and the optional ones.
func (c *checker) object(path string, v any, required, optional []string) (map[string]any, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fail(path, "is no object")
		return nil, false
	}
	for _, key := range required {
		if _, there := m[key]; !there {
			c.fail(path, "%s is missing", key)
		}
	}
	for key := range m {
		if !slices.Contains(required, key) && !slices.Contains(optional, key) {
			c.fail(path, "%s is not known here", key)
		}
	}
	return m, true
}

// list gives v as an array of least to most items.
func (c *checker) list(path string, v any, least, most int) []any {
	a, ok := v.([]any)
	if !ok {
		c.fail(path, "is no array")
		return nil
	}
	c.that(len(a) >= least && len(a) <= most, path, "%d items, %d to %d", len(a), least, most)
	return a
}

// str checks a string of least to most code points, where there is one.
func (c *checker) str(path string, v any, least, most int) string {
	if v == nil {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		c.fail(path, "is no string")
		return ""
	}
	n := length(s)
	c.that(n >= least && n <= most, path, "%d characters, %d to %d", n, least, most)
	return s
}

// flag checks a boolean, where there is one.
func (c *checker) flag(path string, v any) bool {
	if v == nil {
		return false
	}
	b, ok := v.(bool)
	c.that(ok, path, "is no boolean")
	return b
}

// whole checks a whole number from least to most, where there is one.
func (c *checker) whole(path string, v any, least, most int) {
	if v == nil {
		return
	}
	n, ok := v.(float64)
	c.that(ok && n == float64(int(n)) && int(n) >= least && int(n) <= most, path, "no whole number from %d to %d", least, most)
}

// among checks a string that is one of a few, where there is one.
func (c *checker) among(path string, v any, values ...string) string {
	if v == nil {
		return ""
	}
	s, _ := v.(string)
	c.that(slices.Contains(values, s), path, "%q is none of %q", s, values)
	return s
}

func length(s string) int { return utf8.RuneCountInString(s) }

func isString(v any) bool { _, ok := v.(string); return ok }
