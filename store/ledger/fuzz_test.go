package ledger_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/log"

	"steward/store/ledger"
)

// FuzzCheckpoint reads texts as checkpoints: what is read means the same to another implementation, and nothing opens that the
// key did not sign.
func FuzzCheckpoint(f *testing.F) {
	k := newKey(f, "example.com/steward")
	one := signed(f, k, 7)
	f.Add(one)
	f.Add("example.com/steward\n+7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 x y\n")
	f.Add("a\n07\n\n\n\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ledger.ReadCheckpoint(text)
		if err == nil {
			body, _, _ := strings.Cut(text, "\n\n")
			var theirs formats.Checkpoint
			if _, err := theirs.Unmarshal([]byte(body + "\n")); err != nil || theirs.Origin != c.Origin || int64(theirs.Size) != c.Size ||
				!bytes.Equal(theirs.Hash, c.Root[:]) {
				t.Errorf("we read %+v, they %+v, %v", c, theirs, err)
			}
			if !strings.HasPrefix(text, c.Text()) {
				t.Errorf("%q is written otherwise: %q", text, c.Text())
			}
		}
		opened, err := ledger.OpenCheckpoint(text, []ledger.Verifier{k.Public()})
		if err == nil && opened != (ledger.Checkpoint{Origin: k.Name(), Size: 7, Root: ledger.LeafHash([]byte{7})}) {
			t.Errorf("it opens, and says %+v", opened)
		}
		for _, found := range ledger.SplitCheckpoints(text) {
			if _, err := ledger.ReadCheckpoint(found); err != nil {
				t.Errorf("found in %q: %q, %v", text, found, err)
			}
			if again := ledger.SplitCheckpoints(found); !slices.Equal(again, []string{found}) {
				t.Errorf("found again in %q: %q", found, again)
			}
		}
	})
}

// FuzzKey reads texts as keys: one that is read signs what its public half opens, and no error repeats the text.
func FuzzKey(f *testing.F) {
	f.Add("PRIVATE+KEY+example.com/steward+14b3ee87+ASSmTXLAs9Pmt/6FJQk9EJvbVTnQ7J2FjW7Rxyn8d9Pe")
	f.Add(newSecret(f, "steward-1"))
	f.Add("PRIVATE+KEY+a+b+c")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ledger.ParseKey(text)
		if err != nil {
			if secret := strings.TrimSpace(text); len(secret) > 12 && strings.Contains(err.Error(), secret) {
				t.Errorf("the error holds the secret: %v", err)
			}
			return
		}
		c := ledger.Checkpoint{Origin: k.Name(), Size: 1}
		note, err := c.Sign(k)
		if err != nil {
			t.Fatal(err)
		}
		public, err := ledger.ParseVerifier(k.Public().String())
		if err != nil || public.String() != k.Public().String() {
			t.Fatalf("its public half: %v", err)
		}
		if got, err := ledger.OpenCheckpoint(note, []ledger.Verifier{public}); err != nil || got != c {
			t.Errorf("it signs %q, and opens it as %+v, %v", note, got, err)
		}
	})
}

// FuzzVerifier reads texts as public keys: one that is read is written the same, and as PEM.
func FuzzVerifier(f *testing.F) {
	f.Add(newKey(f, "example.com/steward").Public().String())
	f.Add("a+00000000+AQ==")
	f.Add("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ledger.ParseVerifier(text)
		if err != nil {
			return
		}
		if v.String() != strings.TrimSpace(text) {
			t.Errorf("%q is written %q", text, v)
		}
		if pem, err := v.PEM(); err != nil || !bytes.HasPrefix(pem, []byte("-----BEGIN PUBLIC KEY-----\n")) {
			t.Errorf("as PEM: %q, %v", pem, err)
		}
		if v.VerifyBytes([]byte(text), make([]byte, 64)) {
			t.Error("it takes an empty signature")
		}
	})
}

// FuzzTree grows a tree of any entries and compares it with another implementation.
func FuzzTree(f *testing.F) {
	f.Add([]byte("abc"), uint16(3), uint16(1))
	f.Add([]byte{}, uint16(256), uint16(255))
	f.Add([]byte{0, 1}, uint16(700), uint16(512))
	f.Fuzz(func(t *testing.T, seed []byte, size, index uint16) {
		n := int64(size%1200) + 1
		list := make([][]byte, 0, n)
		m := &memory{nodes: map[[2]int64]ledger.Hash{}}
		for i := range n {
			entry := append(slices.Clone(seed), byte(i), byte(i>>8))
			list = append(list, entry)
			m.add(entry)
		}
		roots := second(t, list)
		inTree(t, m, list, roots, n, int64(index)%n)
		grown(t, m, roots, n, int64(index)%n)
	})
}
