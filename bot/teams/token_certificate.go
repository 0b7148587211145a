package teams

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// assertionLife is how long what the certificate signs counts; Microsoft asks for five to ten minutes at most.
const assertionLife = 5 * time.Minute

// credential is a certificate with its key.
type credential struct {
	key  *rsa.PrivateKey
	leaf *x509.Certificate
}

// signAssertion makes the text that stands in for a secret, by Microsoft's "certificate credentials" (an RFC 7523
// assertion): PS256, and the certificate named by the SHA-256 of its DER form.
func signAssertion(cfg TokensConfig, audience string) (string, error) {
	now := cfg.Now()
	c, err := readCredential(cfg.Certificate, now)
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{
		"iss": cfg.AppID, "sub": cfg.AppID, "aud": []string{audience}, "jti": rand.Text(), "iat": now.Unix(), "nbf": now.Unix(),
		"exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(c.leaf.Raw)
	header := jws.NewHeaders()
	err = errors.Join(header.Set(jws.TypeKey, "JWT"), header.Set(jws.X509CertThumbprintS256Key, base64.RawURLEncoding.EncodeToString(sum[:])))
	if err != nil {
		return "", err
	}
	signed, err := jws.Sign(claims, jws.WithKey(jwa.PS256(), c.key, jws.WithProtectedHeaders(header)))
	return string(signed), err
}

// readCredential reads a PEM file with an RSA key and its certificate, in any order; a chain after the certificate may be
// there. The certificate must be in force.
func readCredential(read func() ([]byte, error), now time.Time) (credential, error) {
	text, err := read()
	if err != nil {
		return credential{}, fmt.Errorf("read the certificate file: %w", err)
	}
	c, err := parseCredential(text)
	switch {
	case err != nil:
		return credential{}, fmt.Errorf("read the certificate file: %w", err)
	case now.Before(c.leaf.NotBefore):
		return credential{}, fmt.Errorf("the certificate counts from %s only", c.leaf.NotBefore.UTC().Format(time.DateOnly))
	case now.After(c.leaf.NotAfter):
		return credential{}, fmt.Errorf("the certificate ended on %s", c.leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	return c, nil
}

// parseCredential finds the key, and the certificate that is this key's. Errors repeat nothing of the file.
func parseCredential(text []byte) (credential, error) {
	var c credential
	var certificates []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE":
			if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
				certificates = append(certificates, cert)
			}
		case "PRIVATE KEY", "RSA PRIVATE KEY":
			key, err := parseKey(block)
			if err != nil {
				return credential{}, err
			}
			c.key = key
		case "ENCRYPTED PRIVATE KEY":
			return credential{}, errors.New("its key has a passphrase, and there is nobody here to type it")
		}
	}
	if c.key == nil {
		return credential{}, errors.New("there is no private key in it")
	}
	for _, cert := range certificates {
		if public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && public.Equal(c.key.Public()) {
			c.leaf = cert
			return c, nil
		}
	}
	return credential{}, errors.New("there is no certificate of its key in it")
}

func parseKey(block *pem.Block) (*rsa.PrivateKey, error) {
	if block.Headers["DEK-Info"] != "" {
		return nil, errors.New("its key has a passphrase, and there is nobody here to type it")
	}
	var parsed any
	var err error
	if block.Type == "PRIVATE KEY" {
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	} else {
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	switch {
	case err != nil:
		return nil, errors.New("its private key cannot be read")
	case !ok:
		return nil, errors.New("its private key is not RSA, which Microsoft's sign-in asks for")
	case key.N.BitLen() < minRSABits:
		return nil, fmt.Errorf("its private key has less than %d bits", minRSABits)
	}
	return key, nil
}
