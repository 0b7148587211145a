package main

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"steward/bot/teams"
)

// teamsOn says whether Steward is to be on Microsoft Teams: it is where there is the id of an app.
func (l *loadedConfig) teamsOn() bool { return l.TeamsAppID != "" }

// teamsCloud is the cloud that was chosen, or the public one.
func (l *loadedConfig) teamsCloud() teams.Cloud {
	if l.TeamsCloud == "" {
		return teams.CloudPublic
	}
	return teams.Cloud(l.TeamsCloud)
}

// teamsFake says that Teams is a program on this machine, whose secret may be made up and which needs no address.
func (l *loadedConfig) teamsFake() bool {
	return l.AllowLoopback && l.TeamsMetadataURL != "" && l.TeamsTokenURL != ""
}

// checkTeams says what is wrong with the settings of Teams. Secrets are never repeated.
func (l *loadedConfig) checkTeams() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	if l.TeamsCloud != "" && !slices.Contains(teams.Clouds(), teams.Cloud(l.TeamsCloud)) {
		say("teams_cloud", "%q is neither public nor gcch", l.TeamsCloud)
		return problems
	}
	if _, err := teams.ParseServiceURL(l.TeamsServiceURL, l.teamsCloud(), l.AllowLoopback); err != nil {
		say("teams_service_url", "%v", err)
	}
	if _, err := teams.ParseMetadataURL(l.TeamsMetadataURL, l.teamsCloud(), l.AllowLoopback); err != nil {
		say("teams_openid_metadata_url", "%v", err)
	}
	if _, err := teams.ParseTokenURL(l.TeamsTokenURL, l.teamsCloud(), l.TeamsTenantID, l.AllowLoopback); err != nil {
		say("teams_token_url", "%v", err)
	}
	if _, err := teams.ParseTrusted(l.TeamsTrusted, l.teamsCloud(), l.AllowLoopback); err != nil {
		say("teams_trusted_service_urls", "%v", err)
	}
	if !l.teamsOn() {
		for _, o := range options() {
			if v := o.show(l.config); strings.HasPrefix(o.key, "teams_") && v != "" && v != "false" {
				say(o.key, "Teams is off, for teams_app_id is not set")
			}
		}
		return problems
	}
	return append(problems, l.checkTeamsApp()...)
}

// checkTeamsApp looks at who we are to Microsoft, and whether Teams can reach us.
func (l *loadedConfig) checkTeamsApp() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	if why := teams.CheckGUID(l.TeamsAppID); why != "" {
		say("teams_app_id", "%s; Azure shows it as \"Application (client) ID\"", why)
	}
	switch {
	case l.TeamsTenantID == "":
		say("teams_app_id", "Teams needs teams_tenant_id as well: only people of that company are let in")
	case teams.CheckGUID(l.TeamsTenantID) != "":
		say("teams_tenant_id", "%s; Azure shows it as \"Directory (tenant) ID\"", teams.CheckGUID(l.TeamsTenantID))
	case strings.EqualFold(l.TeamsTenantID, l.TeamsAppID):
		say("teams_tenant_id", "this is the id of the app; Azure shows the one of the company as \"Directory (tenant) ID\"")
	}
	l.TeamsAppID, l.TeamsTenantID = strings.ToLower(l.TeamsAppID), strings.ToLower(l.TeamsTenantID)
	problems = append(problems, l.checkTeamsCredential()...)
	if l.PublicURL == "" && l.HooksListen == "" && !l.teamsFake() {
		say("teams_app_id", "Teams has to reach Steward: set public_url or hooks_listen")
	}
	return problems
}

// checkTeamsCredential wants exactly one way to say who we are.
func (l *loadedConfig) checkTeamsCredential() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	secret := l.TeamsSecret.reveal()
	var ways []string
	for _, w := range []struct {
		key string
		set bool
	}{{"teams_app_secret", secret != ""}, {"teams_certificate", l.TeamsCertificate != ""}, {"teams_managed_identity", l.TeamsIdentity}} {
		if w.set {
			ways = append(ways, w.key)
		}
	}
	switch {
	case len(ways) == 0:
		say("teams_app_id", "Teams needs one of teams_app_secret, teams_certificate and teams_managed_identity")
	case len(ways) > 1:
		say(ways[0], "keep one of %s", strings.Join(ways, " and "))
	}
	switch {
	case secret == "" || l.teamsFake():
	case teams.CheckGUID(secret) == "":
		say("teams_app_secret", "this is the id of a secret; its value stands beside it, and is shown only while it is made")
	case len(secret) < 16 || strings.ContainsAny(secret, " \t\r\n"):
		say("teams_app_secret", "it does not look like the value of a client secret; Azure makes them with 40 characters and no spaces")
	}
	if strings.Contains(l.TeamsCertificate, "-----BEGIN") {
		say("teams_certificate", "a file is named here, and not what is in it")
	}
	return problems
}

// azureIdentity is where a machine that Azure runs for somebody asks for tokens of its managed identity, as Azure says in two
// variables. They are no settings: nobody is to write them down.
type azureIdentity struct {
	url    string
	header secret
}

func readAzureIdentity(environ []string) (a azureIdentity) {
	for _, kv := range environ {
		switch name, value, _ := strings.Cut(kv, "="); name {
		case "IDENTITY_ENDPOINT":
			a.url = value
		case "IDENTITY_HEADER":
			a.header = secret{value}
		}
	}
	return a
}

// newTeamsTokens makes what gets tokens for the Connector. It asks nobody yet.
func newTeamsTokens(l *loadedConfig, now func() time.Time) (teams.Tokens, error) {
	cfg := teams.TokensConfig{
		Cloud: l.teamsCloud(), Tenant: l.TeamsTenantID, AppID: l.TeamsAppID, TokenURL: l.TeamsTokenURL, Loopback: l.AllowLoopback, Now: now,
		Secret: teams.NewSecret(l.TeamsSecret.reveal()), ManagedIdentity: l.TeamsIdentity,
		IdentityURL: l.azure.url, IdentityHeader: teams.NewSecret(l.azure.header.reveal()),
	}
	if l.TeamsCertificate != "" {
		cfg.Certificate = func() ([]byte, error) { return os.ReadFile(l.TeamsCertificate) }
	}
	return teams.NewTokens(cfg)
}

// teamsService is where people are written to of whom Teams has told us nothing yet. The setting was checked.
func (l *loadedConfig) teamsService() string {
	at, _ := teams.ParseServiceURL(l.TeamsServiceURL, l.teamsCloud(), l.AllowLoopback)
	return at
}

// newTeamsClient makes what calls the Connector. It calls nothing yet.
func newTeamsClient(l *loadedConfig, tokens teams.Tokens, now func() time.Time) (*teams.Client, error) {
	trusted, err := teams.ParseTrusted(l.TeamsTrusted, l.teamsCloud(), l.AllowLoopback)
	return teams.NewClient(teams.ClientConfig{
		AppID: l.TeamsAppID, Tenant: l.TeamsTenantID, Cloud: l.teamsCloud(), Trusted: append(trusted, l.teamsService()), Tokens: tokens, Now: now,
	}), err
}

// teamsVerifierConfig says what is let in.
func teamsVerifierConfig(l *loadedConfig, log *slog.Logger, now func() time.Time) teams.VerifierConfig {
	return teams.VerifierConfig{
		Cloud: l.teamsCloud(), AppID: l.TeamsAppID, Tenants: []string{l.TeamsTenantID}, MetadataURL: l.TeamsMetadataURL,
		Loopback: l.AllowLoopback, Log: log, Now: now,
	}
}
