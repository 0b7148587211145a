package teams

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	testApp     = "571c643a-0000-4000-8000-e01b48b9a0de"
	testTenant  = "1435b95f-0000-4000-8000-888120d126ee"
	testService = "https://smba.trafficmanager.net/ch/" + testTenant + "/"
)

// rsaKeys are made once: they take a while.
var rsaKeys = sync.OnceValue(func() (keys [3]*rsa.PrivateKey) {
	for i := range keys {
		keys[i] = mustKey(2048)
	}
	return keys
})

func mustKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

type object = map[string]any

// jwkOf is a key as the Bot Framework publishes it.
func jwkOf(kid string, key *rsa.PublicKey, endorsed ...string) object {
	return object{
		"kty": "RSA", "use": "sig", "kid": kid, "x5t": kid, "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes()),
		"endorsements": endorsed,
	}
}

// ecKeyOf is a key of a kind that cannot sign a token for us.
func ecKeyOf(kid string) object {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	return object{
		"kty": "EC", "crv": "P-256", "kid": kid, "x": b64(point[1:33]), "y": b64(point[33:]), "endorsements": []string{"msteams"},
	}
}

// issuer is the Bot Framework's sign-in as it is to a bot: metadata and keys, under a clock that is moved by hand.
type issuer struct {
	*httptest.Server

	mu       sync.Mutex
	keys     []object
	status   int    // of every answer, where it is not 0: with the document in it all the same
	jwks     string // in place of its own address, where it is not ""
	keysText string // in place of keys, where it is not ""
	metaText string // in place of the metadata, where it is not ""
	hold     chan struct{}
	arrived  chan struct{} // is told of every request for metadata, where it is not nil

	shift atomic.Int64
	metas atomic.Int32 // requests for metadata
	sets  atomic.Int32 // requests for keys
	other atomic.Int32
}

func newIssuer(t *testing.T, keys ...object) *issuer {
	t.Helper()
	i := &issuer{keys: keys}
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) now() time.Time {
	return time.Unix(1_790_000_000, 0).Add(time.Duration(i.shift.Load()))
}
func (i *issuer) pass(d time.Duration)   { i.shift.Add(int64(d)) }
func (i *issuer) change(f func(*issuer)) { i.mu.Lock(); defer i.mu.Unlock(); f(i) }
func (i *issuer) publish(keys ...object) { i.change(func(i *issuer) { i.keys = keys }) }
func (i *issuer) answer(status int)      { i.change(func(i *issuer) { i.status = status }) }
func (i *issuer) metadata() string       { return i.URL + "/v1/.well-known/openidconfiguration" }

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	keys, status, jwks, text, meta, hold, arrived := i.keys, i.status, i.jwks, i.keysText, i.metaText, i.hold, i.arrived
	i.mu.Unlock()
	isMeta := r.URL.Path == "/v1/.well-known/openidconfiguration"
	switch {
	case isMeta:
		i.metas.Add(1)
		if arrived != nil {
			arrived <- struct{}{}
		}
		if hold != nil {
			<-hold
		}
	case r.URL.Path == "/v1/.well-known/keys":
		i.sets.Add(1)
	default:
		i.other.Add(1)
	}
	if status != 0 {
		w.Header().Set("Location", i.URL+"/elsewhere")
		w.WriteHeader(status) // and the document all the same
	}
	if isMeta && meta != "" {
		_, _ = fmt.Fprint(w, meta)
		return
	}
	if isMeta {
		if jwks == "" {
			jwks = i.URL + "/v1/.well-known/keys"
		}
		_, _ = w.Write(mustJSON(object{
			"issuer": "https://api.botframework.com", "authorization_endpoint": "https://invalid.botframework.com", "jwks_uri": jwks,
			"id_token_signing_alg_values_supported": []string{"RS256"}, "token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
		}))
		return
	}
	if text != "" {
		_, _ = fmt.Fprint(w, text)
		return
	}
	_, _ = w.Write(mustJSON(object{"keys": keys}))
}

// verifier makes one that believes this issuer.
func (i *issuer) verifier(change ...func(*VerifierConfig)) *Verifier {
	cfg := VerifierConfig{
		Cloud: CloudPublic, AppID: strings.ToUpper(testApp), Tenants: []string{strings.ToUpper(testTenant)},
		MetadataURL: i.metadata(), Loopback: true, Log: slog.New(slog.DiscardHandler), Now: i.now,
	}
	for _, f := range change {
		f(&cfg)
	}
	return NewVerifier(cfg)
}

// claims are those of a token as it comes, with changes; a nil takes one away.
func (i *issuer) claims(change object) object {
	out := object{
		"serviceurl": testService, "nbf": i.now().Unix(), "exp": i.now().Add(time.Hour).Unix(), "iss": "https://api.botframework.com", "aud": testApp,
	}
	return changed(out, change)
}

// absent takes a member away.
type absent struct{}

func changed(out, change object) object {
	for name, value := range change {
		if _, gone := value.(absent); gone {
			delete(out, name)
		} else {
			out[name] = value
		}
	}
	return out
}

func headerOf(kid string, change object) object {
	return changed(object{"alg": "RS256", "kid": kid, "typ": "JWT", "x5t": kid}, change)
}

// signToken makes a token the way RFC 7515 has it, and with no library: the verifier's must not check itself.
func signToken(key *rsa.PrivateKey, header, claims any) string {
	return signText(key, mustJSON(header), mustJSON(claims))
}

func signText(key *rsa.PrivateKey, header, claims []byte) string {
	signed := b64(header) + "." + b64(claims)
	hash := crypto.SHA256
	switch {
	case strings.Contains(string(header), "RS384"):
		hash = crypto.SHA384
	case strings.Contains(string(header), "RS512"):
		hash = crypto.SHA512
	}
	h := hash.New()
	h.Write([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, h.Sum(nil))
	if err != nil {
		panic(err)
	}
	return signed + "." + b64(signature)
}

// good is a token as Teams sends it, with these claims changed.
func (i *issuer) good(kid string, key *rsa.PrivateKey, change object) []string {
	return []string{"Bearer " + signToken(key, headerOf(kid, nil), i.claims(change))}
}

func claimed() Claimed {
	return Claimed{Channel: "msteams", Service: testService, Tenants: []string{testTenant, "", strings.ToUpper(testTenant)}}
}
