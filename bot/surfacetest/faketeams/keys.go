package faketeams

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"sync"
)

// Where the keys are, as at login.botframework.com.
const (
	pathMetadata = "/v1/.well-known/openidconfiguration"
	pathKeys     = "/v1/.well-known/keys"
)

// MetadataURL is what the app is given in place of the OpenID metadata of the Bot service.
func (s *Server) MetadataURL() string { return s.http.URL + pathMetadata }

// key is a key that signs for the service, or that somebody pretends to have.
type key struct {
	id        string
	endorses  []string
	published bool
	ec        *ecdsa.PrivateKey // in place of an RSA key
}

// private gives the key itself, made when it is first needed.
func (k *key) private() *rsa.PrivateKey { return sharedKey(k.id) }

func newKey(id string, endorses ...string) *key {
	return &key{id: id, endorses: endorses, published: true}
}

// keyring holds the keys, oldest first; the last of the published RSA keys with msteams signs.
type keyring struct{ all []*key }

func (k *keyring) add(one *key) { k.all = append(k.all, one) }

// sharedKey gives a key of those that all fakes of a process share, by its name: each costs a tenth of a second.
func sharedKey(name string) *rsa.PrivateKey {
	sharedKeys.mu.Lock()
	defer sharedKeys.mu.Unlock()
	k, ok := sharedKeys.all[name]
	if !ok {
		bits := 2048
		if name == keyShort {
			bits = 1024
		}
		k = makeKey(bits)
		sharedKeys.all[name] = k
	}
	return k
}

//nolint:gochecknoglobals // made once for all fakes of a process, and never changed
var sharedKeys = struct {
	mu  sync.Mutex
	all map[string]*rsa.PrivateKey
}{all: map[string]*rsa.PrivateKey{}}

func makeKey(bits int) *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(fmt.Sprintf("make a key: %v", err)) // no randomness: nothing here can work
	}
	return k
}

func makeCurveKey() *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(fmt.Sprintf("make a key: %v", err))
	}
	return k
}

// signing gives the key that signs now. The lock is held.
func (s *Server) signing() *key {
	for _, k := range slices.Backward(s.keys.all) {
		if k.published && k.ec == nil && contains(k.endorses, "msteams") {
			return k
		}
	}
	return s.keys.all[0]
}

// Rotate publishes a new key beside the old ones, and signs with it.
func (s *Server) Rotate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, k := range s.keys.all {
		if k.ec == nil && contains(k.endorses, "msteams") {
			n++
		}
	}
	s.keys.add(newKey(fmt.Sprintf("key-%d", n+1), "msteams", "webchat"))
}

// Retire takes all keys out of the set but the one that signs.
func (s *Server) Retire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.signing()
	for _, k := range s.keys.all {
		k.published = k == now
	}
}

// Publish adds what an app has to live with to the key set: a key for web chat alone, one of an elliptic curve, an RSA key
// that is too short, one that is endorsed for nothing and one without that member. [Server.Tokens] calls it.
func (s *Server) Publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.find(keyWebChat) != nil {
		return
	}
	s.keys.add(newKey(keyWebChat, "webchat", "directline"))
	s.keys.add(&key{id: keyCurve, ec: makeCurveKey(), endorses: []string{"msteams"}, published: true})
	s.keys.add(newKey(keyShort, "webchat", shortForTeams))
	s.keys.add(newKey(keyUnendorsed))
	s.keys.add(newKey(keyBare))
}

// The ids of the odd keys.
const (
	keyWebChat    = "key-webchat"
	keyCurve      = "key-ec"
	keyShort      = "key-short"
	keyUnendorsed = "key-unendorsed"
	keyBare       = "key-bare"
	keyNobody     = "key-nobody" // in no set
	// shortForTeams stands for msteams at the short key, so that [Server.signing] never takes it.
	shortForTeams = "msteams (short)"
)

func (s *Server) find(id string) *key {
	for _, k := range s.keys.all {
		if k.id == id {
			return k
		}
	}
	return nil
}

func (s *Server) serveMetadata(w http.ResponseWriter, r *http.Request) {
	how := s.faultFor("metadata", r)
	s.logged(Call{Op: "metadata", At: s.opt.Now()}, how)
	if how != nil {
		failed(w, how)
		return
	}
	writeJSON(w, http.StatusOK, object{
		"issuer": s.opt.Issuer, "authorization_endpoint": "https://invalid.botframework.com", "jwks_uri": s.http.URL + pathKeys,
		"id_token_signing_alg_values_supported": []string{"RS256"}, "token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	})
}

func (s *Server) serveKeys(w http.ResponseWriter, r *http.Request) {
	how := s.faultFor("keys", r)
	s.logged(Call{Op: "keys", At: s.opt.Now()}, how)
	if how != nil {
		failed(w, how)
		return
	}
	s.mu.Lock()
	out := []any{}
	for _, k := range s.keys.all {
		if k.published {
			out = append(out, k.json())
		}
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, object{"keys": out})
}

// json gives the public half as the set shows it.
func (k *key) json() object {
	o := object{"use": "sig", "kid": k.id, "x5t": k.id}
	if k.ec != nil {
		o["kty"], o["crv"], o["endorsements"] = "EC", "P-256", k.endorses
		public, err := k.ec.PublicKey.Bytes() // 4, x, y
		if err != nil {
			panic(fmt.Sprintf("a public key: %v", err))
		}
		o["x"], o["y"] = b64(public[1:33]), b64(public[33:])
		return o
	}
	public := k.private().PublicKey
	o["kty"], o["n"], o["e"] = "RSA", b64(public.N.Bytes()), b64(big.NewInt(int64(public.E)).Bytes())
	switch k.id {
	case keyBare:
	case keyUnendorsed:
		o["endorsements"] = []string{}
	case keyShort:
		o["endorsements"] = []string{"msteams"}
	default:
		o["endorsements"] = k.endorses
	}
	return o
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
