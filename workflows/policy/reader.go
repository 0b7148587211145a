package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxFileSize bounds a file of a pack. The largest we ship has 50 kB.
const maxFileSize = 1 << 20

// reader reads one YAML file by hand, so that each value keeps its place and all mistakes are reported at once.
type reader struct {
	file     string
	lines    []string // of the source, for places inside scalars
	problems *Problems
}

// parse gives the root node of a file, or nil after reporting why there is none.
func parse(file, source string, problems *Problems) (*reader, *yaml.Node) {
	r := &reader{file: file, lines: strings.Split(source, "\n"), problems: problems}
	if len(source) > maxFileSize {
		r.at(0, 0, "", "the file is larger than %d kB", maxFileSize/1024)
		return r, nil
	}
	var doc yaml.Node
	if err := yaml.Load([]byte(source), &doc); err != nil {
		r.malformed(err)
		return r, nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.at(1, 1, "", "the file is empty")
		return r, nil
	}
	return r, doc.Content[0]
}

// malformed reports what the YAML parser said, without the name of the library.
func (r *reader) malformed(err error) {
	var one *yaml.LoadError
	if !errors.As(err, &one) {
		r.at(1, 1, "", "this is not YAML: %v", err)
		return
	}
	message, hint := strings.TrimPrefix(one.Message, "yaml: "), ""
	if one.ContextMsg != "" {
		message += " " + one.ContextMsg
	}
	if one.Mark.Line > 0 {
		hint = "check indentation, quotes and brackets"
	}
	r.at(max(one.Mark.Line, 1), max(one.Mark.Column, 1), hint, "this is not YAML: %s", message)
}

func (r *reader) at(line, column int, hint, format string, args ...any) {
	*r.problems = append(*r.problems, Problem{
		File: r.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// bad reports a problem at a node.
func (r *reader) bad(n *yaml.Node, hint, format string, args ...any) {
	r.at(n.Line, n.Column, hint, format, args...)
}

// text reads a string. Values that YAML takes for something else (true, 12) must be quoted, so that nothing changes its
// meaning behind the author's back; dates are welcome as they are.
func (r *reader) text(n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.bad(n, "", "a text is expected here")
	case n.ShortTag() != "!!str" && n.ShortTag() != "!!timestamp":
		r.bad(n, fmt.Sprintf("put it in quotes: \"%s\"", n.Value), "a text is expected here")
	default:
		return n.Value
	}
	return ""
}

func (r *reader) number(n *yaml.Node) int {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil {
		r.bad(n, "", "a whole number is expected here")
		return 0
	}
	return v
}

func (r *reader) yes(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.bad(n, "", "true or false is expected here")
		return false
	}
	return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
}

func (r *reader) list(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "write it as [a, b]", "a list is expected here")
		return nil
	}
	return n.Content
}

// pair is one entry of a mapping whose keys are names of the author's choice.
type pair struct {
	key   string
	at    *yaml.Node // of the key
	value *yaml.Node
}

// pairs reads a mapping in its order. Repeated keys are reported and the first one counts.
func (r *reader) pairs(n *yaml.Node) []pair {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "", "a mapping (key: value) is expected here")
		return nil
	}
	var out []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || k.ShortTag() == "!!merge" {
			r.bad(k, "write the values out", "merges and composed keys are not used in a pack")
			continue
		}
		if seen[k.Value] {
			r.bad(k, "leave one out", "%q is here twice", k.Value)
			continue
		}
		if v.Kind == yaml.AliasNode {
			r.bad(v, "write the values out", "aliases are not used in a pack")
			continue
		}
		seen[k.Value] = true
		out = append(out, pair{key: k.Value, at: k, value: v})
	}
	return out
}
