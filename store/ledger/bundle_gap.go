package ledger

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Gap stands in a bundle for entries that are left out: a whole subtree of 2^Level leaves from First on.
type Gap struct {
	First int64
	Level int
	Hash  Hash
}

// gapLine is a gap as a line of gaps.jsonl.
type gapLine struct {
	First  int64  `json:"first"`
	Leaves int64  `json:"leaves"`
	Hash   string `json:"hash"`
}

// MarshalJSON gives the line of gaps.jsonl.
func (g Gap) MarshalJSON() ([]byte, error) {
	return json.Marshal(gapLine{g.First, 1 << g.Level, g.Hash.String()})
}

// UnmarshalJSON reads a line of gaps.jsonl.
func (g *Gap) UnmarshalJSON(text []byte) error {
	var l gapLine
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	hash, err := base64.StdEncoding.Strict().DecodeString(l.Hash)
	if err != nil || len(hash) != len(Hash{}) {
		return errors.New("its hash cannot be read")
	}
	if l.First < 0 || l.Leaves < 1 || l.Leaves&(l.Leaves-1) != 0 || l.First&(l.Leaves-1) != 0 {
		return errors.New("it is no subtree")
	}
	*g = Gap{l.First, bits.TrailingZeros64(uint64(l.Leaves)), Hash(hash)}
	return nil
}

// Gaps gives the fewest subtrees that stand for the leaves from index from up to, not including, to.
func Gaps(ctx context.Context, src Source, from, to int64) ([]Gap, error) {
	var out []Gap
	r := reader{ctx, src, map[int64][]Hash{}}
	for from < to {
		level := bits.Len64(uint64(to-from)) - 1 //nolint:gosec // to is above from
		if from > 0 {
			level = min(level, bits.TrailingZeros64(uint64(from)))
		}
		h, err := r.ReadHashes([]int64{tlog.StoredHashIndex(level, from>>level)})
		if err != nil {
			return nil, fmt.Errorf("subtree of leaves %d to %d: %w", from, from+1<<level-1, err)
		}
		out = append(out, Gap{from, level, h[0]})
		from += 1 << level
	}
	return out, nil
}

// fill adds a whole subtree at once. It has to begin where the frontier ends.
func (f *Frontier) fill(g Gap) error {
	if g.First != f.size || g.Level > 62 {
		return fmt.Errorf("a gap at leaf %d does not follow leaf %d", g.First, f.size-1)
	}
	if f.size&(1<<g.Level-1) != 0 {
		return fmt.Errorf("a gap at leaf %d is no subtree", g.First)
	}
	f.roots = append(f.roots, g.Hash)
	for n := f.size >> g.Level; n&1 == 1; n >>= 1 {
		last := len(f.roots) - 1
		f.roots[last-1] = tlog.NodeHash(f.roots[last-1], f.roots[last])
		f.roots = f.roots[:last]
	}
	f.size += 1 << g.Level
	return nil
}
