package ledger_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"steward/store/ledger"
)

func newSecret(t testing.TB, name string) string {
	t.Helper()
	text, err := ledger.NewKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestKey: a key is read as it was made, hides its secret, and signs so that openssl can check it.
func TestKey(t *testing.T) {
	secret := newSecret(t, "example.com/steward")
	k, err := ledger.ParseKey(" " + secret + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if k.Name() != "example.com/steward" || k.Zero() || !(ledger.Key{}).Zero() {
		t.Errorf("the key is called %q", k.Name())
	}
	hidden := strings.SplitN(secret, "+", 5)[4] // a plus may stand in it, too
	for _, shown := range []string{k.String(), fmt.Sprintf("%v %s %#v", k, k, k), fmt.Sprint(k.Public())} {
		if strings.Contains(shown, hidden) || strings.Contains(shown, "PRIVATE") {
			t.Errorf("it shows its secret: %s", shown)
		}
	}
	seed, err := base64.StdEncoding.DecodeString(hidden)
	if err != nil {
		t.Fatal(err)
	}
	type holder struct { // fmt does not ask what is not exported how it wants to be shown
		key ledger.Key
	}
	type bare struct{ key ed25519.PrivateKey }
	for _, format := range []string{"%v", "%+v", "%#v"} {
		digits := fmt.Sprintf(format, seed[1:])
		digits = digits[strings.IndexAny(digits, "[{")+1 : len(digits)-1]
		digits = digits[strings.Index(digits, "{")+1:]
		if !strings.Contains(fmt.Sprintf(format, bare{ed25519.NewKeyFromSeed(seed[1:])}), digits) {
			t.Fatalf("%s does not show %s: the test would find nothing", format, digits)
		}
		if shown := fmt.Sprintf(format, holder{k}); strings.Contains(shown, digits) {
			t.Errorf("%s of what holds it shows its secret: %s", format, shown)
		}
	}
	text, err := k.Public().PEM()
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(text)
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil || len(rest) > 0 {
		t.Fatalf("%v, and %q follows", err, rest)
	}
	msg := []byte("sums")
	signature := k.SignBytes(msg)
	if !ed25519.Verify(public.(ed25519.PublicKey), msg, signature) || !k.Public().VerifyBytes(msg, signature) {
		t.Error("the signature does not fit")
	}
	if signature[0] ^= 1; k.Public().VerifyBytes(msg, signature) {
		t.Error("a changed signature fits")
	}
	if len(k.Public().ID()) != 8 || !strings.Contains(k.Public().String(), "+"+k.Public().ID()+"+") {
		t.Errorf("its short name is %s", k.Public().ID())
	}
}

// TestBadKeys: what is no key is refused in a sentence that does not repeat it.
func TestBadKeys(t *testing.T) {
	good := newSecret(t, "a")
	for name, text := range map[string]string{
		"nothing":        "",
		"a public key":   newKey(t, "a").Public().String(),
		"half a key":     good[:len(good)-10],
		"another name":   strings.Replace(good, "KEY+a+", "KEY+b+", 1),
		"not base64":     good[:len(good)-3] + "!!!",
		"something else": "-----BEGIN PRIVATE KEY-----",
	} {
		if _, err := ledger.ParseKey(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "a", "a+b", "a+00000000+AQ==", good} {
		if _, err := ledger.ParseVerifier(text); err == nil {
			t.Errorf("%q is taken for a public key", text)
		}
	}
	for _, name := range []string{"", "two words", "a+b", "line\nbreak", "\u00e9", strings.Repeat("x", 101)} {
		if _, err := ledger.NewKey(rand.Reader, name); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
	if _, err := (ledger.Checkpoint{Origin: "b"}).Sign(newKey(t, "a")); err == nil || !strings.Contains(err.Error(), `the key is for "a" and the log is called "b"`) {
		t.Errorf("it signs for another log: %v", err)
	}
}

// TestBadCheckpoints: what is no checkpoint is refused in a sentence.
func TestBadCheckpoints(t *testing.T) {
	k := newKey(t, "a")
	good := signed(t, k, 7)
	for want, text := range map[string]string{
		"it is not a signed checkpoint":         "a\n7\n",
		"it is not signed by a key of this log": signed(t, newKey(t, "a"), 7),
		"its signature is wrong":                strings.Replace(good, "\n7\n", "\n8\n", 1),
	} {
		if _, err := ledger.OpenCheckpoint(text, []ledger.Verifier{k.Public()}); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	root := strings.Split(good, "\n")[2]
	for want, text := range map[string]string{
		"it is not a checkpoint":               "a\n7\n\nx",
		"its number of entries cannot be read": "a\n-7\n" + root + "\n\nx",
		"its hash cannot be read":              "a\n7\n" + root[1:] + "\n\nx",
		"it is not a signed checkpoint":        "a\n7\n" + root + "\n",
	} {
		if _, err := ledger.ReadCheckpoint(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
