package faketeams

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"time"
)

// Token is a token for the app to be made: the zero value is a good one for the home tenant.
type Token struct {
	// Service is the claim serviceurl; that of the home tenant where empty.
	Service string
	// Alg is the algorithm in the header and of the signature, RS256 where empty: RS384, RS512, PS256, HS256 and "none" are known.
	Alg string
	// Key is the id of the key in the set that signs; the present one where empty.
	Key string
	// Stranger signs with a key that nobody published.
	Stranger bool
	// Claims replace those of the token; a nil value is JSON's null, [Without] leaves the claim out.
	Claims map[string]any
	// Header replaces members of the header, in the same way.
	Header map[string]any
	// At is when it was made, five minutes before it is sent where zero: Options.SignedAt.
	At time.Time
}

// Without leaves a claim or a member of a header out.
type Without struct{}

// Life is how long a token for the app is good.
const Life = time.Hour

// Mint makes a token, without "Bearer".
func (s *Server) Mint(t Token) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mint(t)
}

func (s *Server) mint(t Token) string {
	if t.Service == "" {
		t.Service = s.service("")
	}
	if t.At.IsZero() {
		t.At = s.opt.SignedAt()
	}
	k := s.signing()
	if t.Key != "" {
		k = s.find(t.Key)
	}
	alg := t.Alg
	if alg == "" {
		alg = "RS256"
	}
	header := object{"alg": alg, "typ": "JWT", "kid": k.id, "x5t": k.id}
	claims := object{
		"serviceurl": t.Service, "iss": s.opt.Issuer, "aud": s.opt.AppID, "nbf": t.At.Unix(), "iat": t.At.Unix(), "exp": t.At.Add(Life).Unix(),
	}
	replace(claims, t.Claims)
	replace(header, t.Header)
	text := b64(mustJSON(header)) + "." + b64(mustJSON(claims))
	if t.Stranger || k.ec != nil {
		k = &key{id: keyNobody}
	}
	return text + "." + b64(signature(alg, k, text))
}

func replace(o, by object) {
	maps.Copy(o, by)
	maps.DeleteFunc(o, func(_ string, v any) bool { _, gone := v.(Without); return gone })
}

// signature signs a text. HS256 does so with the public key, which everybody has.
func signature(alg string, k *key, text string) []byte {
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text))
	digest := sum[:]
	switch alg {
	case "none":
		return nil
	case "HS256":
		public, err := x509.MarshalPKIXPublicKey(&k.private().PublicKey)
		if err != nil {
			panic(fmt.Sprintf("encode a public key: %v", err))
		}
		mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
		_, _ = mac.Write([]byte(text))
		return mac.Sum(nil)
	case "RS384":
		sum := sha512.Sum384([]byte(text))
		hash, digest = crypto.SHA384, sum[:]
	case "RS512":
		sum := sha512.Sum512([]byte(text))
		hash, digest = crypto.SHA512, sum[:]
	}
	var out []byte
	var err error
	if alg == "PS256" {
		out, err = rsa.SignPSS(rand.Reader, k.private(), hash, digest, nil)
	} else {
		out, err = rsa.SignPKCS1v15(rand.Reader, k.private(), hash, digest)
	}
	if err != nil {
		panic(fmt.Sprintf("sign: %v", err))
	}
	return out
}
