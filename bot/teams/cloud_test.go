package teams

import (
	"slices"
	"strings"
	"testing"
)

const someTenant = "aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb"

func TestAddressesOfTheClouds(t *testing.T) {
	for _, c := range []struct {
		cloud                                            Cloud
		issuer, scope, service, metadata, token, foreign string
	}{
		{
			CloudPublic, "https://api.botframework.com", "https://api.botframework.com/.default", "https://smba.trafficmanager.net/teams/",
			"https://login.botframework.com/v1/.well-known/openidconfiguration",
			"https://login.microsoftonline.com/" + someTenant + "/oauth2/v2.0/token", "https://smba.infra.gov.teams.microsoft.us/gcch/",
		},
		{
			CloudGCCH, "https://api.botframework.us", "https://api.botframework.us/.default", "https://smba.infra.gov.teams.microsoft.us/teams/",
			"https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
			"https://login.microsoftonline.us/" + someTenant + "/oauth2/v2.0/token", "https://smba.trafficmanager.net/emea/",
		},
	} {
		if !slices.Contains(Clouds(), c.cloud) {
			t.Errorf("%s is none of the clouds", c.cloud)
		}
		if c.cloud.Issuer() != c.issuer || c.cloud.Scope() != c.scope {
			t.Errorf("%s: %s, %s", c.cloud, c.cloud.Issuer(), c.cloud.Scope())
		}
		service, err1 := ParseServiceURL("", c.cloud, false)
		metadata, err2 := ParseMetadataURL("", c.cloud, false)
		token, err3 := ParseTokenURL("", c.cloud, someTenant, false)
		if service != c.service || metadata != c.metadata || token != c.token {
			t.Errorf("%s: %s, %s, %s, %v %v %v", c.cloud, service, metadata, token, err1, err2, err3)
		}
		// What is there by default may be written out, too, and the other cloud's may not.
		service, err1 = ParseServiceURL(strings.TrimSuffix(c.service, "/"), c.cloud, false)
		metadata, err2 = ParseMetadataURL(c.metadata, c.cloud, false)
		token, err3 = ParseTokenURL(c.token, c.cloud, someTenant, false)
		if service != c.service || metadata != c.metadata || token != c.token {
			t.Errorf("%s: %s, %s, %s, %v %v %v", c.cloud, service, metadata, token, err1, err2, err3)
		}
		if at, err := ParseServiceURL(c.foreign, c.cloud, true); err == nil {
			t.Errorf("%s takes %s", c.cloud, at)
		}
	}
	for _, at := range []string{"https://smba.trafficmanager.net/emea", "https://smba.infra.gcc.teams.microsoft.com/gcc/", "https://europe.botframework.com/"} {
		if got, err := ParseServiceURL(at, CloudPublic, false); err != nil || got != strings.TrimSuffix(at, "/")+"/" {
			t.Errorf("%s gives %s, %v", at, got, err)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, at := range []string{
		"smba.trafficmanager.net/teams", "https://", "%", "http://smba.trafficmanager.net/teams/", "https://smba.trafficmanager.net:444/teams/",
		"https://smba.trafficmanager.net.evil.example/teams/", "https://evil.trafficmanager.net/teams/", "https://a:b@smba.trafficmanager.net/",
		"https://smba.trafficmanager.net/teams/?a=b", "https://smba.trafficmanager.net/#a", "ftp://smba.trafficmanager.net/", "https://10.0.0.1/", "https://169.254.169.254/",
		"http://127.0.0.1.evil.example/", "https://botframework.com/", "https://evilbotframework.com/",
	} {
		for _, loopback := range []bool{false, true} {
			if got, err := ParseServiceURL(at, CloudPublic, loopback); err == nil {
				t.Errorf("service %s gives %s", at, got)
			}
			if got, err := ParseMetadataURL(at, CloudPublic, loopback); err == nil {
				t.Errorf("metadata %s gives %s", at, got)
			}
			if got, err := ParseTokenURL(at, CloudPublic, someTenant, loopback); err == nil {
				t.Errorf("token %s gives %s", at, got)
			}
			if got, err := ParseTrusted(at, CloudPublic, loopback); err == nil {
				t.Errorf("trusted %s gives %q", at, got)
			}
		}
	}
}

func TestAddressesOnThisMachine(t *testing.T) {
	for _, at := range []string{"http://127.0.0.1:3978/", "http://localhost:1/x/", "https://[::1]:1/"} {
		for what, parse := range map[string]func(bool) (string, error){
			"service":  func(l bool) (string, error) { return ParseServiceURL(at, CloudPublic, l) },
			"metadata": func(l bool) (string, error) { return ParseMetadataURL(at, CloudGCCH, l) },
			"token":    func(l bool) (string, error) { return ParseTokenURL(at, CloudPublic, someTenant, l) },
		} {
			if got, err := parse(false); err == nil || !strings.Contains(err.Error(), "allow_loopback_platforms") {
				t.Errorf("%s %s gives %s, %v", what, at, got, err)
			}
			if got, err := parse(true); got != at {
				t.Errorf("%s %s gives %s, %v", what, at, got, err)
			}
		}
	}
	got, err := ParseTrusted(" http://localhost:1, http://localhost:1/ ,,http://127.0.0.1:2/v/", CloudPublic, true)
	if want := []string{"http://localhost:1/", "http://127.0.0.1:2/v/"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := ParseTrusted("", CloudPublic, false); err != nil || got != nil {
		t.Errorf("%q, %v", got, err)
	}
}
