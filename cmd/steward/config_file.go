package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// defaultConfigFile is read where no file is named.
const defaultConfigFile = "steward.yaml"

// readFile takes the settings of a file. A file that was named must be there; steward.yaml is read if it is there.
func (l *loadedConfig) readFile(name string) (problems []string) {
	named := name != ""
	if !named {
		name = defaultConfigFile
	}
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, os.ErrNotExist) && !named:
		return nil
	case err != nil:
		return []string{fmt.Sprintf("read settings: %v", err)}
	}
	return l.readText(name, text)
}

// readText takes the settings of a file's text.
func (l *loadedConfig) readText(name string, text []byte) (problems []string) {
	if regexp.MustCompile(`^(\s*(#.*)?\n)*\s*(#.*)?$`).Match(text) {
		return nil // nothing is set in it, which the parser calls no document
	}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		return []string{malformed(name, err)}
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return []string{fmt.Sprintf("%s:%d:%d: lines like \"listen: 127.0.0.1:8080\" are expected here", name, root.Line, root.Column)}
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		at := fmt.Sprintf("%s:%d:%d", name, key.Line, key.Column)
		o, ok := optionByKey(key.Value)
		switch {
		case !ok:
			problems = append(problems, fmt.Sprintf("%s: unknown setting %q%s", at, key.Value, nearest(key.Value)))
		case seen[key.Value]:
			problems = append(problems, fmt.Sprintf("%s: %s is set twice", at, key.Value))
		case value.Kind != yaml.ScalarNode:
			problems = append(problems, fmt.Sprintf("%s:%d:%d: one value is expected here", name, value.Line, value.Column))
		case value.ShortTag() != "!!null":
			problems = append(problems, l.take(o, value.Value, fmt.Sprintf("%s:%d:%d", name, value.Line, value.Column))...)
		}
		seen[key.Value] = true
	}
	return problems
}

// malformed says where YAML ends to be YAML.
func malformed(name string, err error) string {
	var one *yaml.LoadError
	if !errors.As(err, &one) {
		return fmt.Sprintf("%s: this is not YAML: %v", name, err)
	}
	return fmt.Sprintf("%s:%d:%d: this is not YAML: %s; check indentation and quotes", name, max(one.Mark.Line, 1), max(one.Mark.Column, 1),
		strings.TrimPrefix(one.Message, "yaml: "))
}

func optionByKey(key string) (option, bool) {
	all := options()
	i := slices.IndexFunc(all, func(o option) bool { return o.key == key })
	if i < 0 {
		return option{}, false
	}
	return all[i], true
}

// nearest suggests the setting that was meant.
func nearest(key string) string {
	folded := strings.NewReplacer("-", "", "_", "", "steward", "").Replace(strings.ToLower(key))
	var names []string
	for _, o := range options() {
		names = append(names, o.key)
		plain := strings.ReplaceAll(o.key, "_", "")
		if plain == folded || near(plain, folded) {
			return fmt.Sprintf("; did you mean %s?", o.key)
		}
	}
	return "; known are " + strings.Join(names, ", ")
}

// near says that one letter was left out, added or changed, or that one word begins the other.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return len(a) > 3 && strings.HasPrefix(b, a)
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return a[i:] == b[i+len(b)-len(a):] || (i < len(a) && a[i+1:] == b[i+1:])
}
