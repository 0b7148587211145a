package teams

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A key that can be broken is refused, though the Bot Framework published it.
func TestKeysTooShort(t *testing.T) {
	short := mustKey(1024)
	i := newIssuer(t, jwkOf("short", &short.PublicKey, "msteams"), jwkOf("ours", &rsaKeys()[0].PublicKey, "msteams"))
	v := i.verifier()
	if err := v.Verify(t.Context(), i.good("short", short, nil), claimed()); FailedCheck(err) != CheckKey {
		t.Errorf("1024 bits: %v", err)
	}
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Errorf("2048 bits beside it: %v", err)
	}
}

// TestKeysAnswers shows what is taken for no answer: the old keys stay, and nobody is called whom we do not know.
func TestKeysAnswers(t *testing.T) {
	key := rsaKeys()[0]
	elsewhere := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	for name, change := range map[string]func(*issuer){
		"an error":                 func(i *issuer) { i.status = http.StatusInternalServerError },
		"nothing":                  func(i *issuer) { i.status = http.StatusNoContent },
		"a redirect":               func(i *issuer) { i.status = http.StatusFound },
		"a set that is no JSON":    func(i *issuer) { i.keysText = "<html>" },
		"a set that is null":       func(i *issuer) { i.keysText = "null" },
		"an empty set":             func(i *issuer) { i.keysText = `{"keys":[]}` },
		"no key we could use":      func(i *issuer) { i.keys = []object{ecKeyOf("ours")} },
		"metadata that is no JSON": func(i *issuer) { i.metaText = "<html>" },
		"metadata without keys":    func(i *issuer) { i.metaText = `{"issuer":"https://api.botframework.com"}` },
		"endless metadata": func(i *issuer) {
			i.metaText = `{"jwks_uri":"` + i.URL + `/v1/.well-known/keys"}` + strings.Repeat(" ", maxMetadata)
		},
		"an endless set": func(i *issuer) {
			i.keysText = string(mustJSON(object{"keys": []object{jwkOf("ours", &key.PublicKey)}})) + strings.Repeat(" ", maxKeys)
		},
		"keys inside our network":    func(i *issuer) { i.jwks = "http://10.0.0.1/keys" },
		"keys at the metadata of VM": func(i *issuer) { i.jwks = "http://169.254.169.254/keys" },
		"keys at somebody else's":    func(i *issuer) { i.jwks = "https://login.botframework.com.evil.example/v1/.well-known/keys" },
		"keys of the other cloud":    func(i *issuer) { i.jwks = "https://login.botframework.azure.us/v1/.well-known/keys" },
		"keys without TLS":           func(i *issuer) { i.jwks = "http://login.botframework.com/v1/.well-known/keys" },
		"keys of Entra":              func(i *issuer) { i.jwks = "https://login.microsoftonline.com/common/discovery/v2.0/keys" },
		"keys in a file":             func(i *issuer) { i.jwks = "file:///etc/passwd" },
		"keys behind a name": func(i *issuer) {
			i.jwks = "http://login.botframework.com@" + strings.TrimPrefix(elsewhere.URL, "http://")
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
			i.change(change)
			v := i.verifier()
			if err := i.let(t, v, "ours", 0); !errors.Is(err, ErrKeys) {
				t.Errorf("at the start: %v", err)
			}
			i.change(func(i *issuer) { i.status, i.keysText, i.metaText, i.jwks = 0, "", "", "" })
			i.publish(jwkOf("ours", &key.PublicKey, "msteams"))
			i.pass(keysRetry)
			if err := i.let(t, v, "ours", 0); err != nil {
				t.Fatalf("in between: %v", err)
			}
			i.change(change)
			i.pass(keysLate)
			if err := i.let(t, v, "ours", 0); err != nil {
				t.Errorf("later: %v", err)
			}
			if i.other.Load() != 0 {
				t.Error("a redirect was followed")
			}
		})
	}
	elsewhere.read(t, 0, "at somebody else's")
	if got := elsewhere.sets.Load() + elsewhere.other.Load(); got != 0 {
		t.Errorf("somebody else was called %d times", got)
	}
}

// Whoever is on this machine decides nothing unless a test says so.
func TestKeysOnThisMachine(t *testing.T) {
	i := newIssuer(t, jwkOf("ours", &rsaKeys()[0].PublicKey, "msteams"))
	v := i.verifier(func(c *VerifierConfig) { c.Loopback = false })
	if err := i.let(t, v, "ours", 0); !errors.Is(err, ErrKeys) {
		t.Errorf("got %v", err)
	}
	i.read(t, 0, "on this machine")
	for cloud, want := range map[Cloud]string{
		CloudPublic: "https://login.botframework.com/v1/.well-known/openidconfiguration",
		CloudGCCH:   "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
	} {
		v := i.verifier(func(c *VerifierConfig) { c.MetadataURL, c.Cloud = "", cloud })
		if v.keys.metadata != want {
			t.Errorf("%s: %s", cloud, v.keys.metadata)
		}
	}
}

// The set of the Bot Framework is about a megabyte long: many keys, each with its certificates and a long list of channels.
func TestKeysOfFullSize(t *testing.T) {
	k := rsaKeys()
	channels := make([]string, 900)
	for n := range channels {
		channels[n] = fmt.Sprint("channel-", n)
	}
	keys := make([]object, 0, 100)
	for n := range cap(keys) {
		keys = append(keys, jwkOf(fmt.Sprint("key-", n), &k[n%2].PublicKey, append(channels, "msteams")...))
	}
	if size := len(mustJSON(object{"keys": keys})); size < 1<<20 {
		t.Fatalf("%d bytes are not the full size", size)
	}
	i := newIssuer(t, keys...)
	if err := i.let(t, i.verifier(), "key-99", 1); err != nil {
		t.Error(err)
	}
}

// A set is not read without end.
func TestKeysOfTooManyKinds(t *testing.T) {
	ours := jwkOf("ours", &rsaKeys()[0].PublicKey, "msteams")
	many := make([]object, maxKeyCount)
	if keys, err := readKeys(mustJSON(object{"keys": append(many, ours)})); err == nil {
		t.Errorf("read %d keys behind too many others", len(keys))
	}
	if keys, err := readKeys(mustJSON(object{"keys": append(many[1:], ours)})); err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}
