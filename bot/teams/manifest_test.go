package teams

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"steward/bot/view"
)

const someApp = "1F0A3C5E-1111-4222-8333-0123456789ab"

func TestManifest(t *testing.T) {
	raw, err := Manifest(ManifestOptions{AppID: someApp, URL: "https://steward.example.com/"})
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		t.Fatal(err)
	}
	withinTeamsLimits(t, m)
	id := strings.ToLower(someApp)
	if m.ID != id || m.Bots[0].ID != id || m.Extensions[0].ID != id {
		t.Errorf("the ids are %s, %s, %s; want %s", m.ID, m.Bots[0].ID, m.Extensions[0].ID, id)
	}
	want := manifestDeveloper{
		Name: "Steward", Website: "https://steward.example.com/", Privacy: "https://steward.example.com/about", Terms: "https://steward.example.com/about",
	}
	if m.Developer != want {
		t.Errorf("from %+v, want %+v", m.Developer, want)
	}
	// Whoever reads the package sees that it asks for nothing: no permission, no sign-on, no page of ours inside of Teams.
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"authorization", "webApplicationInfo", "permissions", "devicePermissions", "staticTabs", "configurableTabs"} {
		if _, ok := all[key]; ok {
			t.Errorf("%s is in the manifest", key)
		}
	}
	if len(m.Domains) != 0 || m.InstallScope != "personal" || !slices.Equal(m.Bots[0].Scopes, []string{"personal", "team"}) || m.Bots[0].Files || m.Bots[0].Notification {
		t.Errorf("domains %v, installed as %s, bot %+v", m.Domains, m.InstallScope, m.Bots[0])
	}
}

// The commands are the words of the help, each once.
func TestManifestCommands(t *testing.T) {
	m, err := manifestOf(ManifestOptions{AppID: someApp, URL: "https://steward.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, c := range m.Bots[0].CommandLists[0].Commands {
		got = append(got, c.Title)
		if first, _ := utf8.DecodeRuneInString(c.Description); strings.ToUpper(string(first)) != string(first) {
			t.Errorf("%q begins with a small letter", c.Description)
		}
	}
	for _, c := range view.Commands() {
		word, _, _ := strings.Cut(c.Word, " ")
		want = append(want, word)
	}
	if !slices.Equal(got, want) {
		t.Errorf("commands %q, want %q", got, want)
	}
	find, ask := m.Extensions[0].Commands[0], m.Extensions[0].Commands[1]
	if find.Type != "query" || find.ID != "find" || find.Parameters[0].Name != "query" || find.FetchTask || len(find.Parameters) != 1 {
		t.Errorf("the search is %+v", find)
	}
	if ask.Type != "action" || !ask.FetchTask || len(ask.Parameters) != 0 || len(m.Extensions[0].Commands) != 2 {
		t.Errorf("the request is %+v", ask)
	}
}

// withinTeamsLimits checks what the schema 1.29 says, and what Teams' reference of the manifest says beside it.
func withinTeamsLimits(t *testing.T, m manifest) {
	t.Helper()
	fits := func(what, text string, most int) {
		t.Helper()
		if n := utf8.RuneCountInString(text); n < 1 || n > most {
			t.Errorf("%s has %d characters, 1 to %d are taken", what, n, most)
		}
	}
	like := func(what, text, pattern string) {
		t.Helper()
		if !regexp.MustCompile("^(" + pattern + ")$").MatchString(text) {
			t.Errorf("%s is %q", what, text)
		}
	}
	const guid = `[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}`
	like("manifest version", m.ManifestVersion, `1\.29`)
	like("version", m.Version, `\d+\.\d+\.\d+`)
	like("id", m.ID, guid)
	like("accent colour", m.Accent, "#[0-9a-f]{6}")
	fits("short name", m.Name.Short, 30)
	fits("full name", m.Name.Full, 100)
	fits("short description", m.Description.Short, 80)
	fits("full description", m.Description.Full, 4000)
	fits("developer", m.Developer.Name, 32)
	for _, at := range []string{m.Developer.Website, m.Developer.Privacy, m.Developer.Terms} {
		fits("address", at, 2048)
		like("address", at, "https://.+")
	}
	if len(m.Bots) != 1 || len(m.Extensions) != 1 {
		t.Fatalf("%d bots, %d extensions", len(m.Bots), len(m.Extensions))
	}
	bot := m.Bots[0]
	like("bot", bot.ID, guid)
	if len(bot.CommandLists) < 1 || len(bot.CommandLists) > 3 {
		t.Errorf("%d lists of commands", len(bot.CommandLists))
	}
	for _, l := range bot.CommandLists {
		if n := len(l.Commands); n < 1 || n > 10 { // the schema takes 12, the clients show 10
			t.Errorf("%d commands", n)
		}
		for _, s := range l.Scopes {
			if !slices.Contains(bot.Scopes, s) {
				t.Errorf("a list of commands for %s, where the bot is not", s)
			}
		}
		for _, c := range l.Commands {
			fits("command", c.Title, 32) // the schema takes 128; more is cut
			fits("what a command does", c.Description, 128)
		}
	}
	like("extension", m.Extensions[0].ID, guid)
	if n := len(m.Extensions[0].Commands); n < 1 || n > 10 {
		t.Errorf("%d commands of the extension", n)
	}
	for _, c := range m.Extensions[0].Commands {
		fits("command id", c.ID, 64)
		fits("command title", c.Title, 32)
		fits("command description", c.Description, 128)
		like("command type", c.Type, "query|action")
		for _, w := range c.Context {
			like("context", w, "compose|commandBox|message")
		}
		if len(c.Parameters) > 5 || (c.Type == "query") != (len(c.Parameters) > 0) {
			t.Errorf("%s has %d parameters", c.ID, len(c.Parameters))
		}
		for _, p := range c.Parameters {
			fits("parameter name", p.Name, 64)
			fits("parameter title", p.Title, 32)
			fits("parameter description", p.Description, 128)
			like("parameter type", p.Input, "text")
		}
	}
}

func TestManifestOptions(t *testing.T) {
	m, err := manifestOf(ManifestOptions{
		AppID: someApp, Developer: "Example GmbH", Website: "https://example.com/steward?lang=en", Privacy: "https://example.com/p",
		Terms: "https://example.com/t", Version: "2.10.3",
	})
	if err != nil {
		t.Fatal(err)
	}
	withinTeamsLimits(t, m)
	want := manifestDeveloper{Name: "Example GmbH", Website: "https://example.com/steward?lang=en", Privacy: "https://example.com/p", Terms: "https://example.com/t"}
	if m.Developer != want || m.Version != "2.10.3" {
		t.Errorf("%+v, version %s", m.Developer, m.Version)
	}
}

func TestManifestRefuses(t *testing.T) {
	const at = "https://steward.example.com"
	for name, o := range map[string]ManifestOptions{
		"no app":                       {URL: at},
		"no id":                        {AppID: "steward", URL: at},
		"an id in braces":              {AppID: "{" + someApp + "}", URL: at},
		"nobody's id":                  {AppID: "00000000-0000-0000-0000-000000000000", URL: at},
		"no address":                   {AppID: someApp},
		"an address without https":     {AppID: someApp, URL: "http://steward.example.com"},
		"an address with a path":       {AppID: someApp, URL: at + "/x"},
		"an address with a question":   {AppID: someApp, URL: at + "/?a"},
		"an address with a name in it": {AppID: someApp, URL: "https://a:b@steward.example.com"},
		"an address of nothing":        {AppID: someApp, URL: "https://"},
		"an address that is none":      {AppID: someApp, URL: "%"},
		"terms without https":          {AppID: someApp, URL: at, Terms: "http://example.com"},
		"privacy that is a script":     {AppID: someApp, URL: at, Privacy: "javascript:alert(1)"},
		"a website alone":              {AppID: someApp, Website: at},
		"an address that is too long":  {AppID: someApp, URL: at, Website: at + "/" + strings.Repeat("x", 2048)},
		"a developer that is too long": {AppID: someApp, URL: at, Developer: strings.Repeat("x", 33)},
		"a developer on two lines":     {AppID: someApp, URL: at, Developer: "a\nb"},
		"a version of two numbers":     {AppID: someApp, URL: at, Version: "1.0"},
		"a version with a nought":      {AppID: someApp, URL: at, Version: "1.01.0"},
		"a version with a word":        {AppID: someApp, URL: at, Version: "1.0.0-beta"},
	} {
		if raw, err := Manifest(o); err == nil {
			t.Errorf("%s gave %s", name, raw)
		}
		if raw, err := Package(o); err == nil {
			t.Errorf("%s gave a package of %d bytes", name, len(raw))
		}
	}
}

// TestPackage opens the package as Teams does: three files and nothing else, at its root, named as the manifest says.
func TestPackage(t *testing.T) {
	o := ManifestOptions{AppID: someApp, URL: "https://steward.example.com"}
	raw, err := Package(o)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Package(o); err != nil || !bytes.Equal(raw, again) {
		t.Error("packed twice, the packages differ")
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	want, err := Manifest(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 || !bytes.Equal(files["manifest.json"], want) {
		t.Errorf("%d files, manifest %s", len(files), files["manifest.json"])
	}
	var m manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{m.Icons.Color: 192, m.Icons.Outline: 32} {
		c, err := png.DecodeConfig(bytes.NewReader(files[name]))
		if err != nil || c.Width != size || c.Height != size {
			t.Errorf("%s is %d by %d, %v", name, c.Width, c.Height, err)
		}
	}
}
