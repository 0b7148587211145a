package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// ManifestOptions are what differs between manifests.
type ManifestOptions struct {
	Command string // "/steward" where it is empty
	URL     string // where Slack calls us, https://host; empty for Socket Mode
}

// CheckCommand says why a text cannot be a slash command; "" where it can.
func CheckCommand(text string) string {
	if regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`).MatchString(text) {
		return ""
	}
	return "it is not like /steward: a slash, then up to 31 lower-case letters, digits, - and _"
}

// Manifest gives the app as Slack makes one from it, in JSON. Every optional scope is in both lists, as Slack wants it.
func Manifest(o ManifestOptions) ([]byte, error) {
	if o.Command == "" {
		o.Command = "/steward"
	}
	if why := CheckCommand(o.Command); why != "" {
		return nil, fmt.Errorf("command %q: %s", o.Command, why)
	}
	base, err := manifestBase(o.URL)
	if err != nil {
		return nil, err
	}
	at := func(path string) string {
		if base == "" {
			return ""
		}
		return base + path
	}
	var scopes slackgo.OAuthScopes
	for _, s := range Scopes() {
		scopes.Bot = append(scopes.Bot, s.Name)
		if s.Optional {
			scopes.BotOptional = append(scopes.BotOptional, s.Name)
		}
	}
	m := manifest{
		Display: slackgo.Display{
			Name: "Steward", Description: "Approvals and reviews for AI tools and access", BackgroundColor: "#1f3a5f",
			LongDescription: "Steward asks the right people when somebody wants to use an AI tool or needs access, records what they decide, and reminds " +
				"them when something is due. It writes to people directly, and reads neither channels nor files. Ask for something with " +
				o.Command + " request, or look at what waits for you on Steward's Home.",
		},
		Features: slackgo.Features{
			AppHome: slackgo.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true, MessagesTabReadOnlyEnabled: true},
			BotUser: slackgo.BotUser{DisplayName: "Steward", AlwaysOnline: true},
			Shortcuts: []slackgo.Shortcut{
				{Name: "Ask for an approval", CallbackID: shortcutRequest, Description: "Begin a request, for example for an AI tool", Type: slackgo.GlobalShortcut},
				{Name: "Report a concern", CallbackID: shortcutConcern, Description: "Tell compliance about something, with your name", Type: slackgo.MessageShortcut},
			},
			SlashCommands: []slackgo.ManifestSlashCommand{{
				Command: o.Command, Description: "Requests, approvals and what waits for you", UsageHint: "request, inbox, mine, status AIR-42, away, help",
				ShouldEscape: true, Url: at("/slack/commands"),
			}},
		},
		OAuth: slackgo.OAuthConfig{Scopes: scopes},
		Settings: settings{
			Settings: slackgo.Settings{
				EventSubscriptions: &slackgo.EventSubscriptions{RequestUrl: at("/slack/events"), BotEvents: []string{"app_home_opened"}},
				Interactivity: &slackgo.Interactivity{
					IsEnabled: true, RequestUrl: at("/slack/interactions"), MessageMenuOptionsUrl: at("/slack/options"),
				},
			},
			OrgDeploy: true, Socket: base == "",
		},
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(m)
	return out.Bytes(), err
}

// manifest is the library's type with the order of Slack's own export, and with the settings that are false written out.
type manifest struct {
	Display  slackgo.Display     `json:"display_information"`
	Features slackgo.Features    `json:"features"`
	OAuth    slackgo.OAuthConfig `json:"oauth_config"`
	Settings settings            `json:"settings"`
}

type settings struct {
	slackgo.Settings
	OrgDeploy bool `json:"org_deploy_enabled"`
	Socket    bool `json:"socket_mode_enabled"`
	Rotation  bool `json:"token_rotation_enabled"`
}

// manifestBase checks the address Slack is to call.
func manifestBase(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("the address Slack calls is like https://steward.example.com; it has to be https and reachable from the internet")
	}
	return "https://" + u.Host, nil
}
