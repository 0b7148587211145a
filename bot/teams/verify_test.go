package teams

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// forgery is a call that is not what it should be, or is so in an odd way.
type forgery struct {
	token []string // Authorization
	body  Claimed
	want  Check // "" where it is let in
}

// TestVerify tries every forged or odd token of the platform's notes.
func TestVerify(t *testing.T) {
	keys := rsaKeys()
	ours, other, chat := keys[0], keys[1], keys[2]
	i := newIssuer(t, jwkOf("ours", &ours.PublicKey, "msteams", "skypeforbusiness"), jwkOf("chat", &chat.PublicKey, "webchat"), ecKeyOf("ec"))
	with := func(change object) []string { return i.good("ours", ours, change) }
	head := func(change object) []string {
		return []string{"Bearer " + signToken(ours, headerOf("ours", change), i.claims(nil))}
	}
	text := func(header, claims string) []string {
		return []string{"Bearer " + signText(ours, []byte(header), []byte(claims))}
	}
	body := func(change func(*Claimed)) Claimed { c := claimed(); change(&c); return c }
	usual := claimed()
	good := with(nil)
	raw := strings.TrimPrefix(good[0], "Bearer ")
	parts := strings.Split(raw, ".")
	claimsText := string(mustJSON(i.claims(nil)))
	at := func(d time.Duration) int64 { return i.now().Add(d).Unix() }
	hour := time.Hour

	for name, f := range map[string]forgery{
		// As it should be.
		"good":                       {good, usual, ""},
		"aud as a list of us":        {with(object{"aud": []string{testApp}}), usual, ""},
		"RS384":                      {head(object{"alg": "RS384"}), usual, ""},
		"RS512":                      {head(object{"alg": "RS512"}), usual, ""},
		"lower-case bearer":          {[]string{"bearer " + raw}, usual, ""},
		"a slash less in the body":   {good, body(func(c *Claimed) { c.Service = strings.TrimSuffix(testService, "/") }), ""},
		"a slash less in the token":  {with(object{"serviceurl": strings.TrimSuffix(testService, "/")}), usual, ""},
		"a fraction of a second":     {text(`{"alg":"RS256","kid":"ours"}`, strings.Replace(claimsText, `"nbf":`, `"nbf":0.5e0,"x":`, 1)), usual, ""},
		"addresses of keys, ignored": {head(object{"jku": i.URL + "/evil", "x5u": i.URL + "/evil"}), usual, ""},

		// 1: one header with one bearer token.
		"no header":                      {nil, usual, CheckBearer},
		"two headers":                    {[]string{good[0], good[0]}, usual, CheckBearer},
		"an empty header":                {[]string{""}, usual, CheckBearer},
		"empty bearer":                   {[]string{"Bearer "}, usual, CheckBearer},
		"bearer alone":                   {[]string{"Bearer"}, usual, CheckBearer},
		"no scheme":                      {[]string{raw}, usual, CheckBearer},
		"another scheme":                 {[]string{"Basic " + raw}, usual, CheckBearer},
		"two spaces":                     {[]string{"Bearer  " + raw}, usual, CheckBearer},
		"a tab":                          {[]string{"Bearer\t" + raw}, usual, CheckBearer},
		"two tokens in one header":       {[]string{"Bearer " + raw + ", Bearer " + raw}, usual, CheckBearer},
		"two tokens, comma alone":        {[]string{"Bearer " + raw + "," + raw}, usual, CheckBearer},
		"garbage":                        {[]string{"Bearer garbage"}, usual, CheckBearer},
		"garbage in three parts":         {[]string{"Bearer a.b.c"}, usual, CheckBearer},
		"dots":                           {[]string{"Bearer .."}, usual, CheckBearer},
		"four parts":                     {[]string{good[0] + ".x"}, usual, CheckBearer},
		"two parts":                      {[]string{"Bearer " + parts[0] + "." + parts[1]}, usual, CheckBearer},
		"a header that is a list":        {text(`["alg"]`, claimsText), usual, CheckBearer},
		"a header that is null":          {text(`null`, claimsText), usual, CheckBearer},
		"a header with more behind":      {text(`{"alg":"RS256","kid":"ours"}{}`, claimsText), usual, CheckBearer},
		"padding":                        {[]string{"Bearer " + parts[0] + "=." + parts[1] + "." + parts[2]}, usual, CheckBearer},
		"the JSON form of a signature":   {[]string{`Bearer {"protected":"a.b","payload":"` + parts[1] + `","signature":"."}`}, usual, CheckBearer},
		"endless":                        {[]string{"Bearer " + parts[0] + "." + strings.Repeat("a", 16<<10) + "." + parts[2]}, usual, CheckBearer},
		"claims that are no object":      {text(`{"alg":"RS256","kid":"ours"}`, `[]`), usual, CheckBearer},
		"claims that are null":           {text(`{"alg":"RS256","kid":"ours"}`, `null`), usual, CheckBearer},
		"a line's end behind":            {[]string{good[0] + "\n"}, usual, CheckBearer},
		"a space behind":                 {[]string{good[0] + " "}, usual, CheckBearer},
		"a comma behind":                 {[]string{good[0] + ","}, usual, CheckBearer},
		"five parts, an encrypted thing": {[]string{"Bearer " + parts[0] + ".a.b.c.d"}, usual, CheckBearer},

		// 2: the algorithm.
		"alg none":                 {[]string{"Bearer " + unsigned(i, "none")}, usual, CheckAlgorithm},
		"alg None":                 {[]string{"Bearer " + unsigned(i, "None")}, usual, CheckAlgorithm},
		"alg missing":              {head(object{"alg": absent{}}), usual, CheckAlgorithm},
		"alg null":                 {head(object{"alg": nil}), usual, CheckAlgorithm},
		"alg a list":               {head(object{"alg": []string{"RS256"}}), usual, CheckAlgorithm},
		"alg in small letters":     {head(object{"alg": "rs256"}), usual, CheckAlgorithm},
		"ALG for alg":              {text(`{"ALG":"RS256","kid":"ours"}`, claimsText), usual, CheckAlgorithm},
		"PS256":                    {head(object{"alg": "PS256"}), usual, CheckAlgorithm},
		"ES256":                    {head(object{"alg": "ES256", "kid": "ec"}), usual, CheckAlgorithm},
		"HS256, public key in PEM": {[]string{"Bearer " + hmacked(i, publicPEM(&ours.PublicKey))}, usual, CheckAlgorithm},
		"HS256, public key in DER": {[]string{"Bearer " + hmacked(i, x509.MarshalPKCS1PublicKey(&ours.PublicKey))}, usual, CheckAlgorithm},
		"HS256, modulus":           {[]string{"Bearer " + hmacked(i, ours.N.Bytes())}, usual, CheckAlgorithm},
		"crit":                     {head(object{"crit": []string{"exp"}}), usual, CheckAlgorithm},
		"crit, empty":              {head(object{"crit": []string{}}), usual, CheckAlgorithm},
		"b64":                      {head(object{"b64": false}), usual, CheckAlgorithm},
		"two algs, the first none": {text(`{"alg":"none","alg":"RS256","kid":"ours"}`, claimsText), usual, CheckSignature},
		"two algs, the last none":  {text(`{"alg":"RS256","alg":"none","kid":"ours"}`, claimsText), usual, CheckAlgorithm},

		// 3: the key.
		"unknown kid":          {i.good("theirs", other, nil), usual, CheckKey},
		"no kid":               {head(object{"kid": absent{}}), usual, CheckKey},
		"kid empty":            {head(object{"kid": ""}), usual, CheckKey},
		"kid null":             {head(object{"kid": nil}), usual, CheckKey},
		"kid a number":         {head(object{"kid": 7}), usual, CheckKey},
		"kid in other letters": {head(object{"kid": "OURS"}), usual, CheckKey},
		"an EC key of the set": {head(object{"kid": "ec"}), usual, CheckKey},
		"a key in the header":  {[]string{"Bearer " + signToken(other, headerOf("new", object{"jwk": jwkOf("new", &other.PublicKey, "msteams")}), i.claims(nil))}, usual, CheckKey},
		"a key by its address": {[]string{"Bearer " + signToken(other, headerOf("new", object{"jku": i.URL + "/evil"}), i.claims(nil))}, usual, CheckKey},

		// 4: the signature.
		"our kid with another key":   {i.good("ours", other, nil), usual, CheckSignature},
		"our kid, key in the header": {[]string{"Bearer " + signToken(other, headerOf("ours", object{"jwk": jwkOf("ours", &other.PublicKey)}), i.claims(nil))}, usual, CheckSignature},
		"no signature":               {[]string{"Bearer " + parts[0] + "." + parts[1] + "."}, usual, CheckSignature},
		"claims changed":             {[]string{"Bearer " + parts[0] + "." + b64(mustJSON(i.claims(object{"exp": at(9 * hour)}))) + "." + parts[2]}, usual, CheckSignature},
		"header changed":             {[]string{"Bearer " + b64(mustJSON(headerOf("ours", object{"x": 1}))) + "." + parts[1] + "." + parts[2]}, usual, CheckSignature},
		"alg changed":                {[]string{"Bearer " + b64(mustJSON(headerOf("ours", object{"alg": "RS512"}))) + "." + parts[1] + "." + parts[2]}, usual, CheckSignature},
		"padded PSS under RS256":     {[]string{"Bearer " + pss(i, ours)}, usual, CheckSignature},

		// 5: the issuer.
		"gov issuer":              {with(object{"iss": "https://api.botframework.us"}), usual, CheckIssuer},
		"tenant issuer":           {with(object{"iss": "https://sts.windows.net/" + testTenant + "/"}), usual, CheckIssuer},
		"tenant issuer, v2":       {with(object{"iss": "https://login.microsoftonline.com/" + testTenant + "/v2.0"}), usual, CheckIssuer},
		"emulator issuer":         {with(object{"iss": "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0"}), usual, CheckIssuer},
		"issuer with a slash":     {with(object{"iss": "https://api.botframework.com/"}), usual, CheckIssuer},
		"issuer in other letters": {with(object{"iss": "https://API.botframework.com"}), usual, CheckIssuer},
		"issuer by http":          {with(object{"iss": "http://api.botframework.com"}), usual, CheckIssuer},
		"issuer missing":          {with(object{"iss": absent{}}), usual, CheckIssuer},
		"issuer a list":           {with(object{"iss": []string{"https://api.botframework.com"}}), usual, CheckIssuer},
		"ISS for iss":             {with(object{"iss": absent{}, "ISS": "https://api.botframework.com"}), usual, CheckIssuer},

		// 6: the audience.
		"wrong aud":                  {with(object{"aud": testTenant}), usual, CheckAudience},
		"aud array without us":       {with(object{"aud": []string{testTenant, "x"}}), usual, CheckAudience},
		"aud array of us and others": {with(object{"aud": []string{testApp, testTenant}}), usual, CheckAudience},
		"aud array, empty":           {with(object{"aud": []string{}}), usual, CheckAudience},
		"aud empty":                  {with(object{"aud": ""}), usual, CheckAudience},
		"aud null":                   {with(object{"aud": nil}), usual, CheckAudience},
		"aud array of null":          {with(object{"aud": []any{nil}}), usual, CheckAudience},
		"aud missing":                {with(object{"aud": absent{}}), usual, CheckAudience},
		"aud as a resource":          {with(object{"aud": "api://" + testApp}), usual, CheckAudience},
		"aud begins with us":         {with(object{"aud": testApp + "0"}), usual, CheckAudience},

		// 7: the times.
		"expired":            {with(object{"exp": at(-hour)}), usual, CheckTime},
		"expired 4:59 ago":   {with(object{"exp": at(-4*time.Minute - 59*time.Second)}), usual, ""},
		"expired 5:00 ago":   {with(object{"exp": at(-5 * time.Minute)}), usual, CheckTime},
		"expired 5:01 ago":   {with(object{"exp": at(-5*time.Minute - time.Second)}), usual, CheckTime},
		"not yet valid":      {with(object{"nbf": at(hour)}), usual, CheckTime},
		"valid in 4:59":      {with(object{"nbf": at(4*time.Minute + 59*time.Second)}), usual, ""},
		"valid in 5:00":      {with(object{"nbf": at(5 * time.Minute)}), usual, ""},
		"valid in 5:01":      {with(object{"nbf": at(5*time.Minute + time.Second)}), usual, CheckTime},
		"exp null":           {with(object{"exp": nil}), usual, CheckTime},
		"exp missing":        {with(object{"exp": absent{}}), usual, CheckTime},
		"exp a text":         {with(object{"exp": fmt.Sprint(at(hour))}), usual, CheckTime},
		"exp an object":      {with(object{"exp": object{}}), usual, CheckTime},
		"exp zero":           {with(object{"exp": 0}), usual, CheckTime},
		"exp negative":       {with(object{"exp": -1}), usual, CheckTime},
		"exp beyond all":     {text(`{"alg":"RS256","kid":"ours"}`, strings.Replace(claimsText, `"exp":`, `"exp":1e300,"x":`, 1)), usual, CheckTime},
		"exp beyond numbers": {text(`{"alg":"RS256","kid":"ours"}`, strings.Replace(claimsText, `"exp":`, `"exp":1e999,"x":`, 1)), usual, CheckTime},
		"nbf zero":           {with(object{"nbf": 0}), usual, CheckTime},
		"nbf negative":       {with(object{"nbf": -1}), usual, CheckTime},
		"nbf beyond all":     {text(`{"alg":"RS256","kid":"ours"}`, strings.Replace(claimsText, `"nbf":`, `"nbf":1e300,"x":`, 1)), usual, CheckTime},
		"nbf null":           {with(object{"nbf": nil}), usual, CheckTime},
		"nbf missing":        {with(object{"nbf": absent{}}), usual, CheckTime},

		// 8: the service.
		"serviceurl missing":           {with(object{"serviceurl": absent{}}), usual, CheckService},
		"serviceurl null":              {with(object{"serviceurl": nil}), usual, CheckService},
		"serviceurl empty":             {with(object{"serviceurl": ""}), usual, CheckService},
		"serviceUrl for serviceurl":    {with(object{"serviceurl": absent{}, "serviceUrl": testService}), usual, CheckService},
		"both missing":                 {with(object{"serviceurl": ""}), body(func(c *Claimed) { c.Service = "" }), CheckService},
		"serviceUrl missing":           {good, body(func(c *Claimed) { c.Service = "" }), CheckService},
		"serviceUrl a slash":           {with(object{"serviceurl": "/"}), body(func(c *Claimed) { c.Service = "" }), CheckService},
		"serviceurl differs":           {with(object{"serviceurl": "https://smba.trafficmanager.net/emea/" + testTenant + "/"}), usual, CheckService},
		"serviceurl of another tenant": {with(object{"serviceurl": strings.Replace(testService, testTenant, testApp, 1)}), usual, CheckService},
		"serviceurl goes on":           {good, body(func(c *Claimed) { c.Service += "x" }), CheckService},
		"serviceurl with two slashes":  {good, body(func(c *Claimed) { c.Service += "/" }), CheckService},
		"serviceurl in other letters":  {good, body(func(c *Claimed) { c.Service = strings.ToUpper(testService) }), CheckService},
		"serviceurl with a port":       {good, body(func(c *Claimed) { c.Service = strings.Replace(testService, ".net/", ".net:443/", 1) }), CheckService},
		"serviceurl with a query":      {good, body(func(c *Claimed) { c.Service += "?a" }), CheckService},

		// 9 and 10: the channel.
		"key endorsed for webchat only": {i.good("chat", chat, nil), usual, CheckEndorsement},
		"webchat by its own key":        {i.good("chat", chat, nil), body(func(c *Claimed) { c.Channel = "webchat" }), CheckChannel},
		"channelId not endorsed":        {good, body(func(c *Claimed) { c.Channel = "directline" }), CheckEndorsement},
		"channelId missing":             {good, body(func(c *Claimed) { c.Channel = "" }), CheckEndorsement},
		"channelId in other letters":    {good, body(func(c *Claimed) { c.Channel = "MSTeams" }), CheckEndorsement},
		"channelId of another product":  {good, body(func(c *Claimed) { c.Channel = "skypeforbusiness" }), CheckChannel},

		// 11: the tenant.
		"foreign tenant":            {good, body(func(c *Claimed) { c.Tenants = []string{testApp} }), CheckTenant},
		"ours and a foreign tenant": {good, body(func(c *Claimed) { c.Tenants = []string{testTenant, testApp} }), CheckTenant},
		"no tenant":                 {good, body(func(c *Claimed) { c.Tenants = nil }), CheckTenant},
		"empty tenants":             {good, body(func(c *Claimed) { c.Tenants = []string{"", ""} }), CheckTenant},
	} {
		t.Run(name, func(t *testing.T) {
			var told []Check
			v := i.verifier(func(c *VerifierConfig) { c.Refused = func(c Check) { told = append(told, c) } })
			err := v.Verify(t.Context(), f.token, f.body)
			if got := FailedCheck(err); got != f.want || (err == nil) != (f.want == "") {
				t.Fatalf("failed %q, %v; want %q", got, err, f.want)
			}
			kind := ErrToken
			if f.want == CheckTenant {
				kind = ErrTenant
			}
			if err != nil && !errors.Is(err, kind) {
				t.Errorf("%v is not %v", err, kind)
			}
			if err != nil && (len(told) != 1 || told[0] != f.want) || err == nil && told != nil {
				t.Errorf("counted %q", told)
			}
			if err != nil && (strings.Contains(err.Error(), "eyJ") || strings.Contains(err.Error(), testApp)) {
				t.Errorf("the token is in %q", err)
			}
		})
	}
	if i.other.Load() != 0 {
		t.Error("a token told us where to look, and we looked")
	}
}

// unsigned makes a token without a signature.
func unsigned(i *issuer, alg string) string {
	return b64(mustJSON(headerOf("ours", object{"alg": alg}))) + "." + b64(mustJSON(i.claims(nil))) + "."
}

// hmacked makes a token with a secret that everybody knows.
func hmacked(i *issuer, secret []byte) string {
	signed := b64(mustJSON(headerOf("ours", object{"alg": "HS256"}))) + "." + b64(mustJSON(i.claims(nil)))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + b64(mac.Sum(nil))
}

func publicPEM(key *rsa.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// pss makes a token that says RS256 and is padded another way.
func pss(i *issuer, key *rsa.PrivateKey) string {
	signed := b64(mustJSON(headerOf("ours", nil))) + "." + b64(mustJSON(i.claims(nil)))
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], nil)
	if err != nil {
		panic(err)
	}
	return signed + "." + b64(signature)
}

// What belongs to one cloud is nothing in the other.
func TestVerifyGovernment(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	v := i.verifier(func(c *VerifierConfig) { c.Cloud = CloudGCCH })
	if err := v.Verify(t.Context(), i.good("ours", key, object{"iss": "https://api.botframework.us"}), claimed()); err != nil {
		t.Errorf("its own token: %v", err)
	}
	if err := v.Verify(t.Context(), i.good("ours", key, nil), claimed()); FailedCheck(err) != CheckIssuer {
		t.Errorf("the public cloud's token: %v", err)
	}
}

// A verifier that was told nothing lets nobody in.
func TestVerifyWithoutSettings(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams", ""))
	noApp := i.verifier(func(c *VerifierConfig) { c.AppID = "" })
	for _, aud := range []any{"", testApp, []string{""}, []string{}, nil} {
		if err := noApp.Verify(t.Context(), i.good("ours", key, object{"aud": aud}), claimed()); FailedCheck(err) != CheckAudience {
			t.Errorf("without an app, aud %v: %v", aud, err)
		}
	}
	noTenant := i.verifier(func(c *VerifierConfig) { c.Tenants = []string{""} })
	for _, tenants := range [][]string{{testTenant}, {""}, nil} {
		c := claimed()
		c.Tenants = tenants
		if err := noTenant.Verify(t.Context(), i.good("ours", key, nil), c); !errors.Is(err, ErrTenant) {
			t.Errorf("without tenants, %q: %v", tenants, err)
		}
	}
	if FailedCheck(errors.New("x")) != "" || FailedCheck(nil) != "" {
		t.Error("other errors are taken for checks")
	}
}

// The half that needs no body says what it can, and no more.
func TestSigned(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	v := i.verifier()
	token, err := v.Signed(t.Context(), i.good("ours", key, nil))
	if err != nil {
		t.Fatal(err)
	}
	c := claimed()
	if err := token.Covers(c); err != nil {
		t.Error(err)
	}
	c.Service = "https://smba.trafficmanager.net/emea/"
	if err := token.Covers(c); FailedCheck(err) != CheckService {
		t.Errorf("another service: %v", err)
	}
	if _, err := v.Signed(t.Context(), i.good("ours", key, object{"serviceurl": absent{}})); FailedCheck(err) != CheckService {
		t.Errorf("without a serviceurl: %v", err)
	}
	if token, err := v.Signed(t.Context(), nil); token != nil || !errors.Is(err, ErrToken) {
		t.Errorf("a token from nothing: %v, %v", token, err)
	}
}

// FuzzVerify holds whatever may be put into an Authorization header against a key nobody has: nothing may pass, and nothing may
// bring the verifier down. What would pass if it were signed is compared with a plain reading of it.
func FuzzVerify(f *testing.F) {
	key := mustKey(2048)
	i := &issuer{Server: &httptest.Server{URL: "http://127.0.0.1:1"}} // nobody is there
	v := i.verifier()
	v.keys.keys, v.keys.at = map[string]signingKey{"ours": {public: &key.PublicKey, endorsed: []string{"msteams"}}}, i.now()
	v.keys.tried = i.now() // no name of a key leads to a call
	f.Add("Bearer", string(mustJSON(headerOf("ours", nil))), string(mustJSON(i.claims(nil))), []byte("signature"))
	f.Add("bearer", `{"alg":"none","kid":"ours"}`, `{}`, []byte(nil))
	f.Add("Bearer", `{"alg":"RS256","kid":"ours","crit":["b64"],"b64":false}`, `{"exp":null,"aud":[null]}`, []byte{0})
	f.Add("Bearer", `{"alg":{"alg":"RS256"},"kid":["ours"]}`, `[1e999]`, make([]byte, 256))
	f.Fuzz(func(t *testing.T, scheme, header, claims string, signature []byte) {
		forged := b64([]byte(header)) + "." + b64([]byte(claims)) + "." + b64(signature)
		for _, token := range []string{scheme + " " + forged, scheme + " " + header + "." + claims + "." + string(signature), header} {
			if err := v.Verify(t.Context(), []string{token}, claimed()); err == nil {
				t.Fatalf("a signature was guessed: %q", token)
			}
		}
		if _, failed := readHeader(forged); failed == "" && !goodHeader(header) {
			t.Fatalf("header %q passes", header)
		}
		if service, failed := v.readClaims([]byte(claims)); failed == "" && !goodClaims(i, service, claims) {
			t.Fatalf("claims %q pass", claims)
		}
	})
}

// goodHeader reads a header plainly, and says whether it may pass.
func goodHeader(text string) bool {
	var h object
	if json.Unmarshal([]byte(text), &h) != nil {
		return false
	}
	alg, _ := h["alg"].(string)
	kid, _ := h["kid"].(string)
	return slices.Contains([]string{"RS256", "RS384", "RS512"}, alg) && kid != "" && h["crit"] == nil && h["b64"] == nil
}

// goodClaims does so for claims.
func goodClaims(i *issuer, service, text string) bool {
	var c object
	if json.Unmarshal([]byte(text), &c) != nil {
		return false
	}
	now := float64(i.now().Unix())
	exp, _ := c["exp"].(float64)
	nbf, _ := c["nbf"].(float64)
	aud := fmt.Sprint(c["aud"])
	return c["iss"] == "https://api.botframework.com" && (aud == testApp || aud == "["+testApp+"]") && exp > now-301 && nbf > 0 && nbf < now+301 &&
		service != "" && c["serviceurl"] == service
}

// BenchmarkVerify says how many times a bare check of the signature all eleven checks take, measured in the same run.
func BenchmarkVerify(b *testing.B) {
	key := rsaKeys()[0]
	i := &issuer{Server: &httptest.Server{URL: "http://127.0.0.1:1"}}
	v := i.verifier()
	v.keys.keys, v.keys.at = map[string]signingKey{"ours": {public: &key.PublicKey, endorsed: []string{"msteams"}}}, i.now()
	authorization, body := i.good("ours", key, nil), claimed()
	signed, signature, _ := strings.Cut(strings.TrimPrefix(authorization[0], "Bearer "), ".")
	payload, signature, _ := strings.Cut(signature, ".")
	signed += "." + payload
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		b.Fatal(err)
	}
	// Both are timed in turns, so that a busy machine is busy for both.
	var bare, whole time.Duration
	for b.Loop() {
		start := time.Now()
		sum := sha256.Sum256([]byte(signed))
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], raw); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if err := v.Verify(b.Context(), authorization, body); err != nil {
			b.Fatal(err)
		}
		bare += middle.Sub(start)
		whole += time.Since(middle)
	}
	b.ReportMetric(float64(whole)/float64(bare), "x-bare")
	b.ReportMetric(float64(whole.Nanoseconds())/float64(b.N), "ns/verify")
}
