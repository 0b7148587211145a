package workflows

import "time"

// SurfaceOIDC is the surface of accounts at the company's identity provider: there people sign in, nothing is sent there and
// nothing pressed. Its tenant is the issuer, its user the subject. The name is stored.
const SurfaceOIDC = "oidc"

// SignIn is what an identity provider has said of somebody who signs in. Whoever makes one has verified the token it is from.
type SignIn struct {
	Key     string // of this one sign-in: used twice, it is refused
	Issuer  string
	Subject string
	// Match and Value find the person at the first sign-in; an empty value finds nobody. The value of MatchEmail is set only
	// where the provider says that it has verified the address.
	Match MatchBy
	Value string

	Fresh  bool      // it was asked for because the policy wants a fresh one: it leaves a record
	AuthAt time.Time // when the provider last saw them prove who they are, real time; zero where it does not say
	AMR    []string  // how, by the codes of RFC 8176
}

// Account is the account at the provider.
func (s SignIn) Account() Account {
	return Account{Surface: SurfaceOIDC, Tenant: s.Issuer, User: s.Subject}
}

// MatchBy names what of the directory a claim is compared with at the first sign-in, by its column in people.csv.
type MatchBy string

// What a claim can be compared with.
const (
	MatchEmail MatchBy = "email"
	MatchID    MatchBy = "id"
	MatchHRID  MatchBy = "hr_id"
	MatchEntra MatchBy = "entra_object_id"
)
