package teams

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"
)

// certificate makes what an administrator registers: a key and its certificate, in PEM.
func certificate(t *testing.T, key crypto.Signer, from, to time.Time) (certPEM, keyPEM []byte) {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "steward"}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
}

func joined(parts ...[]byte) func() ([]byte, error) {
	return func() ([]byte, error) { return bytes.Join(parts, nil), nil }
}

func TestTokensByCertificate(t *testing.T) {
	s := newSignInServer(t)
	k := rsaKeys()
	from, to := s.now().Add(-time.Hour), s.now().Add(time.Hour)
	cert, key := certificate(t, k[0], from, to)
	otherCert, otherKey := certificate(t, k[1], from, to)
	content := joined(key, otherCert, cert) // its own is not the first
	tokens := s.tokens(t, func(c *TokensConfig) {
		c.Secret, c.Certificate = Secret{}, func() ([]byte, error) { return content() }
	})
	gives(t, tokens, "token-1")
	checkAssertion(t, s, &k[0].PublicKey, cert)
	first := s.form.Get("client_assertion")

	content = joined(otherCert, otherKey) // renewed, while the program runs
	tokens.Drop("token-1")
	gives(t, tokens, "token-2")
	checkAssertion(t, s, &k[1].PublicKey, otherCert)
	if first == s.form.Get("client_assertion") {
		t.Error("the same assertion twice")
	}

	content = func() ([]byte, error) { return nil, os.ErrNotExist }
	tokens.Drop("token-2")
	var e *TokenError
	if _, err := tokens.Token(t.Context()); !errors.As(err, &e) || e.Retry || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without its file: %v", err)
	}
}

// checkAssertion looks at what was sent in place of a secret as Microsoft's sign-in does, with no library's help.
func checkAssertion(t *testing.T, s *signIn, key *rsa.PublicKey, certPEM []byte) {
	t.Helper()
	if s.form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || s.form.Has("client_secret") || s.form.Get("client_id") != testApp {
		t.Fatalf("asked with %v", s.form)
	}
	parts := strings.Split(s.form.Get("client_assertion"), ".")
	var header, claims object
	for n, into := range []*object{&header, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[n])
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	block, _ := pem.Decode(certPEM)
	sum := sha256.Sum256(block.Bytes)
	if header["alg"] != "PS256" || header["typ"] != "JWT" || header["x5t#S256"] != b64(sum[:]) {
		t.Errorf("header %v", header)
	}
	now := float64(s.now().Unix())
	audience := fmt.Sprint(claims["aud"])
	if want := s.URL + "/" + testTenant + "/oauth2/v2.0/token"; audience != want && audience != "["+want+"]" {
		t.Errorf("for %v", audience)
	}
	if claims["iss"] != testApp || claims["sub"] != testApp || claims["nbf"] != now || claims["exp"] != now+300 || claims["jti"] == "" {
		t.Errorf("claims %v", claims)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPSS(key, crypto.SHA256, digest[:], signature, nil); err != nil {
		t.Errorf("signature: %v", err)
	}
}

func TestTokensBadCertificate(t *testing.T) {
	s := newSignInServer(t)
	k := rsaKeys()
	now := s.now()
	cert, key := certificate(t, k[0], now.Add(-time.Hour), now.Add(time.Hour))
	oldCert, _ := certificate(t, k[0], now.Add(-48*time.Hour), now.Add(-24*time.Hour))
	newCert, _ := certificate(t, k[0], now.Add(24*time.Hour), now.Add(48*time.Hour))
	otherCert, _ := certificate(t, k[1], now.Add(-time.Hour), now.Add(time.Hour))
	short := mustKey(1024)
	shortCert, shortKey := certificate(t, short, now.Add(-time.Hour), now.Add(time.Hour))
	elliptic, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecCert, ecKey := certificate(t, elliptic, now.Add(-time.Hour), now.Add(time.Hour))
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k[0])})
	locked := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-256-CBC,00", "Proc-Type": "4,ENCRYPTED"}, Bytes: []byte("x")})
	block := func(kind, text string) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte(text)}) }
	for name, c := range map[string]struct {
		read func() ([]byte, error)
		want string // "" where it is taken
	}{
		"as it should be":           {joined(cert, key), ""},
		"the older form of a key":   {joined(pkcs1, cert), ""},
		"with something else in it": {joined([]byte("Bag Attributes\n"), block("DH PARAMETERS", "x"), cert, key), ""},
		"no file":                   {func() ([]byte, error) { return nil, os.ErrNotExist }, "file does not exist"},
		"empty":                     {joined(), "no private key"},
		"no key":                    {joined(cert), "no private key"},
		"no certificate":            {joined(key), "no certificate of its key"},
		"another key's certificate": {joined(key, otherCert), "no certificate of its key"},
		"a broken certificate":      {joined(key, block("CERTIFICATE", "CANARY")), "no certificate of its key"},
		"a broken key":              {joined(cert, block("PRIVATE KEY", "CANARY")), "cannot be read"},
		"a broken older key":        {joined(cert, block("RSA PRIVATE KEY", "CANARY")), "cannot be read"},
		"a key with a passphrase":   {joined(cert, block("ENCRYPTED PRIVATE KEY", "CANARY")), "passphrase"},
		"an older such key":         {joined(cert, locked), "passphrase"},
		"not RSA":                   {joined(ecCert, ecKey), "not RSA"},
		"too short":                 {joined(shortCert, shortKey), "less than 2048 bits"},
		"ended":                     {joined(oldCert, key), "the certificate ended on 2026-09-2"},
		"not begun":                 {joined(newCert, key), "the certificate counts from 2026-09-2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewTokens(TokensConfig{Tenant: testTenant, AppID: testApp, Now: s.now, Certificate: c.read})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "CANARY") {
				t.Errorf("the file is in %v", err)
			}
		})
	}
}
