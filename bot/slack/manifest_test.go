package slack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"
)

func TestManifest(t *testing.T) {
	for _, at := range []string{"", "https://steward.example.com/"} {
		raw, err := Manifest(ManifestOptions{Command: "/approve-it", URL: at})
		if err != nil {
			t.Fatal(err)
		}
		var m slackgo.Manifest
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		scopes, s := m.OAuthConfig.Scopes, m.Settings
		for _, o := range scopes.BotOptional {
			if !slices.Contains(scopes.Bot, o) {
				t.Errorf("%s is optional and not asked for", o)
			}
		}
		required := slices.DeleteFunc(slices.Clone(scopes.Bot), func(s string) bool { return slices.Contains(scopes.BotOptional, s) })
		if got := strings.Join(required, " "); got != "commands chat:write users:read" || len(scopes.BotOptional) != 5 || len(scopes.User) != 0 {
			t.Errorf("required %q, optional %q", got, scopes.BotOptional)
		}
		if !s.OrgDeployEnabled || s.SocketModeEnabled != (at == "") || s.TokenRotationEnabled || !m.Features.AppHome.HomeTabEnabled ||
			!m.Features.AppHome.MessagesTabReadOnlyEnabled || !m.Features.AppHome.MessagesTabEnabled {
			t.Errorf("settings %+v, home %+v", s, m.Features.AppHome)
		}
		cmd := m.Features.SlashCommands[0]
		if cmd.Command != "/approve-it" || !cmd.ShouldEscape || len(m.Features.SlashCommands) != 1 || !slices.Equal(s.EventSubscriptions.BotEvents, []string{"app_home_opened"}) {
			t.Errorf("command %+v, events %v", cmd, s.EventSubscriptions)
		}
		urls := []string{cmd.Url, s.EventSubscriptions.RequestUrl, s.Interactivity.RequestUrl, s.Interactivity.MessageMenuOptionsUrl}
		want := []string{"", "", "", ""}
		if at != "" {
			want = []string{
				"https://steward.example.com/slack/commands", "https://steward.example.com/slack/events",
				"https://steward.example.com/slack/interactions", "https://steward.example.com/slack/options",
			}
		}
		if !slices.Equal(urls, want) {
			t.Errorf("addresses %q, want %q", urls, want)
		}
		withinSlackLimits(t, m)
	}
}

// withinSlackLimits checks the lengths that Slack's reference of the manifest names.
func withinSlackLimits(t *testing.T, m slackgo.Manifest) {
	t.Helper()
	fits := func(what, text string, least, most int) {
		if n := utf8.RuneCountInString(text); n < least || n > most {
			t.Errorf("%s has %d characters, %d to %d are taken", what, n, least, most)
		}
	}
	fits("name", m.Display.Name, 1, 35)
	fits("description", m.Display.Description, 1, 140)
	fits("long description", m.Display.LongDescription, 175, 4000)
	fits("bot name", m.Features.BotUser.DisplayName, 1, 80)
	for _, s := range m.Features.Shortcuts {
		fits("shortcut name", s.Name, 1, 24)
		fits("shortcut description", s.Description, 1, 150)
		fits("shortcut id", s.CallbackID, 1, 255)
	}
	for _, c := range m.Features.SlashCommands {
		fits("command", c.Command, 2, 32)
		fits("command description", c.Description, 1, 2000)
		fits("usage hint", c.UsageHint, 1, 1000)
	}
}

func TestManifestRefuses(t *testing.T) {
	for _, o := range []ManifestOptions{
		{Command: "steward"},
		{Command: "/Steward"},
		{Command: "/a b"},
		{Command: "/"},
		{Command: "/" + strings.Repeat("x", 32)},
		{URL: "http://steward.example.com"},
		{URL: "steward.example.com"},
		{URL: "https://steward.example.com/x"},
		{URL: "https://a:b@steward.example.com"},
		{URL: "https://steward.example.com/?a"},
		{URL: "https://"},
		{URL: "%"},
	} {
		if raw, err := Manifest(o); err == nil {
			t.Errorf("%+v gave %s", o, raw)
		}
	}
}
