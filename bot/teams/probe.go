package teams

import (
	"context"
	"slices"
	"time"
)

// ProbeKeys reads metadata and keys once, as a [Verifier] does, and says how many keys there are and how many of them may sign
// for Teams. It is for an operator who wants to know before anybody presses a button.
func ProbeKeys(ctx context.Context, cfg VerifierConfig) (all, endorsed int, err error) {
	keys, err := newKeyring(cfg).fetch(ctx)
	for _, k := range keys {
		if slices.Contains(k.endorsed, teamsChannel) {
			endorsed++
		}
	}
	return len(keys), endorsed, err
}

// CertificateEnd says until when the certificate of a PEM file counts, as [TokensConfig] takes one. It may have ended, and
// must be one that could be used otherwise.
func CertificateEnd(text []byte) (time.Time, error) {
	c, err := parseCredential(text)
	if err != nil {
		return time.Time{}, err
	}
	return c.leaf.NotAfter, nil
}
