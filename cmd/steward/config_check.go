package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// check says what is wrong with values taken one by one and together. Mixtures that would expose something are "unsafe".
func (l *loadedConfig) check() (problems []string) {
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if reason := wrongAddress(l.Listen); reason != "" {
		say("%s: %q %s", l.named("listen"), l.Listen, reason)
	}
	if l.MetricsListen != "" {
		if reason := wrongAddress(l.MetricsListen); reason != "" {
			say("%s: %q %s", l.named("metrics_listen"), l.MetricsListen, reason)
		}
	}
	if reason := wrongDatabase(l.DatabaseURL.reveal()); reason != "" {
		say("%s: %s", l.named("database_url"), reason)
	}
	if l.PolicyDir != "" {
		if info, err := os.Stat(l.PolicyDir); err != nil || !info.IsDir() {
			say("%s: %q is no folder", l.named("policy_dir"), l.PolicyDir)
		}
	}
	if _, err := time.LoadLocation(l.Zone); err != nil || l.Zone == "Local" {
		say("%s: %q is no time zone; use a name like Europe/Madrid", l.named("zone"), l.Zone)
	}
	problems = append(problems, l.checkPublicURL()...)
	problems = append(problems, l.checkSlack()...)
	problems = append(problems, l.checkTeams()...)
	problems = append(problems, l.checkOIDC()...)
	problems = append(problems, l.checkMail()...)
	problems = append(problems, l.checkAnchors()...)
	problems = append(problems, l.checkRetention()...)
	if text := l.SigningKey.reveal(); text != "" {
		if _, err := parseSigning(text); err != nil {
			say("%s: %v", l.named("signing_key"), err)
		}
	}
	if len(problems) == 0 {
		problems = append(l.checkExposed(), l.checkHooks()...)
	}
	return problems
}

// checkFiles says which files and folders are not there that a start needs.
func (l loadedConfig) checkFiles() (problems []string) {
	if l.People != "" {
		if info, err := os.Stat(l.People); errors.Is(err, os.ErrNotExist) || err == nil && info.IsDir() {
			problems = append(problems, fmt.Sprintf("%s: the file %s is not there; make it or choose another path", l.named("people"), l.People))
		}
	}
	if reason := l.noFolder(); reason != "" {
		problems = append(problems, l.named("database_url")+": "+reason)
	}
	if l.TeamsCertificate != "" {
		if info, err := os.Stat(l.TeamsCertificate); errors.Is(err, os.ErrNotExist) || err == nil && info.IsDir() {
			problems = append(problems, fmt.Sprintf("%s: the file %s is not there; make it or choose another path", l.named("teams_certificate"), l.TeamsCertificate))
		}
	}
	return problems
}

// sqliteFile is the path of the SQLite file; empty for other databases.
func (l loadedConfig) sqliteFile() string {
	file, ok := strings.CutPrefix(l.DatabaseURL.reveal(), "sqlite:")
	if !ok {
		return ""
	}
	return file
}

// noFolder says that the folder of the SQLite file is not there; empty where it is, and for other databases.
func (l loadedConfig) noFolder() string {
	file := l.sqliteFile()
	if file == "" {
		return ""
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) || err == nil && !info.IsDir() {
		return fmt.Sprintf("the folder %s is not there; make it or choose another path", folder)
	}
	return ""
}

// checkPublicURL wants scheme and host only; what is typed after them would be lost.
func (l *loadedConfig) checkPublicURL() []string {
	if l.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(l.PublicURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return []string{fmt.Sprintf("%s: %q is not like https://steward.example.com", l.named("public_url"), l.PublicURL)}
	}
	l.PublicURL = u.Scheme + "://" + u.Host
	if u.Scheme == "http" && !loopbackHost(u.Hostname()) {
		return []string{fmt.Sprintf("unsafe: %s is http; sign-ins would cross the network in the clear. Put a proxy that ends TLS in front and use https://",
			l.named("public_url"))}
	}
	return nil
}

// checkExposed looks at what others on the network could reach.
func (l *loadedConfig) checkExposed() (problems []string) {
	if !loopbackAddress(l.Listen) && l.PublicURL == "" {
		problems = append(problems, fmt.Sprintf("unsafe: %s is reached by others, but public_url is not set; set it to the https address people use, or listen on 127.0.0.1",
			l.named("listen")))
	}
	if l.MetricsListen == "" {
		return problems
	}
	if !loopbackAddress(l.MetricsListen) && !l.MetricsPublic {
		problems = append(problems, fmt.Sprintf("unsafe: %s is reached by others and asks for no sign-in; listen on 127.0.0.1, or say metrics_public: true",
			l.named("metrics_listen")))
	}
	if l.MetricsListen == l.Listen {
		problems = append(problems, fmt.Sprintf("unsafe: %s is the address of the portal; give metrics a port of their own",
			l.named("metrics_listen")))
	}
	return problems
}

// checkDemo refuses to let anybody act as anybody where somebody else could come by.
func (l *loadedConfig) checkDemo() error {
	refuse := func(key, why string) error { return fmt.Errorf("unsafe: --demo with %s: %s", l.named(key), why) }
	switch {
	case wrongAddress(l.Listen) == "" && !loopbackAddress(l.Listen):
		return refuse("listen", "in the demo anybody can act as anybody, so it only listens on 127.0.0.1")
	case l.isSet("public_url"):
		return refuse("public_url", "in the demo anybody can act as anybody, so it has no public address")
	case l.isSet("database_url"):
		return refuse("database_url", "the demo keeps what it makes up in a temporary folder and never touches a database of yours")
	case l.isSet("people"):
		return refuse("people", "the demo brings a company of its own")
	case l.slackOn():
		return refuse("slack_bot_token", "the people of the demo are made up, and those on your Slack are not")
	case l.teamsOn():
		return refuse("teams_app_id", "the people of the demo are made up, and those on your Teams are not")
	case l.OIDCIssuer != "":
		return refuse("oidc_issuer", "the people of the demo are made up, and those of your company are not")
	case l.mailOn():
		return refuse("smtp_url", "the people of the demo are made up, and whoever has their addresses is not")
	case l.SigningKey.reveal() != "":
		return refuse("signing_key", "the demo signs with a key of its own, which is forgotten at its end")
	case l.AnchorFile != "":
		return refuse("anchor_file", "what the demo posted nobody could check once it has ended")
	case l.AnchorURL.reveal() != "":
		return refuse("anchor_url", "what the demo posted nobody could check once it has ended")
	case l.AnchorChannel:
		return refuse("anchor_channel", "the demo is on no chat platform")
	case l.HooksListen != "":
		return refuse("hooks_listen", "the demo is on no chat platform")
	}
	return nil
}

func wrongAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "is not like 127.0.0.1:8080"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "needs a port from 0 to 65535"
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" && host != "localhost" {
		return "needs an IP address or localhost before the port"
	}
	return ""
}

// wrongDatabase never repeats the URL: there may be a password in it.
func wrongDatabase(text string) string {
	if path, ok := strings.CutPrefix(text, "sqlite:"); ok {
		if path == "" {
			return "sqlite: needs a path, as in sqlite:steward.db"
		}
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "it cannot be read as a URL; a password with special characters belongs in percent encoding"
	case u.Scheme != "postgres" && u.Scheme != "postgresql":
		return "it is neither postgres://USER@HOST/NAME nor sqlite:PATH"
	}
	return ""
}

// loopbackAddress says that only this machine reaches host:port.
func loopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && loopbackHost(host)
}

func loopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
