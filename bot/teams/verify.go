package teams

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// Why a call is not let in. Every error of [Verifier] is one of them.
var (
	ErrToken  = errors.New("teams: the token does not stand for this call")                       // HTTP 401
	ErrTenant = errors.New("teams: a good token, of a tenant that is not let in")                 // HTTP 403
	ErrKeys   = errors.New("teams: no signing keys could be had, so no token can be checked now") // HTTP 503
)

// Check is one of the eleven things that have to hold before a call counts as Teams'.
type Check string

// The checks, in the order they are made.
const (
	CheckBearer      Check = "bearer"      // one Authorization header with one readable bearer token
	CheckAlgorithm   Check = "algorithm"   // RS256, RS384 or RS512, and no extension that we would have to know
	CheckKey         Check = "key"         // it names a key that the Bot Framework publishes
	CheckSignature   Check = "signature"   // made with that key
	CheckIssuer      Check = "issuer"      // the Bot Framework, in our cloud
	CheckAudience    Check = "audience"    // our app and nobody else
	CheckTime        Check = "time"        // exp and nbf, both there, give or take five minutes
	CheckService     Check = "serviceurl"  // the token's serviceurl is the activity's serviceUrl
	CheckEndorsement Check = "endorsement" // the key may sign for the activity's channelId
	CheckChannel     Check = "channel"     // and that is msteams
	CheckTenant      Check = "tenant"      // the activity names one tenant, however often, and that is let in
)

const (
	teamsChannel = "msteams"
	// tokenLeeway is how far Microsoft's clock and ours may be apart, as the Bot Framework's documentation has it.
	tokenLeeway = 5 * time.Minute
	// maxToken is more than ten times what the Bot Framework sends.
	maxToken = 16 << 10
)

// checkError says which check a call failed. It never holds anything of the token's text.
type checkError struct {
	check Check
	kind  error
}

// Error implements error.
func (e *checkError) Error() string { return e.kind.Error() + " (" + string(e.check) + ")" }

// Unwrap gives [ErrToken], [ErrTenant] or [ErrKeys].
func (e *checkError) Unwrap() error { return e.kind }

// FailedCheck says which check an error of [Verifier] is about, "" for other errors.
func FailedCheck(err error) Check {
	if e, ok := errors.AsType[*checkError](err); ok {
		return e.check
	}
	return ""
}

// Claimed is what an activity's body says of itself. Nothing of it is believed before [Verifier] has compared it.
type Claimed struct {
	Channel string   // channelId
	Service string   // serviceUrl
	Tenants []string // every tenant id named in it; empty ones do not count
}

// VerifierConfig is what a [Verifier] is made of.
type VerifierConfig struct {
	Cloud   Cloud
	AppID   string   // the bot's registration, which tokens must be for
	Tenants []string // Entra tenants that are let in; with none of them nobody is
	// MetadataURL is where the signing keys are told, as [ParseMetadataURL] gives it; the cloud's own place where it is empty.
	MetadataURL string
	Loopback    bool // keys may come from this machine, for tests
	Log         *slog.Logger
	Now         func() time.Time // real time
	// Refused is told which check a call failed, for whoever counts; it may be nil.
	Refused func(Check)
	// After waits; [time.After] where it is nil.
	After func(time.Duration) <-chan time.Time
}

// Verifier tells whether a call comes from Teams. The checks are those of Microsoft's "Authentication with the Bot Connector
// API", all of them, and the tenant: a bot of one tenant can be installed in others, so that one is ours to look at. Where
// Microsoft's own libraries are content with less (a key without endorsements, a token without a serviceurl, tokens by Entra
// for other purposes), this is not. It is safe for concurrent use.
//
// A token is not bound to the body it comes with. It shows that Teams' service made this call; who did what is then as true as
// the service says, and no more than that: see the inbox key for the same call coming twice.
type Verifier struct {
	issuer, app string
	tenants     map[string]bool
	keys        *keyring
	now         func() time.Time
	refused     func(Check)
}

// NewVerifier makes a verifier. It has no keys yet; [Verifier.Run] fetches them, or the first call does.
func NewVerifier(cfg VerifierConfig) *Verifier {
	v := &Verifier{
		issuer: cfg.Cloud.Issuer(), app: strings.ToLower(cfg.AppID), tenants: map[string]bool{},
		keys: newKeyring(cfg), now: cfg.Now, refused: cfg.Refused,
	}
	for _, t := range cfg.Tenants {
		v.tenants[strings.ToLower(t)] = true
	}
	return v
}

// Run keeps the signing keys fresh until ctx ends, so that no press has to wait for them.
func (v *Verifier) Run(ctx context.Context) { v.keys.run(ctx) }

// Verify makes all eleven checks; nil means that all of them passed.
func (v *Verifier) Verify(ctx context.Context, authorization []string, c Claimed) error {
	t, err := v.Signed(ctx, authorization)
	if err != nil {
		return err
	}
	return t.Covers(c)
}

// Token is a token of the Bot Framework for us that is in force; what it may be used for, [Token.Covers] says.
type Token struct {
	v        *Verifier
	service  string
	endorsed []string
}

// Signed makes the checks that need no body: it can be asked before one is read. The argument is all values of the header
// Authorization.
func (v *Verifier) Signed(ctx context.Context, authorization []string) (*Token, error) {
	raw, ok := bearer(authorization)
	if !ok {
		return nil, v.fail(CheckBearer, ErrToken)
	}
	head, failed := readHeader(raw)
	if failed != "" {
		return nil, v.fail(failed, ErrToken)
	}
	key, err := v.keys.find(ctx, head.kid)
	if err != nil {
		return nil, v.fail(CheckKey, err)
	}
	if key.alg != "" && key.alg != head.alg.String() {
		return nil, v.fail(CheckAlgorithm, ErrToken)
	}
	payload, err := jws.VerifyCompactFast(key.public, []byte(raw), head.alg)
	if err != nil {
		return nil, v.fail(CheckSignature, ErrToken)
	}
	service, failed := v.readClaims(payload)
	if failed != "" {
		return nil, v.fail(failed, ErrToken)
	}
	return &Token{v: v, service: service, endorsed: key.endorsed}, nil
}

// Covers says whether the token stands for an activity that claims this.
//
// The two addresses have to be the same text, but for one slash at the end. Microsoft's libraries compare the texts as they
// are, for years now, so both come from one hand; the newest of them lets that slash differ, and the case of letters. We take
// the slash, which changes nothing about where a call goes, and not the case, which does in a path.
func (t *Token) Covers(c Claimed) error {
	v := t.v
	switch {
	case !sameService(t.service, c.Service):
		return v.fail(CheckService, ErrToken)
	case !slices.Contains(t.endorsed, c.Channel):
		return v.fail(CheckEndorsement, ErrToken)
	case c.Channel != teamsChannel:
		return v.fail(CheckChannel, ErrToken)
	}
	named := ""
	for _, tenant := range c.Tenants {
		if tenant = strings.ToLower(tenant); tenant == "" {
			continue
		}
		if !v.tenants[tenant] || named != "" && named != tenant { // whose the sender is, would be a guess
			return v.fail(CheckTenant, ErrTenant)
		}
		named = tenant
	}
	if named == "" {
		return v.fail(CheckTenant, ErrTenant)
	}
	return nil
}

func sameService(a, b string) bool {
	return a != "" && b != "" && strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}

func (v *Verifier) fail(check Check, kind error) error {
	if v.refused != nil {
		v.refused(check)
	}
	return &checkError{check: check, kind: kind}
}

// bearer gives the token of an Authorization header: one header, one scheme, one token. The scheme may be in any case
// (RFC 9110, section 11.1), which Microsoft's libraries take, too.
func bearer(authorization []string) (string, bool) {
	if len(authorization) != 1 || len(authorization[0]) > maxToken {
		return "", false
	}
	scheme, token, _ := strings.Cut(authorization[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || strings.ContainsAny(token, " \t,\r\n") || strings.Count(token, ".") != 2 {
		return "", false
	}
	return token, true
}

// header is what matters of a token's header. Addresses of keys in it, and keys, are never looked at.
type header struct {
	alg jwa.SignatureAlgorithm
	kid string
}

// readHeader reads the header of a token, or says which check it fails. Nothing has signed it at this point.
func readHeader(token string) (header, Check) {
	first, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return header{}, CheckBearer
	}
	members, ok := readObject(text)
	if !ok {
		return header{}, CheckBearer
	}
	h := header{kid: readText(members["kid"])}
	switch readText(members["alg"]) {
	case "RS256":
		h.alg = jwa.RS256()
	case "RS384":
		h.alg = jwa.RS384()
	case "RS512":
		h.alg = jwa.RS512()
	default:
		return header{}, CheckAlgorithm
	}
	// RFC 7515, section 4.1.11: what is critical and not understood must be refused. We understand none.
	for _, extension := range []string{"crit", "b64"} {
		if _, there := members[extension]; there {
			return header{}, CheckAlgorithm
		}
	}
	if h.kid == "" {
		return header{}, CheckKey
	}
	return h, ""
}

// readClaims checks what a signed token says of itself, and gives its serviceurl. Names are compared letter by letter:
// encoding/json alone would take any case of them.
func (v *Verifier) readClaims(payload []byte) (string, Check) {
	claims, ok := readObject(payload)
	if !ok {
		return "", CheckBearer
	}
	if readText(claims["iss"]) != v.issuer {
		return "", CheckIssuer
	}
	if !v.forUs(claims["aud"]) {
		return "", CheckAudience
	}
	now := v.now()
	exp, okExp := readTime(claims["exp"])
	nbf, okNbf := readTime(claims["nbf"])
	if !okExp || !okNbf || !now.Before(exp.Add(tokenLeeway)) || now.Before(nbf.Add(-tokenLeeway)) {
		return "", CheckTime
	}
	service := readText(claims["serviceurl"])
	if service == "" {
		return "", CheckService
	}
	return service, ""
}

// forUs says that a token is for our app alone. A list may say so, too; one that names others besides is refused, since each
// of them could use the token here.
func (v *Verifier) forUs(aud json.RawMessage) bool {
	if v.app == "" {
		return false
	}
	var list []string
	if one := readText(aud); one != "" {
		list = []string{one}
	} else if json.Unmarshal(aud, &list) != nil {
		return false
	}
	return len(list) == 1 && list[0] == v.app
}

func readObject(text []byte) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	err := json.Unmarshal(text, &members)
	return members, err == nil && members != nil
}

// readText reads a text; anything else is "".
func readText(raw json.RawMessage) string {
	var text *string
	if json.Unmarshal(raw, &text) != nil || text == nil {
		return ""
	}
	return *text
}

// readTime reads a NumericDate (RFC 7519, section 2), seconds since 1970 that may have a fraction. A null is none.
func readTime(raw json.RawMessage) (time.Time, bool) {
	var seconds *float64
	if json.Unmarshal(raw, &seconds) != nil || seconds == nil || *seconds <= 0 || *seconds > 1<<40 {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(*seconds * 1000)), true
}
