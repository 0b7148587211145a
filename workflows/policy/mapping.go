package policy

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// mapping is a mapping of the file with known keys. Reading a key that is absent gives the zero value.
type mapping struct {
	*reader

	node   *yaml.Node
	values map[string]*yaml.Node
}

// mapping reads a mapping and reports every key that is not among the known ones.
func (r *reader) mapping(n *yaml.Node, known ...string) mapping {
	m := mapping{reader: r, node: n, values: map[string]*yaml.Node{}}
	for _, p := range r.pairs(n) {
		if !slices.Contains(known, p.key) {
			r.bad(p.at, didYouMean(p.key, known), "unknown key %q", p.key)
			continue
		}
		m.values[p.key] = p.value
	}
	return m
}

// need reports the keys that are missing; it stands at the mapping itself.
func (m mapping) need(keys ...string) {
	if m.node.Kind != yaml.MappingNode {
		return // reported already
	}
	for _, k := range keys {
		if !m.has(k) {
			m.bad(m.node, "", "%q is missing here", k)
		}
	}
}

func (m mapping) has(key string) bool { return m.values[key] != nil }

// place gives the node of a key, or the mapping where the key is absent.
func (m mapping) place(key string) *yaml.Node {
	if n := m.values[key]; n != nil {
		return n
	}
	return m.node
}

func (m mapping) str(key string) string {
	if n := m.values[key]; n != nil {
		return m.text(n)
	}
	return ""
}

func (m mapping) num(key string) int {
	if n := m.values[key]; n != nil {
		return m.number(n)
	}
	return 0
}

func (m mapping) flag(key string) bool {
	if n := m.values[key]; n != nil {
		return m.yes(n)
	}
	return false
}

func (m mapping) items(key string) []*yaml.Node {
	if n := m.values[key]; n != nil {
		return m.list(n)
	}
	return nil
}

func (m mapping) entries(key string) []pair {
	if n := m.values[key]; n != nil {
		return m.pairs(n)
	}
	return nil
}

func (m mapping) strs(key string) []string {
	var out []string
	for _, n := range m.items(key) {
		out = append(out, m.text(n))
	}
	return out
}

func (m mapping) nums(key string) []int {
	var out []int
	for _, n := range m.items(key) {
		out = append(out, m.number(n))
	}
	return out
}

// choice reads a text that must be one of the known words.
func (m mapping) choice(key, what string, known []string) string {
	n := m.values[key]
	if n == nil {
		return ""
	}
	return m.oneOf(n, what, known)
}

func (r *reader) oneOf(n *yaml.Node, what string, known []string) string {
	v := r.text(n)
	if v != "" && !slices.Contains(known, v) {
		r.bad(n, didYouMean(v, known), "unknown %s %q", what, v)
		return ""
	}
	return v
}

// choices reads a list of known words without repetition.
func (m mapping) choices(key, what string, known []string) []string {
	var out []string
	for _, n := range m.items(key) {
		v := m.oneOf(n, what, known)
		if v == "" {
			continue
		}
		if slices.Contains(out, v) {
			m.bad(n, "leave one out", "%s %q is here twice", what, v)
			continue
		}
		out = append(out, v)
	}
	return out
}

// unique reports a second thing of the same name and says whether this is the first.
func (r *reader) unique(seen map[string]bool, n *yaml.Node, what, name string) bool {
	if name == "" {
		return false
	}
	if seen[name] {
		r.bad(n, "rename one of them, or leave it out", "%s %q is here twice", what, name)
		return false
	}
	seen[name] = true
	return true
}
