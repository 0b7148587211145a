package teams

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"steward/bot/egress"
)

// Cloud is the one of Microsoft's clouds that the bot is registered in. Each has its own addresses, and a token of one is
// nothing in the other.
type Cloud string

// The clouds. The US government's GCC is in the public one; only its service has another host.
const (
	CloudPublic Cloud = "public"
	CloudGCCH   Cloud = "gcch" // GCC High
)

// Clouds lists them.
func Clouds() []Cloud { return []Cloud{CloudPublic, CloudGCCH} }

// Issuer is who signs what Teams sends us.
func (c Cloud) Issuer() string {
	if c == CloudGCCH {
		return "https://api.botframework.us"
	}
	return "https://api.botframework.com"
}

// Scope is what a token for the Connector is asked for.
func (c Cloud) Scope() string { return c.Issuer() + "/.default" }

// ServiceHosts are the hosts that are given our token, as [egress.Guard] takes them. The host of trafficmanager.net is one by
// its full name: anybody can have another below it.
func (c Cloud) ServiceHosts() []string {
	if c == CloudGCCH {
		return []string{"smba.infra.gov.teams.microsoft.us", "*.botframework.azure.us"}
	}
	return []string{"smba.trafficmanager.net", "*.botframework.com", "smba.infra.gcc.teams.microsoft.com"}
}

// metadataHost is where the keys of the issuer are told of.
func (c Cloud) metadataHost() string {
	if c == CloudGCCH {
		return "login.botframework.azure.us"
	}
	return "login.botframework.com"
}

// loginHost is where our tokens are made.
func (c Cloud) loginHost() string {
	if c == CloudGCCH {
		return "login.microsoftonline.us"
	}
	return "login.microsoftonline.com"
}

// ParseServiceURL checks where the Connector is said to be for a first contact, and gives the address with a slash at its
// end. Empty means the one that Microsoft names for the cloud; it is used only where no activity has named one yet.
func ParseServiceURL(text string, c Cloud, loopback bool) (string, error) {
	if text == "" {
		return "https://" + c.ServiceHosts()[0] + "/teams/", nil
	}
	u, err := ownAddress(strings.TrimSuffix(text, "/")+"/", c.ServiceHosts(), loopback, "https://smba.trafficmanager.net/teams/")
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// ParseMetadataURL checks where the OpenID metadata is said to be that names the keys of what Teams sends; empty means the
// one of the cloud. Whoever answers there decides who may pass for Teams.
func ParseMetadataURL(text string, c Cloud, loopback bool) (string, error) {
	usual := "https://" + c.metadataHost() + "/v1/.well-known/openidconfiguration"
	if text == "" {
		return usual, nil
	}
	u, err := ownAddress(text, []string{c.metadataHost()}, loopback, usual)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// ParseTokenURL checks where our tokens are said to be made; empty means the one of the tenant. It is given the secret.
func ParseTokenURL(text string, c Cloud, tenant string, loopback bool) (string, error) {
	usual := "https://" + c.loginHost() + "/" + tenant + "/oauth2/v2.0/token"
	if text == "" {
		return usual, nil
	}
	u, err := ownAddress(text, []string{c.loginHost()}, loopback, usual)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// ParseTrusted checks further addresses of the Connector, with commas between. All of Microsoft's are trusted anyway, so what
// is left are programs on this machine, for tests.
func ParseTrusted(text string, c Cloud, loopback bool) (out []string, err error) {
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		at, err := ParseServiceURL(one, c, loopback)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", one, err)
		}
		if !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out, nil
}

// ownAddress takes an address of one of the hosts, and one of this machine where loopback allows it.
func ownAddress(text string, hosts []string, loopback bool, example string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return nil, fmt.Errorf("it is not like %s", example)
	case egress.Loopback(u.Hostname()) && !loopback:
		return nil, errors.New("it is on this machine; that needs allow_loopback_platforms, which is for tests")
	}
	if _, err := (egress.Guard{Hosts: hosts, Loopback: loopback}).Address(text); err != nil {
		if u.Scheme == "http" && !egress.Loopback(u.Hostname()) {
			return nil, fmt.Errorf("it is not like %s; http is taken on this machine only", example)
		}
		return nil, fmt.Errorf("it is no host of Microsoft's in this cloud; the usual address is %s", example)
	}
	return u, nil
}
