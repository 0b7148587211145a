package workflows

import (
	"bytes"
	"encoding/json"
)

// Canonical gives a value of our own types as JSON with sorted keys, no white space and every character as it is: what records
// commit to. It marshals twice, the second time from maps, whose keys encoding/json sorts. It is nil for what does not marshal.
func Canonical(v any) []byte {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		return nil
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}
