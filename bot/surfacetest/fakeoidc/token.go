package fakeoidc

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Signer is who signs a token.
type Signer int

// The signers.
const (
	SignGood   Signer = iota // the provider's key
	SignOther                // a key that nobody knows, under the id of the one that is known
	SignNone                 // nobody: the algorithm "none"
	SignHMAC                 // whoever knows the public key, as if it were a shared secret
	SignSecret               // whoever knows the client's secret
)

const (
	lifetime = 5 * time.Minute
	keyID    = "one"
)

// ownKeys gives the provider's key and one that nobody knows. They are shared by all fakes of a process: each costs a tenth of
// a second.
var ownKeys = sync.OnceValues(func() (good, other *rsa.PrivateKey) { //nolint:gochecknoglobals // see above
	return newKey(), newKey()
})

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // there is no randomness
	}
	return k
}

func (s *Server) keys(rw http.ResponseWriter, _ *http.Request) {
	good, _ := ownKeys()
	answer(rw, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "kid": keyID, "use": "sig", "alg": "RS256", "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(good.N.Bytes()),
	}}})
}

// about is what the provider says of a person.
func (s *Server) about(p Person) map[string]any {
	out := map[string]any{"sub": p.Subject}
	if p.Email != "" {
		out["email"], out["email_verified"] = p.Email, p.Verified
	}
	maps.Copy(out, p.More)
	return out
}

func (s *Server) idToken(g *grant, access string) string {
	now := s.now()
	half := sha256.Sum256([]byte(access))
	claims := map[string]any{
		"iss": s.http.URL, "aud": ClientID, "sub": g.person.Subject, "nonce": g.nonce, "iat": now.Unix(), "exp": now.Add(lifetime).Unix(),
		"auth_time": g.authAt.Unix(), "amr": []string{"pwd", "otp"}, "at_hash": base64.RawURLEncoding.EncodeToString(half[:16]),
	}
	if !s.how.Thin {
		maps.Copy(claims, s.about(g.person))
	}
	if s.how.Claims != nil {
		s.how.Claims(claims)
	}
	return sign(s.how.Sign, claims)
}

func sign(by Signer, claims map[string]any) string {
	good, other := ownKeys()
	header := map[string]any{"typ": "JWT", "alg": "RS256", "kid": keyID}
	switch by {
	case SignNone:
		header["alg"] = "none"
	case SignHMAC, SignSecret:
		header["alg"] = "HS256"
	case SignGood, SignOther:
	}
	text := encode(header) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	var mac []byte
	switch by {
	case SignGood, SignOther:
		key := good
		if by == SignOther {
			key = other
		}
		mac, _ = rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	case SignHMAC, SignSecret:
		secret := []byte(Secret)
		if by == SignHMAC {
			secret = good.N.Bytes()
		}
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(text))
		mac = h.Sum(nil)
	case SignNone:
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(mac)
}

func encode(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // a test has claims that are no JSON
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
