package surfacetest

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// step is one line of a story with the lines that belong to it.
type step struct {
	line   int
	text   string
	verb   *verb
	args   []string    // what the verb's pattern caught
	values [][2]string // the indented lines: key, value
}

// verb is one kind of step: its form in words, how it is recognised, what it does.
type verb struct {
	form string
	like *regexp.Regexp
	do   func(*stage, step) error
}

// The parts of a form that stand for something: a person, a request or a system by its name in the story, a
// condition by its key, a text to the end.
const (
	partWord = `([a-z][a-z_-]*)`
	partName = `([A-Z][A-Za-z0-9]*)`
	partKey  = `([a-zA-Z][a-zA-Z0-9_.-]*)`
	partText = `(.+)`
)

func newVerb(form string, do func(*stage, step) error) *verb {
	var b strings.Builder
	for word := range strings.FieldsSeq(form) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		switch strings.TrimSuffix(word, ":") {
		case "WHO", "PERSON", "FLOW", "VERB", "STATE":
			b.WriteString(partWord)
		case "R", "S":
			b.WriteString(partName)
		case "KEY":
			b.WriteString(partKey)
		case "TEXT":
			b.WriteString(partText)
		default:
			b.WriteString(regexp.QuoteMeta(word))
			continue
		}
		if strings.HasSuffix(word, ":") {
			b.WriteByte(':')
		}
	}
	return &verb{form: form, like: regexp.MustCompile("^" + b.String() + "$"), do: do}
}

// readStory reads a story. Errors name the line.
func readStory(r io.Reader, verbs []*verb) ([]step, error) {
	var out []step
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimRight(lines.Text(), " \t")
		switch trimmed := strings.TrimSpace(text); {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
			continue
		case trimmed != text: // indented
			key, value, ok := strings.Cut(trimmed, "=")
			if !ok || len(out) == 0 {
				return nil, fmt.Errorf("line %d: want \"key = value\" under a step: %q", n, text)
			}
			last := &out[len(out)-1]
			last.values = append(last.values, [2]string{strings.TrimSpace(key), strings.TrimSpace(value)})
			continue
		}
		s := step{line: n, text: text}
		for _, v := range verbs {
			if m := v.like.FindStringSubmatch(text); m != nil {
				s.verb, s.args = v, m[1:]
				break
			}
		}
		if s.verb == nil {
			return nil, fmt.Errorf("line %d: no such step: %q", n, text)
		}
		out = append(out, s)
	}
	return out, lines.Err()
}
