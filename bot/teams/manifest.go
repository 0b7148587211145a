package teams

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"steward/bot/view"
)

// ManifestOptions are what differs between app packages.
type ManifestOptions struct {
	AppID string // of the bot's registration, a GUID; the app in Teams has the same
	// URL is the address people see the portal at, https://host. The addresses below are made from it where they are empty.
	URL string
	// Developer is who the app is from, as Teams names it; "Steward" where it is empty.
	Developer string
	Website   string // where the app is told of; the portal
	Privacy   string // what is done with people's data; the portal's page about itself, which needs no sign-in
	Terms     string // the terms of use; the same page
	// Version is that of the package, 1.0.0 where it is empty. Teams takes a package with other contents only with a higher one.
	Version string
}

// Names in the package and in what Teams sends because of it.
const (
	manifestVersion = "1.29"
	colorIconName   = "color.png"
	outlineIconName = "outline.png"
	// extensionFind and extensionRequest are the commands of the message extension, findQuery the one parameter of the first.
	extensionFind    = "find"
	extensionRequest = "request"
	findQuery        = "query"
)

// Manifest gives the app's manifest for Teams, in JSON, by the schema 1.29. It asks for nothing that an administrator would
// have to consent to: no permission on teams and chats, no Graph, no sign-on. No domain is listed, for no page of ours is
// shown inside of Teams; the portal opens in the browser.
func Manifest(o ManifestOptions) ([]byte, error) {
	m, err := manifestOf(o)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(m)
	return out.Bytes(), err
}

// Package gives the app package that is uploaded to Teams, a zip of the manifest and the icons. The same options give the
// same bytes.
func Package(o ManifestOptions) ([]byte, error) {
	m, err := Manifest(o)
	if err != nil {
		return nil, err
	}
	inColor, err1 := colorIcon()
	outline, err2 := outlineIcon()
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("draw the icons: %w", err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name string
		data []byte
	}{{"manifest.json", m}, {colorIconName, inColor}, {outlineIconName, outline}} {
		// Not compressed: how well that is done differs between versions of the library, and there is little to gain.
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store, Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = w.Write(f.data)
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return out.Bytes(), nil
}

// CheckGUID says why a text cannot be the id of an app or a tenant; "" where it can.
func CheckGUID(text string) string {
	switch {
	case !regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`).MatchString(text):
		return "it is no id like 1f0a3c5e-0000-4000-8000-000000000000"
	case strings.Trim(text, "0-") == "":
		return "it is nobody's id"
	}
	return ""
}

func manifestOf(o ManifestOptions) (manifest, error) {
	if why := CheckGUID(o.AppID); why != "" {
		return manifest{}, fmt.Errorf("app id %q: %s", o.AppID, why)
	}
	if o.Developer == "" {
		o.Developer = "Steward"
	}
	if n := utf8.RuneCountInString(o.Developer); n > 32 || strings.ContainsFunc(o.Developer, unicode.IsControl) {
		return manifest{}, fmt.Errorf("developer: a name on one line is wanted, with at most 32 characters; this has %d", n)
	}
	if o.Version == "" {
		o.Version = "1.0.0"
	}
	if !regexp.MustCompile(`^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$`).MatchString(o.Version) {
		return manifest{}, fmt.Errorf("version %q: it is not like 1.0.0", o.Version)
	}
	from, err := manifestDeveloperOf(o)
	if err != nil {
		return manifest{}, err
	}
	id := strings.ToLower(o.AppID)
	return manifest{
		Schema:          "https://developer.microsoft.com/json-schemas/teams/v" + manifestVersion + "/MicrosoftTeams.schema.json",
		ManifestVersion: manifestVersion, Version: o.Version, ID: id, Developer: from,
		Name: manifestText{Short: "Steward", Full: "Steward, approvals and reviews for AI tools and access"},
		Description: manifestText{
			Short: "Approvals and reviews for AI tools and access",
			Full: "Steward asks the right people when somebody wants to use an AI tool or needs access, records what they decide, and reminds " +
				"them when something is due.\n\nIt writes to people in their own chat with it, where they ask for something with the word request, " +
				"decide, answer questions, and look at what waits for them with the word inbox. It reads neither channels nor other chats, and " +
				"neither files nor mail.\n\nWhat is kept, and where, is told on the page that the privacy statement leads to.",
		},
		Icons: manifestIcons{Outline: outlineIconName, Color: colorIconName}, Accent: hexColour(accentColour()),
		Bots: []manifestBot{{
			ID: id, Scopes: []string{"personal", "team"}, CommandLists: []manifestCommands{{Scopes: []string{"personal"}, Commands: manifestWords()}},
		}},
		Extensions: []manifestExtension{{ID: id, Commands: manifestExtensions()}}, InstallScope: "personal", Domains: []string{},
	}, nil
}

// manifestWords are the words people can type, as the help tells them. Teams puts a title into what somebody writes, so it is the
// word alone.
func manifestWords() (out []manifestCommand) {
	for _, c := range view.Commands() {
		word, _, _ := strings.Cut(c.Word, " ")
		out = append(out, manifestCommand{Title: word, Description: capital(c.Does)})
	}
	return out
}

// capital begins a text with a capital letter.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// manifestExtensions are what the message extension offers: to find a request or a system, and to begin a request. The second opens a dialog.
func manifestExtensions() []manifestExtensionCommand {
	where := []string{"compose", "commandBox"}
	return []manifestExtensionCommand{
		{
			ID: extensionFind, Type: "query", Title: "Find a request or system", Description: "Find a request or an AI system by its number or the name of the tool",
			Context: where, Parameters: []manifestParameter{{Name: findQuery, Title: "Number or name", Description: "Such as AIR-42, or a tool's name", Input: "text"}},
		},
		{
			ID: extensionRequest, Type: "action", Title: "Ask for an approval", Description: "Begin a request, for example for an AI tool",
			Context: where, FetchTask: true,
		},
	}
}

// manifestDeveloperOf gives who the app is from. Teams wants three addresses, with https.
func manifestDeveloperOf(o ManifestOptions) (manifestDeveloper, error) {
	base := ""
	if o.URL != "" {
		u, err := httpsAddress(o.URL)
		if err != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			return manifestDeveloper{}, fmt.Errorf("the portal's address %q is not like https://steward.example.com", o.URL)
		}
		base = "https://" + u.Host
	}
	d := manifestDeveloper{Name: o.Developer, Website: o.Website, Privacy: o.Privacy, Terms: o.Terms}
	for _, f := range []struct {
		what, path string
		at         *string
	}{{"website", "/", &d.Website}, {"privacy", "/about", &d.Privacy}, {"terms", "/about", &d.Terms}} {
		if *f.at == "" && base != "" {
			*f.at = base + f.path
		}
		if *f.at == "" {
			return manifestDeveloper{}, fmt.Errorf("%s: neither it nor the portal's address is known, and Teams wants it", f.what)
		}
		if _, err := httpsAddress(*f.at); err != nil {
			return manifestDeveloper{}, fmt.Errorf("%s: %w", f.what, err)
		}
	}
	return d, nil
}

// httpsAddress reads an address that people can open.
func httpsAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(text) > 2048 {
		return nil, fmt.Errorf("%q is not like https://steward.example.com; Teams takes no address without https", text)
	}
	return u, nil
}
