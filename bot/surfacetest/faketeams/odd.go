package faketeams

import (
	"net/http"
	"strings"
	"time"
)

// OddToken is one way to come to the app's door.
type OddToken struct {
	Name string
	// Authorization holds the headers of that name.
	Authorization []string
	// Channel is the channelId that the activity has to name, "msteams" where empty.
	Channel string
	// Status is what has to come of it: 200, or 401.
	Status int
}

// Good says that the app has to let it in.
func (o OddToken) Good() bool { return o.Status == http.StatusOK }

// Tokens makes every token that a test has to try: those to be refused, and some to be let in. They are for an activity of the
// home tenant. The set holds the odd keys from then on.
func (s *Server) Tokens() []OddToken {
	s.Publish()
	var out []OddToken
	add := func(name string, status int, t Token) {
		out = append(out, OddToken{Name: name, Status: status, Authorization: []string{"Bearer " + s.Mint(t)}})
	}
	const no, yes = http.StatusUnauthorized, http.StatusOK
	claim := func(name string, v any) Token { return Token{Claims: object{name: v}} }
	head := func(name string, v any) Token { return Token{Header: object{name: v}} }
	now := s.opt.SignedAt()

	add("good", yes, Token{})
	add("good, RS384", yes, Token{Alg: "RS384"})
	add("good, RS512", yes, Token{Alg: "RS512"})
	add("good, audience in a list", yes, claim("aud", []string{s.opt.AppID}))
	add("good, ended less than five minutes ago", yes, Token{At: now.Add(-Life - 4*time.Minute - 50*time.Second)})
	add("good, begins in less than five minutes", yes, Token{At: now.Add(4*time.Minute + 50*time.Second)})

	add("for somebody else", no, claim("aud", "99999999-9999-4999-8999-999999999999"))
	add("for a list without us", no, claim("aud", []string{"99999999-9999-4999-8999-999999999999", "x"}))
	add("for nobody", no, claim("aud", Without{}))
	add("for us as a resource", no, claim("aud", "api://"+s.opt.AppID))
	add("of the government's issuer", no, claim("iss", otherIssuer(s.opt.Issuer)))
	add("of a tenant's issuer", no, claim("iss", "https://sts.windows.net/"+s.opt.Tenant+"/"))
	add("of a tenant's issuer, version 2", no, claim("iss", "https://login.microsoftonline.com/"+s.opt.Tenant+"/v2.0"))
	add("of our issuer with a slash", no, claim("iss", s.opt.Issuer+"/"))
	add("of nobody", no, claim("iss", Without{}))
	add("ended more than five minutes ago", no, Token{At: now.Add(-Life - 5*time.Minute - 10*time.Second)})
	add("ended long ago", no, Token{At: now.Add(-24 * time.Hour)})
	add("not begun", no, Token{At: now.Add(5*time.Minute + 10*time.Second)})
	add("end is null", no, claim("exp", nil))
	add("no end", no, claim("exp", Without{}))
	add("no beginning", no, claim("nbf", Without{}))
	add("end is a text", no, claim("exp", "tomorrow"))
	add("alg none", no, Token{Alg: "none"})
	add("signed with the public key as secret", no, Token{Alg: "HS256"})
	add("PS256", no, Token{Alg: "PS256"})
	add("alg none in capitals", no, Token{Alg: "none", Header: object{"alg": "NONE"}})
	add("unknown key", no, Token{Stranger: true, Header: object{"kid": "nobody"}})
	add("our key's id, another key", no, Token{Stranger: true})
	add("no key's id", no, head("kid", Without{}))
	add("key's id is a number", no, head("kid", 7))
	add("key of an elliptic curve", no, Token{Header: object{"kid": keyCurve}})
	add("key that is too short", no, Token{Key: keyShort})
	add("key for web chat only", no, Token{Key: keyWebChat})
	add("key for nothing", no, Token{Key: keyUnendorsed})
	add("key that does not say for what", no, Token{Key: keyBare})
	add("key in the header", no, Token{Stranger: true, Header: object{"jwk": s.find(keyWebChat).json(), "kid": Without{}}})
	add("another service", no, claim("serviceurl", "https://smba.example.com/emea/"))
	add("another tenant's service", no, claim("serviceurl", s.http.URL+"/emea/"+ForeignTenant+"/"))
	add("no service", no, claim("serviceurl", Without{}))
	add("service under another name", no, Token{Claims: object{"serviceurl": Without{}, "serviceUrl": s.ServiceURL("")}})
	add("service is a list", no, claim("serviceurl", []string{s.ServiceURL("")}))
	return append(out, s.oddHeaders()...)
}

// oddHeaders are the ways to send a good token that are not good.
func (s *Server) oddHeaders() []OddToken {
	good := s.Mint(Token{})
	part := strings.Split(good, ".")
	changed := part[0] + "." + part[1] + "x." + part[2]
	header := func(name string, values ...string) OddToken {
		return OddToken{Name: name, Status: http.StatusUnauthorized, Authorization: values}
	}
	other := header("a channel that the key is not for", "Bearer "+good)
	other.Channel = "slack"
	chat := header("a channel that is not ours", "Bearer "+good)
	chat.Channel = "webchat"
	return []OddToken{
		header("no header"), header("empty", ""), header("only Bearer", "Bearer"), header("Bearer and nothing", "Bearer "),
		header("garbage", "Bearer garbage"), header("three dots", "Bearer ..."), header("without Bearer", good), header("Basic", "Basic "+good),
		header("two tokens", "Bearer "+good+" "+good), header("two headers", "Bearer "+good, "Bearer "+good),
		header("changed", "Bearer "+changed), header("without its signature", "Bearer "+part[0]+"."+part[1]+"."),
		header("with a fourth part", "Bearer "+good+".x"), header("very long", "Bearer "+strings.Repeat("a", 70_000)), other, chat,
		{Name: "bearer in small letters", Status: http.StatusOK, Authorization: []string{"bearer " + good}},
	}
}

func otherIssuer(ours string) string {
	if ours == GovIssuer {
		return Issuer
	}
	return GovIssuer
}

// ForeignTenant is a tenant that the bot is not for.
const ForeignTenant = "ffffffff-2222-4333-8444-555555555555"
