package faketeams_test

import (
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
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

func credentials() url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {faketeams.AppID}, "client_secret": {faketeams.Secret},
		"scope": {"https://api.botframework.com/.default"},
	}
}

func TestToken(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	for name, c := range map[string]struct {
		change func(url.Values)
		status int
		word   string
	}{
		"good":           {func(url.Values) {}, 200, ""},
		"another secret": {func(v url.Values) { v.Set("client_secret", "x") }, 401, "invalid_client"},
		"another app":    {func(v url.Values) { v.Set("client_id", "x") }, 400, "unauthorized_client"},
		"another scope":  {func(v url.Values) { v.Set("scope", "x") }, 400, "invalid_scope"},
		"another grant":  {func(v url.Values) { v.Set("grant_type", "password") }, 400, "unsupported_grant_type"},
		"an assertion":   {func(v url.Values) { v.Set("client_assertion", "x") }, 401, "invalid_client"},
	} {
		v := credentials()
		c.change(v)
		if status, out := w.form(w.TokenURL(), v); status != c.status || text(out, "error") != c.word {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	if status, out := w.form(strings.Replace(w.TokenURL(), faketeams.Tenant, "x", 1), credentials()); status != 400 {
		t.Error("another tenant", out)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", w.TokenURL(), nil)
	if status, _ := w.do(req); status != 400 {
		t.Error("a GET")
	}
	v := credentials()
	v.Del("client_id")
	v.Del("client_secret")
	req, _ = http.NewRequestWithContext(t.Context(), "POST", w.TokenURL(), strings.NewReader(v.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(faketeams.AppID, faketeams.Secret)
	if status, out := w.do(req); status != 200 {
		t.Error("in the header", out)
	}
	equal(t, "tokens asked for", w.TokensAsked(), 3) // with the world's own

	hello := obj{"type": "message", "text": "x"}
	w.clock.later(3598 * time.Second)
	w.send(w.Chat(ana), hello)
	w.clock.later(time.Second)
	if status, _ := w.call("POST", activities(w.Chat(ana)), hello); status != 401 {
		t.Error("a token that ended")
	}
	w.token = w.fetchToken()
	w.send(w.Chat(ana), hello)
	w.Revoke()
	if status, _ := w.call("POST", activities(w.Chat(ana)), hello); status != 401 {
		t.Error("a token that was revoked")
	}
	w.Fail("token", 1, faketeams.Status(503))
	if status, _ := w.form(w.TokenURL(), credentials()); status != 503 {
		t.Error("down")
	}
	w.Fail("token", 1, faketeams.Taken(502))
	if status, _ := w.form(w.TokenURL(), credentials()); status != 502 {
		t.Error("down after all")
	}
	if all := w.Calls("token"); all[len(all)-1].Status != 502 {
		t.Errorf("%+v", all)
	}
}

func certificate(t *testing.T, public, private any) *x509.Certificate {
	t.Helper()
	tpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bot"}, NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, tpl, tpl, public, private)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestAssertion(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	cert := certificate(t, &private.PublicKey, private)
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	w := newWorld(t, faketeams.Options{Certificate: cert, SignedAt: func() time.Time { return now }})
	thumb := sha256.Sum256(cert.Raw)
	b64 := base64.RawURLEncoding.EncodeToString
	n := 0
	sign := func(header, claims obj) string {
		n++
		h := obj{"alg": "PS256", "typ": "JWT", "x5t#S256": b64(thumb[:])}
		c := obj{
			"iss": faketeams.AppID, "sub": faketeams.AppID, "aud": w.TokenURL(), "jti": string(rune('a' + n)), "nbf": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(),
		}
		maps.Copy(h, header)
		maps.Copy(c, claims)
		hj, _ := json.Marshal(h)
		cj, _ := json.Marshal(c)
		text := b64(hj) + "." + b64(cj)
		sum := sha256.Sum256([]byte(text))
		var sig []byte
		if h["alg"] == "RS256" {
			sig, _ = rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:])
		} else {
			sig, _ = rsa.SignPSS(rand.Reader, private, crypto.SHA256, sum[:], nil)
		}
		return text + "." + b64(sig)
	}
	ask := func(assertion string) int {
		v := credentials()
		v.Del("client_secret")
		v.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		v.Set("client_assertion", assertion)
		status, _ := w.form(w.TokenURL(), v)
		return status
	}
	good := sign(nil, nil)
	part := strings.Split(good, ".")
	for _, c := range []struct {
		name, assertion string
		want            int
	}{
		{"good", good, 200},
		{"RS256", sign(obj{"alg": "RS256"}, nil), 200},
		{"used", good, 401},
		{"another alg", sign(obj{"alg": "HS256"}, nil), 401},
		{"no certificate", sign(obj{"x5t#S256": "x"}, nil), 401},
		{"another issuer", sign(nil, obj{"iss": "x"}), 401},
		{"another audience", sign(nil, obj{"aud": "https://login.example.com/"}), 401},
		{"ended", sign(nil, obj{"exp": now.Add(-time.Minute).Unix()}), 401},
		{"no end", sign(nil, obj{"exp": nil}), 401},
		{"not begun", sign(nil, obj{"nbf": now.Add(time.Hour).Unix()}), 401},
		{"no id", sign(nil, obj{"jti": ""}), 401},
		{"changed", part[0] + "." + part[1] + "." + b64([]byte("x")), 401},
		{"a bad signature", part[0] + "." + part[1] + ".!", 401},
		{"a bad header", "!." + part[1] + "." + part[2], 401},
		{"half", part[0] + "." + part[1], 401},
	} {
		if status := ask(c.assertion); status != c.want {
			t.Errorf("%s: %d, want %d", c.name, status, c.want)
		}
	}
	v := credentials()
	v.Set("client_assertion", sign(nil, nil))
	if status, _ := w.form(w.TokenURL(), v); status != 401 {
		t.Error("without its type")
	}
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	other := newWorld(t, faketeams.Options{Certificate: certificate(t, &curve.PublicKey, curve)})
	thumb = sha256.Sum256(certificateOf(other).Raw)
	v.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	v.Set("client_assertion", sign(nil, nil))
	if status, _ := other.form(other.TokenURL(), v); status != 401 {
		t.Error("a certificate without RSA")
	}
}

func certificateOf(w *world) *x509.Certificate { return w.Options().Certificate }

func TestIdentity(t *testing.T) {
	w := newWorld(t, faketeams.Options{})
	ask := func(query string, head bool) (int, obj) {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", w.IdentityURL()+"?"+query, nil)
		if head {
			req.Header.Set("Metadata", "true")
		}
		return w.do(req)
	}
	good := "api-version=2018-02-01&resource=https://api.botframework.com&client_id=" + faketeams.AppID
	status, out := ask(good, true)
	if status != 200 || out["expires_in"] != "3599" || out["resource"] != "https://api.botframework.com" {
		t.Fatal(status, out)
	}
	w.token = text(out, "access_token")
	w.send(w.Chat(ana), obj{"type": "message", "text": "x"})
	for _, q := range []string{"", "api-version=1&client_id=x", "api-version=1&resource=x&client_id=" + faketeams.AppID} {
		if status, _ := ask(q, true); status != 400 {
			t.Errorf("%s: %d", q, status)
		}
	}
	if status, _ := ask(good, false); status != 400 {
		t.Error("without the header")
	}
	w.Fail("identity", 1, faketeams.Status(429))
	if status, _ := ask(good, true); status != 429 {
		t.Error("down")
	}
	equal(t, "tokens", w.TokensAsked(), 2)
}
