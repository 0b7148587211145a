package oidc

import (
	"encoding/json"
	"strings"
	"time"

	"steward/workflows"
)

// Limits of what is taken from a token.
const (
	maxSubject = 255 // as the standard says
	maxValue   = 320 // an address
	maxMethods = 8
	maxSeconds = 1e11 // of a Unix time: more are milliseconds, or nonsense
)

// claims is what we look at in a token beside what go-oidc gives.
type claims struct {
	Party    string
	AuthTime json.Number
	AMR      []string
	all      map[string]json.RawMessage
}

// UnmarshalJSON takes what is of the form it should have; anything else counts as not there.
func (c *claims) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &c.all); err != nil {
		return err
	}
	_ = json.Unmarshal(c.all["auth_time"], &c.AuthTime)
	_ = json.Unmarshal(c.all["amr"], &c.AMR)
	if party, ok := c.all["azp"]; ok && json.Unmarshal(party, &c.Party) != nil {
		c.Party = "\x00" // somebody's, and not ours
	}
	return nil
}

// authAt is when the person last proved who they are; zero where the token does not say.
func (c *claims) authAt() time.Time {
	seconds, err := c.AuthTime.Float64()
	if err != nil || seconds <= 0 || seconds > maxSeconds {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// methods gives the codes of how that was done; what is no code is left out.
func (c *claims) methods() []string {
	var out []string
	for _, m := range c.AMR {
		if m = strings.ToLower(m); word(m) == m && len(out) < maxMethods {
			out = append(out, m)
		}
	}
	return out
}

// value gives the claim by which a person is found. An address is none that the provider has not verified.
func (c *claims) value(name string, match workflows.MatchBy) string {
	if match == workflows.MatchEmail && !c.verified() {
		return ""
	}
	raw := c.all[name]
	var text string
	if json.Unmarshal(raw, &text) != nil {
		var number json.Number // personnel numbers
		if json.Unmarshal(raw, &number) != nil {
			return ""
		}
		text = number.String()
	}
	if len(text) > maxValue || strings.ContainsRune(text, 0) {
		return ""
	}
	return text
}

// verified says whether the provider has verified the address. Some write it as a text.
func (c *claims) verified() bool {
	switch string(c.all["email_verified"]) {
	case "true", `"true"`:
		return true
	}
	return false
}
