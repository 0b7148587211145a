package adaptivecard

import "encoding/json"

// MaxBytes is what a card may take as UTF-8 JSON. Teams documents 100 KB a message now, refused 28 KB of it for years, and
// keeps that limit elsewhere.
const MaxBytes = 28 * 1024

// unticked counts the bytes that a card grows by when everything in it is ticked.
func unticked(raw []byte) int {
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return 0
	}
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
