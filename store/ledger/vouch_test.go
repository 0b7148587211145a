package ledger_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"steward/store/ledger"
)

// TestKeyring: after the first key only one that an older one vouches for is taken, or one that was brought.
func TestKeyring(t *testing.T) {
	first, second, third, stranger := newKey(t, "example.com/steward"), newKey(t, "example.com/steward"), newKey(t, "example.com/steward"), newKey(t, "example.com/steward")
	public := func(k ledger.Key) ledger.Vouch { return ledger.Vouch{Key: k.Public().String()} }
	forged := stranger.Vouch(stranger.Public())
	forged.By = first.Public().String()
	moved := first.Vouch(second.Public())
	moved.Key = stranger.Public().String()
	for name, c := range map[string]struct {
		trusted []ledger.Key
		add     []ledger.Vouch
		refused []int
	}{
		"one":                       {nil, []ledger.Vouch{public(first)}, nil},
		"a chain":                   {nil, []ledger.Vouch{public(first), first.Vouch(second.Public()), second.Vouch(third.Public())}, nil},
		"nobody's word":             {nil, []ledger.Vouch{public(first), public(stranger)}, []int{1}},
		"its own word":              {nil, []ledger.Vouch{public(first), stranger.Vouch(stranger.Public())}, []int{1}},
		"its own word as another's": {nil, []ledger.Vouch{public(first), forged}, []int{1}},
		"the word for another":      {nil, []ledger.Vouch{public(first), moved}, []int{1}},
		"the word of a stranger":    {nil, []ledger.Vouch{public(first), public(stranger), stranger.Vouch(second.Public())}, []int{1, 2}},
		"another than was brought":  {[]ledger.Key{first}, []ledger.Vouch{public(stranger), stranger.Vouch(second.Public())}, []int{0, 1}},
		"all that were brought":     {[]ledger.Key{first, second}, []ledger.Vouch{public(first), public(second)}, nil},
	} {
		ring := ledger.Keyring{}
		for _, k := range c.trusted {
			ring.Trusted = append(ring.Trusted, k.Public())
		}
		var refused []int
		for i, v := range c.add {
			if _, err := ring.Add(v); errors.Is(err, ledger.ErrNotVouched) {
				refused = append(refused, i)
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !slices.Equal(refused, c.refused) || len(ring.Keys()) != len(c.add)-len(c.refused) {
			t.Errorf("%s: refused are %v, want %v; it has %d keys", name, refused, c.refused, len(ring.Keys()))
		}
	}
	if _, err := (&ledger.Keyring{}).Add(ledger.Vouch{Key: "x"}); err == nil || errors.Is(err, ledger.ErrNotVouched) {
		t.Errorf("no key at all: %v", err)
	}
}

// TestBundleKeys: who signs a bundle by a key of their own is found though the bundle brings it, unless an older key vouches for it.
func TestBundleKeys(t *testing.T) {
	l, own := newLog(t, 30), newKey(t, "example.com/steward")
	genuine := unpack(t, l.bundle(t, all))
	with := func(vouches string) []byte {
		files := maps.Clone(genuine)
		pem, err := own.Public().PEM()
		if err != nil {
			t.Fatal(err)
		}
		files[ledger.FileKeys] = append(bytes.Clone(files[ledger.FileKeys]), own.Public().String()+"\n"...)
		files[ledger.KeyFile(own.Public())] = pem
		files[ledger.FileManifest] = bytes.Replace(files[ledger.FileManifest], []byte(l.key.Public().ID()), []byte(own.Public().ID()), 1)
		if vouches != "" {
			files[ledger.FileVouches] = []byte(vouches)
		}
		return resign(t, files, own)
	}
	line := func(v ledger.Vouch) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text) + "\n"
	}
	held := ledger.CheckOptions{Held: []string{l.note}}
	for name, c := range map[string]struct {
		vouches string
		opts    ledger.CheckOptions
		wrong   string
	}{
		"nobody's word":                    {"", held, "no older key of this log vouches for it"},
		"its own word":                     {line(own.Vouch(own.Public())), held, "no older key of this log vouches for it"},
		"what is no word":                  {"x\n", held, "cannot be read"},
		"the older key's word":             {line(l.key.Vouch(own.Public())), held, ""},
		"the older key's, which was given": {line(l.key.Vouch(own.Public())), ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}, ""},
		"the older key was given":          {"", ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}, "not signed by a key of this log"},
		"both were given":                  {"", ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public(), own.Public()}}, ""},
	} {
		r := check(t, with(c.vouches), c.opts)
		said := fmt.Sprint(r.Problems)
		if r.OK() != (c.wrong == "") || !strings.Contains(said, c.wrong) {
			t.Errorf("%s: it says %s, want %q", name, said, c.wrong)
		}
	}
}

// TestBundlePacked: nothing can be hidden behind the end of what was packed.
func TestBundlePacked(t *testing.T) {
	l := newLog(t, 16)
	bundle := l.bundle(t, all)
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	again := func(more string) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, f := range z.File {
			raw, err := f.OpenRaw()
			if err != nil {
				t.Fatal(err)
			}
			packed, err := io.ReadAll(raw)
			if err != nil {
				t.Fatal(err)
			}
			h := f.FileHeader
			if f.Name == ledger.FileReadme {
				packed = append(packed, more...)
				h.CompressedSize64 += uint64(len(more))
			}
			part, err := w.CreateRaw(&h)
			if err == nil {
				_, err = part.Write(packed)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if !bytes.Equal(again(""), bundle) {
		t.Fatal("the test does not pack as Steward does")
	}
	r := check(t, again("more"), ledger.CheckOptions{})
	if said := fmt.Sprint(r.Problems); r.OK() || !strings.Contains(said, "README.html: something follows its end") {
		t.Errorf("it says %s", said)
	}
}

// TestBundleOfTexts: what holds more texts of one entry than there can be is refused before it fills the memory.
func TestBundleOfTexts(t *testing.T) {
	l := newLog(t, 16)
	files := unpack(t, l.bundle(t, all))
	lines := bytes.SplitAfter(files[ledger.FileTexts], []byte("\n"))
	files[ledger.FileTexts] = slices.Concat(bytes.Repeat(lines[0], 5000), bytes.Join(lines[1:], nil))
	r := check(t, resign(t, files, l.key), ledger.CheckOptions{})
	if said := fmt.Sprint(r.Problems); r.OK() || r.Texts > 1001 || !strings.Contains(said, "it has more texts than an entry can commit to") {
		t.Errorf("%d texts were read: %s", r.Texts, said)
	}
}
