package adaptivecard

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of Teams, and ours.
const (
	// MaxBytes is what a card may take as UTF-8 JSON. Teams documents 100 KB a message now, refused 28 KB of it for years, and
	// keeps that limit elsewhere.
	MaxBytes = 28 * 1024
	// MaxActions is how many buttons Teams shows beside each other; further ones go into a menu only if they say so.
	MaxActions = 6
	// MaxActionTitle is how much of a button's title, in runes, a phone shows. There is no documented limit.
	MaxActionTitle = 40
	// MaxColumns is how many columns can still be read at 320 pixels.
	MaxColumns = 4
)

// Fault is one broken rule.
type Fault struct { //nolint:errname // what is found is called a fault here, and is an error so that it can be joined
	Path string // where: "body[3].items[0].text"
	Rule string // which
}

// Error implements error.
func (f *Fault) Error() string { return fmt.Sprintf("%s: %s", f.Path, f.Rule) }

// Check gives every way in which a card breaks the rules, joined, or nil. Each is a [*Fault].
func Check(c Card) error { return CheckJSON(encoded(c)) }

// CheckJSON is [Check] for a card as it is sent.
func CheckJSON(raw []byte) error {
	k := &checker{}
	k.whole(raw)
	return errors.Join(k.faults...)
}

// CheckDialog is [Check] for a card that stands in a dialog: what is pressed there submits the dialog, or shows something.
func CheckDialog(c Card) error {
	k := &checker{dialog: true}
	k.whole(encoded(c))
	return errors.Join(k.faults...)
}

// checker collects faults.
type checker struct {
	dialog  bool
	faults  []error
	ids     map[string]bool
	targets map[string]string // ids that are toggled, by where
	shown   int               // how many cards inside of cards this is
}

func (k *checker) fail(path, format string, args ...any) {
	k.faults = append(k.faults, &Fault{Path: path, Rule: fmt.Sprintf(format, args...)})
}

func (k *checker) that(ok bool, path, format string, args ...any) {
	if !ok {
		k.fail(path, format, args...)
	}
}

func (k *checker) whole(raw []byte) {
	k.ids, k.targets = map[string]bool{}, map[string]string{}
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		k.fail("", "is no JSON")
		return
	}
	n := len(raw) + unticked(tree)
	k.that(n <= MaxBytes, "", "%d bytes with everything ticked, at most %d", n, MaxBytes)
	k.typed("", tree, aCard)
	for path, id := range k.targets {
		k.that(k.ids[id], path, "there is no %q to show or hide", id)
	}
}

// unticked counts the bytes that a card grows by when everything in it is ticked.
func unticked(tree any) int {
	n := 0
	walk(tree, func(m map[string]any) {
		if m["type"] != "Input.ChoiceSet" || m["isMultiSelect"] != true {
			return
		}
		choices, _ := m["choices"].([]any)
		for _, one := range choices {
			choice, _ := one.(map[string]any)
			value, _ := choice["value"].(string)
			n += len(value) + 1
		}
		value, _ := m["value"].(string)
		n -= min(len(value), n)
	})
	return n
}

// walk calls fn for every object in a tree.
func walk(tree any, fn func(map[string]any)) {
	switch v := tree.(type) {
	case []any:
		for _, one := range v {
			walk(one, fn)
		}
	case map[string]any:
		fn(v)
		for _, one := range v {
			walk(one, fn)
		}
	}
}

// typed checks an object by its type, which is one of a kind.
func (k *checker) typed(path string, v any, what kind) {
	m, ok := v.(map[string]any)
	if !ok {
		k.fail(path, "is no object")
		return
	}
	name, _ := m["type"].(string)
	s, known := shapeOf(name)
	if !known || s.kind != what {
		k.fail(path, "%q is no type of %s", name, what)
		return
	}
	k.members(path, m, s)
	if s.rule != nil {
		s.rule(k, path, m)
	}
}

// members checks that the members of an object are the known ones, and none that is needed is missing.
func (k *checker) members(path string, m map[string]any, s shape) {
	for _, key := range s.required {
		_, there := m[key]
		k.that(there, path, "%s is missing", key)
	}
	for key, v := range m {
		if key == "type" {
			continue
		}
		rule, known := s.members[key]
		if !known {
			k.fail(path, "%s is not known here", key)
			continue
		}
		rule(k, at(path, key), v)
	}
}

func at(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }

// each checks the items of an array, of which there has to be one at least.
func each(what kind) rule {
	return func(k *checker, path string, v any) {
		all, ok := v.([]any)
		k.that(ok && len(all) > 0, path, "is no array of anything")
		for i, one := range all {
			k.typed(fmt.Sprintf("%s[%d]", path, i), one, what)
		}
	}
}

// one checks a member that is an object of a kind.
func one(what kind) rule {
	return func(k *checker, path string, v any) { k.typed(path, v, what) }
}

func text(k *checker, path string, v any) {
	s, ok := v.(string)
	k.that(ok && s != "", path, "is no text")
	k.that(utf8.ValidString(s) && !strings.ContainsRune(s, 0), path, "has bytes that are no text")
}

func flag(k *checker, path string, v any) {
	_, ok := v.(bool)
	k.that(ok, path, "is neither true nor false")
}

func whole(k *checker, path string, v any) {
	n, ok := v.(float64)
	k.that(ok && n == float64(int(n)), path, "is no whole number")
}

// object checks a member that is an object, whatever it holds: Teams loses a text here where there are inputs.
func object(k *checker, path string, v any) {
	_, ok := v.(map[string]any)
	k.that(ok, path, "is no object")
}

// among checks a text that is one of a few.
func among(words ...string) rule {
	return func(k *checker, path string, v any) {
		s, _ := v.(string)
		k.that(slices.Contains(words, s), path, "%v is none of %q", v, words)
	}
}
