package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"steward/workflows/policy"
)

// answersFile reads a YAML file of answers, key by key as the flow's questions ask. All mistakes are kept.
type answersFile struct {
	name     string
	problems []string
}

// readAnswers reads the answers of a form from YAML.
func readAnswers(name string, text []byte, f *policy.Flow) (policy.Answers, []string) {
	file := &answersFile{name: name}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		return nil, []string{malformed(name, err)}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, []string{name + ": lines like \"tool: Otter.ai\" are expected"}
	}
	out := policy.Answers{}
	keys := make([]string, 0, len(f.Questions))
	for _, q := range f.Questions {
		keys = append(keys, q.Key)
	}
	root := doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		q, ok := f.Question(key.Value)
		switch {
		case f.Lines != nil && key.Value == policy.LinesKey:
			out[policy.LinesKey] = policy.Answer{Lines: file.lines(value, f.Lines.Fields)}
		case !ok:
			file.bad(key, "the flow %s asks no question %q; it asks %s", f.Key, key.Value, strings.Join(keys, ", "))
		default:
			out[q.Key] = file.answer(value, q)
		}
	}
	return out, file.problems
}

func (f *answersFile) bad(n *yaml.Node, format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf("%s:%d:%d: %s", f.name, n.Line, n.Column, fmt.Sprintf(format, args...)))
}

// answer reads one value as its question asks.
func (f *answersFile) answer(n *yaml.Node, q policy.Question) policy.Answer {
	switch q.Type {
	case policy.MultiSelect, policy.ControlRefs:
		return policy.Answer{List: f.list(n, q)}
	case policy.Number:
		v, err := strconv.ParseInt(f.scalar(n), 10, 64)
		if err != nil {
			f.bad(n, "%s is a whole number", q.Key)
		}
		return policy.Answer{Number: v}
	case policy.Boolean:
		v, err := strconv.ParseBool(f.scalar(n))
		if err != nil {
			f.bad(n, "%s is true or false", q.Key)
		}
		return policy.Answer{Yes: v}
	case policy.Select:
		f.option(n, q)
	case policy.ShortText, policy.LongText, policy.User, policy.Date:
	}
	return policy.Answer{Text: f.scalar(n)}
}

func (f *answersFile) scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		f.bad(n, "one value is expected here")
		return ""
	}
	return n.Value
}

func (f *answersFile) list(n *yaml.Node, q policy.Question) []string {
	if n.Kind != yaml.SequenceNode {
		f.bad(n, "a list like [a, b] is expected here")
		return nil
	}
	var out []string
	for _, item := range n.Content {
		if q.Type == policy.MultiSelect {
			f.option(item, q)
		}
		out = append(out, f.scalar(item))
	}
	return out
}

// option checks that a value is one of the options.
func (f *answersFile) option(n *yaml.Node, q policy.Question) {
	if slices.ContainsFunc(q.Options, func(o policy.Option) bool { return o.Value == n.Value }) {
		return
	}
	values := make([]string, len(q.Options))
	for i, o := range q.Options {
		values[i] = o.Value
	}
	f.bad(n, "%s cannot be %q; it is one of %s", q.Key, n.Value, strings.Join(values, ", "))
}

// lines reads the risk lines of a form.
func (f *answersFile) lines(n *yaml.Node, fields []policy.Question) []policy.Line {
	if n.Kind != yaml.SequenceNode {
		f.bad(n, "a list of lines is expected here")
		return nil
	}
	var out []policy.Line
	for _, item := range n.Content {
		line := policy.Line{}
		for i := 0; item.Kind == yaml.MappingNode && i+1 < len(item.Content); i += 2 {
			key := item.Content[i]
			at := slices.IndexFunc(fields, func(q policy.Question) bool { return q.Key == key.Value })
			if at < 0 {
				f.bad(key, "a line has no field %q", key.Value)
				continue
			}
			line[key.Value] = f.answer(item.Content[i+1], fields[at])
		}
		out = append(out, line)
	}
	return out
}
