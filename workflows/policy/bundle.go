package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// maxBundleSize bounds what LoadBundle reads.
const maxBundleSize = 8 << 20

// Bundle gives the whole pack as bytes, for storing by hash: a JSON object of file name and text, names sorted. The same
// pack gives the same bytes.
func (p *Pack) Bundle() []byte {
	out, err := json.Marshal(p.files) // sorts the keys of a map
	if err != nil {
		panic(fmt.Sprintf("policy: bundle: %v", err)) // cannot happen: strings only
	}
	return out
}

// LoadBundle reads what [Pack.Bundle] gave, with the same checks as [Load].
func LoadBundle(bundle []byte) (*Pack, error) {
	if len(bundle) > maxBundleSize {
		return nil, fmt.Errorf("read policy bundle: larger than %d MB", maxBundleSize>>20)
	}
	var files map[string]string
	if err := json.Unmarshal(bundle, &files); err != nil {
		return nil, fmt.Errorf("read policy bundle: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read policy bundle: %w", io.ErrUnexpectedEOF)
	}
	return assemble(files)
}

// Files gives the names of the pack's files, sorted.
func (p *Pack) Files() []string { return slices.Sorted(maps.Keys(p.files)) }

// Text gives the text of one file of the pack; empty where there is none.
func (p *Pack) Text(file string) string { return p.files[file] }

// hashFiles hashes names and texts with their lengths, so that no two sets of files share a hash by shifting a border.
func hashFiles(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		_, _ = fmt.Fprintf(h, "%d %s %d\n%s\n", len(name), name, len(files[name]), files[name]) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}
