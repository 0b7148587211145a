package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"steward/workflows"
)

// History gives all records about a thing in order, with the texts that exist.
func (s *Store) History(ctx context.Context, about workflows.Ref) (out []workflows.LogRow, err error) {
	if !storable(string(about.Kind), about.ID) {
		return nil, nil
	}
	err = s.view(ctx, func(t tx) error {
		out, err = t.history(ctx, about)
		return err
	})
	return out, failed(err, "read history of %s", about)
}

func (t tx) history(ctx context.Context, about workflows.Ref) ([]workflows.LogRow, error) {
	var entries []logEntryRow
	of := []any{string(about.Kind), about.ID}
	if err := t.on(ctx).Where("about_kind = ? AND about_id = ?", of...).Order("n").Find(&entries).Error; err != nil {
		return nil, err
	}
	var texts []logTextRow
	if err := t.on(ctx).Where("about_kind = ? AND about_id = ?", of...).Order("n, name").Find(&texts).Error; err != nil {
		return nil, err
	}
	beside := map[int]map[string]string{}
	for _, x := range texts {
		if beside[x.N] == nil {
			beside[x.N] = map[string]string{}
		}
		beside[x.N][x.Name] = string(x.Value)
	}
	out := make([]workflows.LogRow, 0, len(entries))
	for _, e := range entries {
		row := workflows.LogRow{Texts: beside[e.N], Hash: leafHash(e.Entry), Entry: e.Entry}
		if err := json.Unmarshal(e.Entry, &row.Record); err != nil {
			return nil, fmt.Errorf("record %d: %w", e.N, err)
		}
		out = append(out, row)
	}
	return out, nil
}

// leafHash is the hash of a leaf after RFC 6962, section 2.1, in hex.
func leafHash(entry []byte) string {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(entry)
	return hex.EncodeToString(h.Sum(nil))
}
