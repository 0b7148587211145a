package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"steward/store/ledger"
)

// memory keeps what a database keeps: leaves, and nodes from the level of tiles up.
type memory struct {
	leaves []ledger.Hash
	nodes  map[[2]int64]ledger.Hash
	edge   ledger.Frontier
}

func (m *memory) add(entry []byte) {
	leaf := ledger.LeafHash(entry)
	m.leaves = append(m.leaves, leaf)
	for _, n := range m.edge.Append(leaf) {
		m.nodes[[2]int64{int64(n.Level), n.N}] = n.Hash
	}
}

func (m *memory) Leaves(_ context.Context, from, to int64) ([]ledger.Hash, error) {
	return m.leaves[from:min(to, int64(len(m.leaves)))], nil
}

func (m *memory) Node(_ context.Context, level int, n int64) (ledger.Hash, error) {
	h, ok := m.nodes[[2]int64{int64(level), n}]
	if !ok {
		return h, fmt.Errorf("node %d of level %d is missing", n, level)
	}
	return h, nil
}

// second is the tree of another implementation: its roots at all sizes.
func second(t testing.TB, entries [][]byte) (roots [][]byte) {
	t.Helper()
	tree := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for i := range len(entries) + 1 {
		root, err := tree.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			root = rfc6962.DefaultHasher.EmptyRoot()
		}
		roots = append(roots, bytes.Clone(root))
		if i < len(entries) {
			if err := tree.Append(rfc6962.DefaultHasher.HashLeaf(entries[i]), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return roots
}

func raw(hashes []ledger.Hash) (out [][]byte) {
	for _, h := range hashes {
		out = append(out, bytes.Clone(h[:]))
	}
	return out
}

func entries(n int) (out [][]byte) {
	for i := range n {
		out = append(out, []byte(strings.Repeat("entry ", i%5)+fmt.Sprint(i)))
	}
	return out
}

// TestSecondTree compares roots, proofs of entries and proofs of growth with another implementation, at sizes around those at
// which nodes become whole and at random ones.
func TestSecondTree(t *testing.T) {
	const most = 2100
	list := entries(most)
	roots := second(t, list)
	m := &memory{nodes: map[[2]int64]ledger.Hash{}}
	for i := range list {
		if root := m.edge.Root(); !bytes.Equal(root[:], roots[i]) {
			t.Fatalf("the tree of %d entries is another one", i)
		}
		m.add(list[i])
	}
	sizes := []int64{1, 2, 3, 255, 256, 257, 511, 512, 513, 767, 1024, 1025, 2047, 2048, 2049, most}
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		sizes = append(sizes, 1+r.Int64N(most))
	}
	for _, size := range sizes {
		for _, index := range []int64{0, size / 2, size - 1, r.Int64N(size)} {
			inTree(t, m, list, roots, size, index)
		}
		for _, older := range []int64{0, 1, size / 2, size - 1, size, r.Int64N(size)} {
			grown(t, m, roots, size, older)
		}
	}
}

// inTree checks the proof of one entry, and that it proves no other.
func inTree(t *testing.T, m *memory, list, roots [][]byte, size, index int64) {
	t.Helper()
	root, err := ledger.RootAt(t.Context(), m, size)
	if err != nil || !bytes.Equal(root[:], roots[size]) {
		t.Errorf("the root of the first %d is another one (%v)", size, err)
	}
	p, err := ledger.Prove(t.Context(), m, size, index)
	if err != nil {
		t.Fatal(err)
	}
	leaf := ledger.LeafHash(list[index])
	if err := ledger.CheckProof(p, size, root, index, leaf); err != nil {
		t.Errorf("own proof of %d in %d: %v", index, size, err)
	}
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), leaf[:], raw(p), roots[size]); err != nil {
		t.Errorf("proof of %d in %d: %v", index, size, err)
	}
	other := ledger.LeafHash([]byte("other"))
	if ledger.CheckProof(p, size, root, index, other) == nil {
		t.Errorf("the proof of %d in %d proves another entry", index, size)
	}
}

// grown checks the proof that an older tree is the beginning of a newer one, and that it proves nothing of another.
func grown(t *testing.T, m *memory, roots [][]byte, size, older int64) {
	t.Helper()
	p, err := ledger.ProveGrowth(t.Context(), m, size, older)
	if err != nil {
		t.Fatal(err)
	}
	from, to := uint64(older), uint64(size)
	if err := proof.VerifyConsistency(rfc6962.DefaultHasher, from, to, raw(p), roots[older], roots[size]); err != nil {
		t.Errorf("growth from %d to %d: %v", older, size, err)
	}
	other := ledger.LeafHash([]byte("other"))
	if older > 0 && proof.VerifyConsistency(rfc6962.DefaultHasher, from, to, raw(p), other[:], roots[size]) == nil {
		t.Errorf("the proof from %d to %d proves another beginning", older, size)
	}
}

// TestProofsNeedTheirHashes: where a leaf or a node is missing, there is no proof and no tree to go on with.
func TestProofsNeedTheirHashes(t *testing.T) {
	m := &memory{nodes: map[[2]int64]ledger.Hash{}}
	for _, e := range entries(700) {
		m.add(e)
	}
	delete(m.nodes, [2]int64{8, 0})
	delete(m.nodes, [2]int64{9, 0})
	if _, err := ledger.Prove(t.Context(), m, 700, 600); err == nil {
		t.Error("an entry is proved without a node beside its way")
	}
	if _, err := ledger.Restore(t.Context(), m, 256); err == nil {
		t.Error("a tree is restored without its node")
	}
	m.leaves = m.leaves[:650]
	if _, err := ledger.Prove(t.Context(), m, 700, 680); err == nil {
		t.Error("an entry is proved without its leaf")
	}
	if _, err := ledger.Restore(t.Context(), m, 700); err == nil {
		t.Error("a tree is restored without its leaves")
	}
	if _, err := ledger.ProveGrowth(t.Context(), m, 700, 690); err == nil {
		t.Error("growth is proved without leaves")
	}
}

// TestSecondCheckpoint reads a checkpoint as another implementation does, and one that it wrote.
func TestSecondCheckpoint(t *testing.T) {
	k := newKey(t, "example.com/steward")
	verifier, err := note.NewVerifier(k.Public().String())
	if err != nil {
		t.Fatal(err)
	}
	ours := ledger.Checkpoint{Origin: k.Name(), Size: 12345, Root: ledger.LeafHash([]byte("x"))}
	signed, err := ours.Sign(k)
	if err != nil {
		t.Fatal(err)
	}
	theirs, rest, _, err := formats.ParseCheckpoint([]byte(signed), k.Name(), verifier)
	if err != nil || theirs.Size != 12345 || !bytes.Equal(theirs.Hash, ours.Root[:]) || len(rest) > 0 {
		t.Errorf("they read %+v, %q, %v", theirs, rest, err)
	}
	if text := string(theirs.Marshal()); text != ours.Text() {
		t.Errorf("they write %q, we %q", text, ours.Text())
	}
	got, err := ledger.OpenCheckpoint(signed, []ledger.Verifier{k.Public()})
	if err != nil || got != ours {
		t.Errorf("we read %+v, %v", got, err)
	}
	if _, err := ledger.OpenCheckpoint(signed, []ledger.Verifier{newKey(t, k.Name()).Public()}); !errors.Is(err, ledger.ErrNotSigned) {
		t.Errorf("a stranger's key opens it: %v", err)
	}
}
