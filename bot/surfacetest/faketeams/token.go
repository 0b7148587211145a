package faketeams

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 thumbprint by RFC 7515
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// pathIdentity is where a machine asks for the token of its managed identity.
const pathIdentity = "/metadata/identity/oauth2/token"

// tokenLife is how long a token of the app is good.
const tokenLife = 3599 * time.Second

// issued is an access token of the app.
type issued struct{ until time.Time }

// TokenURL is what the app is given in place of Entra's token endpoint.
func (s *Server) TokenURL() string { return s.http.URL + "/" + s.opt.Tenant + "/oauth2/v2.0/token" }

// IdentityURL is what the app is given in place of the instance metadata service, for a managed identity.
func (s *Server) IdentityURL() string { return s.http.URL + pathIdentity }

// TokensAsked says how often the app was given a token.
func (s *Server) TokensAsked() int {
	n := 0
	for _, c := range s.Calls("token", "identity") {
		if c.Status == http.StatusOK {
			n++
		}
	}
	return n
}

// Revoke makes all tokens of the app worthless, without telling it.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.issued)
}

// issue makes a token. The lock is held.
func (s *Server) issue() string {
	token := fmt.Sprintf("fake.%d.%s", s.number(), s.opt.AppID)
	s.issued[token] = &issued{until: s.opt.Now().Add(tokenLife)}
	return token
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	how := s.faultFor("token", r)
	call := Call{Op: "token", At: s.opt.Now()}
	if how != nil && !how.after {
		s.logged(call, how)
		failed(w, how)
		return
	}
	status, body := s.token(r)
	call.Status, call.Error = status, str(body, "error")
	s.logged(call, how)
	if how != nil {
		failed(w, how)
		return
	}
	w.Header().Set("Cache-Control", "no-store, no-cache")
	writeJSON(w, status, body)
}

func wrong(status int, word, code, format string, args ...any) (int, object) {
	number, err := strconv.Atoi(strings.TrimPrefix(code, "AADSTS"))
	if err != nil {
		panic("no code of Microsoft's sign-in: " + code)
	}
	return status, object{"error": word, "error_description": code + ": " + fmt.Sprintf(format, args...), "error_codes": []any{number}}
}

// token answers a request for an access token by client credentials.
func (s *Server) token(r *http.Request) (int, object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		return wrong(400, "invalid_request", "AADSTS900561", "The endpoint only accepts POST requests.")
	}
	f := r.PostForm
	if tenant, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); tenant != s.opt.Tenant && tenant != "botframework.com" {
		return wrong(400, "invalid_request", "AADSTS90002", "Tenant %q not found.", tenant)
	}
	id, secret := f.Get("client_id"), f.Get("client_secret")
	if user, pass, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(pass)
	}
	switch {
	case f.Get("grant_type") != "client_credentials":
		return wrong(400, "unsupported_grant_type", "AADSTS70003", "The app requested an unsupported grant type %q.", f.Get("grant_type"))
	case f.Get("scope") != s.opt.Scope:
		return wrong(400, "invalid_scope", "AADSTS70011", "The provided value for the input parameter 'scope' is not valid.")
	case id != s.opt.AppID:
		return wrong(400, "unauthorized_client", "AADSTS700016", "Application with identifier %q was not found in the directory.", id)
	case f.Has("client_assertion"):
		if err := s.asserted(f); err != nil {
			return wrong(401, "invalid_client", "AADSTS700027", "The certificate did not sign this assertion: %v.", err)
		}
	case secret != s.opt.AppSecret:
		return wrong(401, "invalid_client", "AADSTS7000215", "Invalid client secret provided.")
	}
	life := int(tokenLife.Seconds())
	return 200, object{"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": s.issue()}
}

// asserted checks an assertion that is signed with the app's certificate. The lock is held.
func (s *Server) asserted(f url.Values) error {
	if f.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return errors.New("client_assertion_type")
	}
	if s.opt.Certificate == nil {
		return errors.New("no certificate is registered")
	}
	part := strings.Split(f.Get("client_assertion"), ".")
	if len(part) != 3 {
		return errors.New("not a token")
	}
	var header, claims object
	if err := errors.Join(decode(part[0], &header), decode(part[1], &claims)); err != nil {
		return err
	}
	if err := s.signed(header, part); err != nil {
		return err
	}
	now := float64(s.opt.SignedAt().Unix())
	exp, _ := claims["exp"].(float64)
	nbf, hasBegin := claims["nbf"].(float64)
	id := str(claims, "jti")
	switch {
	case str(claims, "iss") != s.opt.AppID || str(claims, "sub") != s.opt.AppID:
		return errors.New("iss and sub have to be the app's id")
	case str(claims, "aud") != s.TokenURL():
		return fmt.Errorf("aud %q is not the token endpoint", str(claims, "aud"))
	case exp <= now || exp > now+24*3600:
		return errors.New("exp")
	case !hasBegin || nbf > now+300:
		return errors.New("nbf")
	case id == "" || s.assertions[id]:
		return errors.New("jti is missing or was used")
	}
	s.assertions[id] = true
	return nil
}

// signed checks the signature of an assertion, and that it names the certificate.
func (s *Server) signed(header object, part []string) error {
	old, thumb := sha1.Sum(s.opt.Certificate.Raw), sha256.Sum256(s.opt.Certificate.Raw) //nolint:gosec // as above
	if str(header, "x5t") != b64(old[:]) && str(header, "x5t#S256") != b64(thumb[:]) {
		return errors.New("the header names no known certificate")
	}
	public, ok := s.opt.Certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("the certificate has no RSA key")
	}
	sig, err := base64.RawURLEncoding.DecodeString(part[2])
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	sum := sha256.Sum256([]byte(part[0] + "." + part[1]))
	switch str(header, "alg") {
	case "RS256":
		err = rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], sig)
	case "PS256":
		err = rsa.VerifyPSS(public, crypto.SHA256, sum[:], sig, nil)
	default:
		err = fmt.Errorf("alg %q", str(header, "alg"))
	}
	return err
}

func decode(part string, into *object) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return fmt.Errorf("not a token: %w", err)
	}
	return json.Unmarshal(raw, into)
}

// serveIdentity answers as the metadata service of a machine with a managed identity: numbers are texts there.
func (s *Server) serveIdentity(w http.ResponseWriter, r *http.Request) {
	how := s.faultFor("identity", r)
	call := Call{Op: "identity", At: s.opt.Now()}
	if how != nil {
		s.logged(call, how)
		failed(w, how)
		return
	}
	q := r.URL.Query()
	status, body := http.StatusBadRequest, object{"error": "invalid_request"}
	resource := strings.TrimSuffix(s.opt.Scope, "/.default")
	switch {
	case r.Method != http.MethodGet || r.Header.Get("Metadata") != "true" || q.Get("api-version") == "":
		body["error_description"] = "Required metadata header not specified"
	case q.Get("client_id") != s.opt.AppID:
		body["error_description"] = "Identity not found"
	case q.Get("resource") != resource && q.Get("resource") != resource+"/":
		body["error"] = "invalid_resource"
	default:
		s.mu.Lock()
		now := s.opt.Now()
		status, body = http.StatusOK, object{
			"access_token": s.issue(), "client_id": s.opt.AppID, "expires_in": "3599", "expires_on": fmt.Sprint(now.Add(tokenLife).Unix()),
			"ext_expires_in": "3599", "not_before": fmt.Sprint(now.Unix()), "resource": resource, "token_type": "Bearer",
		}
		s.mu.Unlock()
	}
	call.Status, call.Error = status, str(body, "error")
	s.logged(call, nil)
	writeJSON(w, status, body)
}
