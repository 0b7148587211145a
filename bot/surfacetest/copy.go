package surfacetest

import "fmt"

// CopyJSON gives a deep copy of what was read from JSON: objects, lists of anything or of objects, and plain values.
// Anything else is a mistake of the caller, and panics.
func CopyJSON[T any](v T) T {
	out, _ := copyJSON(v).(T) // nil stays nil
	return out
}

func copyJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return copyMap(v)
	case map[string]map[string]any:
		return copyMap(v)
	case map[string]map[string]map[string]any:
		return copyMap(v)
	case []any:
		return copyList(v)
	case []map[string]any:
		return copyList(v)
	case nil, string, bool, float64, int:
		return v
	}
	panic(fmt.Sprintf("copy %T: not read from JSON", v))
}

func copyMap[V any](m map[string]V) map[string]V {
	if m == nil {
		return nil
	}
	out := make(map[string]V, len(m))
	for k, one := range m {
		out[k] = CopyJSON(one)
	}
	return out
}

func copyList[V any](list []V) []V {
	if list == nil {
		return nil
	}
	out := make([]V, len(list))
	for i, one := range list {
		out[i] = CopyJSON(one)
	}
	return out
}
