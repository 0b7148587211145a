package ledger

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key signs checkpoints. It is an Ed25519 key in the encoding of signed notes and belongs outside the database.
type Key struct {
	secret   *secretKey // a pointer, so that printing what holds a key prints an address
	verifier Verifier
}

// secretKey is the half that nobody may know.
type secretKey struct {
	signer  note.Signer
	private ed25519.PrivateKey
}

// Verifier is the public half of a key.
type Verifier struct {
	text     string
	verifier note.Verifier
	public   ed25519.PublicKey
}

// NewKey makes a key for the log of that name and gives its secret text, "PRIVATE+KEY+name+hash+key".
func NewKey(rand io.Reader, name string) (secret string, err error) {
	if !nameable(name) {
		return "", errors.New("the name of a key is one word of letters, digits, '-', '.', '_' and '/'")
	}
	secret, _, err = note.GenerateKey(rand, name)
	if err != nil {
		return "", fmt.Errorf("new key: %w", err)
	}
	return secret, nil
}

// nameable keeps names to what survives in a line, a URL and a file.
func nameable(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/"
	return name != "" && len(name) <= 100 && strings.Trim(name, allowed) == ""
}

// ParseKey reads the secret text of a key. Its errors do not hold it.
func ParseKey(secret string) (Key, error) {
	secret = strings.TrimSpace(secret)
	signer, err := note.NewSigner(secret)
	if err != nil {
		return Key{}, errors.New("it is not a signing key; steward key new makes one")
	}
	parts := strings.SplitN(secret, "+", 5) // as NewSigner has checked
	seed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return Key{}, errors.New("it is not an Ed25519 key")
	}
	private := ed25519.NewKeyFromSeed(seed[1:])
	text, err := note.NewEd25519VerifierKey(signer.Name(), private.Public().(ed25519.PublicKey))
	if err != nil {
		return Key{}, fmt.Errorf("public half of the key: %w", err)
	}
	public, err := ParseVerifier(text)
	return Key{&secretKey{signer, private}, public}, err
}

// ParseSecrets reads the secret text of a key, and below it, one a line, those of older keys of the same log that vouch for it.
func ParseSecrets(text string) (key Key, older []Key, err error) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		k, err := ParseKey(line)
		switch {
		case err != nil:
			return Key{}, nil, err
		case key.Zero():
			key = k
		case k.Name() != key.Name():
			return Key{}, nil, fmt.Errorf("its keys are for different logs, %s and %s", key.Name(), k.Name())
		default:
			older = append(older, k)
		}
	}
	if key.Zero() {
		return Key{}, nil, errors.New("there is no signing key in it; steward key new makes one")
	}
	return key, older, nil
}

// Name is the name of the log that the key signs for.
func (k Key) Name() string { return k.verifier.Name() }

// Public is the half that everybody may know.
func (k Key) Public() Verifier { return k.verifier }

// Zero says that there is no key.
func (k Key) Zero() bool { return k.secret == nil }

// SignBytes gives the bare Ed25519 signature of a message, 64 bytes, as openssl checks it.
func (k Key) SignBytes(msg []byte) []byte { return ed25519.Sign(k.secret.private, msg) }

// String hides the secret from logs and errors.
func (k Key) String() string { return "key of " + k.verifier.text }

// GoString hides it from %#v, too.
func (k Key) GoString() string { return k.String() }

// ParseVerifier reads the text of a public key, "name+hash+key".
func ParseVerifier(text string) (Verifier, error) {
	text = strings.TrimSpace(text)
	v, err := note.NewVerifier(text)
	if err != nil {
		return Verifier{}, errors.New("it is not the public key of a log")
	}
	parts := strings.SplitN(text, "+", 3)
	public, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(public) != 1+ed25519.PublicKeySize {
		return Verifier{}, errors.New("it is not an Ed25519 key")
	}
	return Verifier{text, v, public[1:]}, nil
}

// Zero says that there is no key.
func (v Verifier) Zero() bool { return v.verifier == nil }

// String gives the text of the public key.
func (v Verifier) String() string { return v.text }

// ID is the short name of the key: its hash in hex, as it stands in the key and before each signature.
func (v Verifier) ID() string { return fmt.Sprintf("%08x", v.verifier.KeyHash()) }

// Name is the name of the log.
func (v Verifier) Name() string { return v.verifier.Name() }

// PEM gives the key as openssl reads it.
func (v Verifier) PEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(v.public)
	if err != nil {
		return nil, fmt.Errorf("public key as PEM: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// VerifyBytes checks the bare signature of a message.
func (v Verifier) VerifyBytes(msg, signature []byte) bool {
	return ed25519.Verify(v.public, msg, signature)
}
