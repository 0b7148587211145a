package faketeams_test

import (
	"crypto/rsa"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"steward/bot/surfacetest/faketeams"
)

// keySet fetches the keys. Those that are too short are none.
func keySet(t *testing.T, s *faketeams.Server) jwk.Set {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Origin()+"/v1/.well-known/keys", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	keys, err := jwk.ParseReader(res.Body, jwk.WithIgnoreParseError(true))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// taken says whether an app that checks all that Microsoft asks for lets a token in, with the key set as it is now.
func taken(t *testing.T, s *faketeams.Server, authorization []string, channel string) error {
	t.Helper()
	keys := keySet(t, s)
	if len(authorization) != 1 || len(authorization[0]) < 8 || !strings.EqualFold(authorization[0][:7], "Bearer ") {
		return errors.New("header")
	}
	token := []byte(authorization[0][7:])
	message, err := jws.Parse(token)
	if err != nil || len(message.Signatures()) != 1 {
		return errors.New("no token")
	}
	head := message.Signatures()[0].ProtectedHeaders()
	alg, _ := head.Algorithm()
	id, _ := head.KeyID()
	if !slices.Contains([]jwa.SignatureAlgorithm{jwa.RS256(), jwa.RS384(), jwa.RS512()}, alg) {
		return errors.New("algorithm")
	}
	key, ok := keys.LookupKeyID(id)
	if !ok || key.KeyType() != jwa.RSA() {
		return errors.New("key")
	}
	var public rsa.PublicKey
	if err := jwk.Export(key, &public); err != nil || public.N.BitLen() < 2048 {
		return errors.New("key length")
	}
	var endorsed []any
	if key.Get("endorsements", &endorsed) != nil || channel != "msteams" || !slices.Contains(endorsed, any(channel)) {
		return errors.New("endorsement")
	}
	got, err := jwt.Parse(token, jwt.WithKey(alg, key), jwt.WithAcceptableSkew(5*time.Minute), jwt.WithIssuer(s.Options().Issuer),
		jwt.WithAudience(faketeams.AppID), jwt.WithRequiredClaim("exp"), jwt.WithRequiredClaim("nbf"))
	if err != nil {
		return err
	}
	var service string
	if got.Get("serviceurl", &service) != nil || service != s.ServiceURL("") {
		return errors.New("service")
	}
	return nil
}

func TestTokens(t *testing.T) {
	s := faketeams.New(faketeams.Options{})
	defer s.Close()
	all := s.Tokens()
	good := 0
	for _, one := range all {
		channel := one.Channel
		if channel == "" {
			channel = "msteams"
		}
		err := taken(t, s, one.Authorization, channel)
		if (err == nil) != one.Good() {
			t.Errorf("%s: %v", one.Name, err)
		}
		if one.Good() {
			good++
		}
	}
	if len(all) < 50 || good < 6 {
		t.Errorf("%d tokens, %d of them good", len(all), good)
	}
	again := s.Tokens()
	equal(t, "as many", len(again), len(all))
}

func TestRotation(t *testing.T) {
	s := faketeams.New(faketeams.Options{})
	defer s.Close()
	is := func(what string, token string, want bool) {
		t.Helper()
		if err := taken(t, s, []string{"Bearer " + token}, "msteams"); (err == nil) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	old := s.Mint(faketeams.Token{})
	is("the first key", old, true)
	s.Rotate()
	fresh := s.Mint(faketeams.Token{})
	is("the new key beside the old one", fresh, true)
	is("the old key beside the new one", old, true)
	s.Retire()
	is("the new key alone", fresh, true)
	is("the old key, taken away", old, false)
	s.Rotate()
	is("a third key", s.Mint(faketeams.Token{}), true)
	is("the government's issuer", s.Mint(faketeams.Token{Claims: map[string]any{"iss": faketeams.GovIssuer}}), false)
}

func TestMetadata(t *testing.T) {
	w := newWorld(t, faketeams.Options{Issuer: faketeams.GovIssuer})
	get := func(address string) (int, obj) {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", address, nil)
		return w.do(req)
	}
	status, out := get(w.MetadataURL())
	if status != 200 || out["issuer"] != faketeams.GovIssuer || w.Options().Scope != faketeams.GovIssuer+"/.default" {
		t.Fatal(status, out)
	}
	if status, _ = get(text(out, "jwks_uri")); status != 200 {
		t.Error(status)
	}
	w.Fail("metadata", 1, faketeams.Status(503))
	w.Fail("keys", -1, faketeams.DropBefore())
	if status, _ = get(w.MetadataURL()); status != 503 {
		t.Error(status)
	}
	if status, _ = get(text(out, "jwks_uri")); status != 0 {
		t.Error(status)
	}
	if m, k := w.Calls("metadata"), w.Calls("keys"); len(m) != 2 || len(k) < 2 || m[1].Status != 503 || k[1].Error != "dropped" {
		t.Errorf("%+v %+v", m, k)
	}
}
