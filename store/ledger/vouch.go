package ledger

import (
	"errors"
	"slices"
)

// Vouch is a public key of a log with what makes it one: the word of an older key of the same log. The first key of a log has
// none; who takes it for that of a company has it from there.
type Vouch struct {
	Key       string `json:"key"`                 // in the encoding of signed notes, as is By
	By        string `json:"by,omitempty"`        // the older key
	Signature []byte `json:"signature,omitempty"` // its bare Ed25519 signature of [vouchText]
}

// ErrNotVouched says that no older key of the log vouches for a key.
var ErrNotVouched = errors.New("no older key of this log vouches for it")

// vouchText is what an older key signs. Its beginning keeps it apart from everything else that keys sign.
func vouchText(newer string) []byte {
	return []byte("steward: the next key of this log\n" + newer + "\n")
}

// Vouch gives the word of this key for a newer one of the same log.
func (k Key) Vouch(newer Verifier) Vouch {
	return Vouch{Key: newer.String(), By: k.Public().String(), Signature: k.SignBytes(vouchText(newer.String()))}
}

// Keyring takes the keys of a log in the order in which they came. The zero value has none.
type Keyring struct {
	// Trusted are keys that whoever checks has from elsewhere. Where there are some, the first key has to be one of them.
	Trusted []Verifier
	keys    []Verifier
}

// Keys gives the keys that were taken, in their order.
func (r *Keyring) Keys() []Verifier { return slices.Clone(r.keys) }

// Add takes the next key. The error is [ErrNotVouched] for one that is neither the first, nor trusted, nor vouched for by one
// that was taken before; for one that cannot be read it says so.
func (r *Keyring) Add(v Vouch) (Verifier, error) {
	key, err := ParseVerifier(v.Key)
	if err != nil {
		return key, err
	}
	if !r.holds(v) {
		return key, ErrNotVouched
	}
	r.keys = append(r.keys, key)
	return key, nil
}

func (r *Keyring) holds(v Vouch) bool {
	is := func(text string) func(Verifier) bool { return func(k Verifier) bool { return k.String() == text } }
	if slices.ContainsFunc(r.Trusted, is(v.Key)) {
		return true
	}
	if len(r.keys) == 0 {
		return len(r.Trusted) == 0
	}
	i := slices.IndexFunc(r.keys, is(v.By))
	return i >= 0 && r.keys[i].VerifyBytes(vouchText(v.Key), v.Signature)
}
