package ledger

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is the hash of a leaf, of a node or of a whole tree: 32 bytes.
type Hash = tlog.Hash

// LeafHash is the hash of an entry as it stands in the tree.
func LeafHash(entry []byte) Hash { return tlog.RecordHash(entry) }

// HashText gives a hash as it stands in checkpoints, base64; what is no hash gives an empty text.
func HashText(b []byte) string {
	if len(b) != len(Hash{}) {
		return ""
	}
	return Hash(b).String()
}

// TileLevel is the level from which nodes are kept: one for every 256 leaves, one for every 512, and so on. What lies below is
// computed from at most 256 leaves when it is asked for.
const TileLevel = 8

// TileSize is the number of leaves below a node of [TileLevel].
const TileSize = 1 << TileLevel

// Node is the root of a whole subtree of 2^Level leaves, the N-th from the left.
type Node struct {
	Level int
	N     int64
	Hash  Hash
}

// Frontier is the right edge of a growing tree: the roots of the whole subtrees that make it up, at most one a level. The zero
// value is the empty tree.
type Frontier struct {
	size  int64
	roots []Hash // biggest subtree first
}

// Size is the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Clone gives a frontier that grows by itself.
func (f *Frontier) Clone() *Frontier { return &Frontier{f.size, slices.Clone(f.roots)} }

// Append adds a leaf and gives the nodes from [TileLevel] up that became whole by it, lowest first.
func (f *Frontier) Append(leaf Hash) (whole []Node) {
	f.roots = append(f.roots, leaf)
	for level, n := 0, f.size; n&1 == 1; n >>= 1 {
		last := len(f.roots) - 1
		f.roots[last-1] = tlog.NodeHash(f.roots[last-1], f.roots[last])
		f.roots = f.roots[:last]
		if level++; level >= TileLevel {
			whole = append(whole, Node{level, n >> 1, f.roots[last-1]})
		}
	}
	f.size++
	return whole
}

// Root is the hash of the whole tree.
func (f *Frontier) Root() Hash {
	if f.size == 0 {
		return emptyTree()
	}
	root := f.roots[len(f.roots)-1]
	for i := len(f.roots) - 2; i >= 0; i-- {
		root = tlog.NodeHash(f.roots[i], root)
	}
	return root
}

// emptyTree is the hash of no leaves: that of the empty string.
func emptyTree() Hash {
	h, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic("ledger: " + err.Error()) // it reads nothing that could fail
	}
	return h
}

// Source gives the stored hashes of a tree. Both lists come in the order asked for.
type Source interface {
	// Leaves gives the leaves from index from up to, not including, to.
	Leaves(ctx context.Context, from, to int64) ([]Hash, error)
	// Node gives the root of a whole subtree, of [TileLevel] at least.
	Node(ctx context.Context, level int, n int64) (Hash, error)
}

// Restore gives the frontier of the first size leaves.
func Restore(ctx context.Context, src Source, size int64) (*Frontier, error) {
	f := &Frontier{size: size}
	at := int64(0)
	for level := 62; level >= TileLevel; level-- {
		if size>>level&1 == 0 {
			continue
		}
		h, err := src.Node(ctx, level, at>>level)
		if err != nil {
			return nil, err
		}
		f.roots = append(f.roots, h)
		at += 1 << level
	}
	leaves, err := src.Leaves(ctx, at, size)
	if err != nil {
		return nil, err
	}
	if int64(len(leaves)) != size-at {
		return nil, fmt.Errorf("%d leaves from %d, want %d", len(leaves), at, size-at)
	}
	edge := Frontier{}
	for _, h := range leaves {
		edge.Append(h)
	}
	f.roots = append(f.roots, edge.roots...)
	return f, nil
}

// Proof shows that an entry is in a tree: the hashes beside its way to the root, lowest first.
type Proof = tlog.RecordProof

// Prove gives the proof that leaf index is in the tree of the first size leaves.
func Prove(ctx context.Context, src Source, size, index int64) (Proof, error) {
	p, err := tlog.ProveRecord(size, index, reader{ctx, src, map[int64][]Hash{}})
	if err != nil {
		return nil, fmt.Errorf("prove leaf %d of %d: %w", index, size, err)
	}
	return p, nil
}

// CheckProof says whether the proof leads from the leaf to the root.
func CheckProof(p Proof, size int64, root Hash, index int64, leaf Hash) error {
	return tlog.CheckRecord(p, size, root, index, leaf)
}

// ProveGrowth gives the proof that the tree of the first older leaves is the beginning of that of the first size leaves.
func ProveGrowth(ctx context.Context, src Source, size, older int64) (tlog.TreeProof, error) {
	if older == 0 || older == size {
		return nil, nil // nothing is to be shown
	}
	p, err := tlog.ProveTree(size, older, reader{ctx, src, map[int64][]Hash{}})
	if err != nil {
		return nil, fmt.Errorf("prove that %d leaves begin %d: %w", older, size, err)
	}
	return p, nil
}

// RootAt is the hash of the tree of the first size leaves.
func RootAt(ctx context.Context, src Source, size int64) (Hash, error) {
	f, err := Restore(ctx, src, size)
	if err != nil {
		return Hash{}, err
	}
	return f.Root(), nil
}

// reader gives proofs the hashes they need. Below [TileLevel] it computes them, and reads each group of leaves once.
type reader struct {
	ctx   context.Context //nolint:containedctx // tlog's interface has none; a reader lives for one call
	src   Source
	tiles map[int64][]Hash
}

// ReadHashes implements tlog.HashReader.
func (r reader) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		var err error
		if level >= TileLevel {
			out[i], err = r.src.Node(r.ctx, level, n)
		} else {
			out[i], err = r.below(level, n)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// below computes the root of a subtree that is smaller than a tile.
func (r reader) below(level int, n int64) (Hash, error) {
	first := n << level
	tile := first >> TileLevel
	leaves, ok := r.tiles[tile]
	if !ok {
		var err error
		if leaves, err = r.src.Leaves(r.ctx, tile<<TileLevel, (tile+1)<<TileLevel); err != nil {
			return Hash{}, err
		}
		r.tiles[tile] = leaves
	}
	from := first - tile<<TileLevel
	if to := from + 1<<level; int64(len(leaves)) < to {
		return Hash{}, fmt.Errorf("leaf %d is missing", tile<<TileLevel+int64(len(leaves)))
	}
	var f Frontier
	for _, h := range leaves[from : from+1<<level] {
		f.Append(h)
	}
	return f.Root(), nil
}
