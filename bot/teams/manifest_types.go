package teams

import (
	"fmt"
	"image/color"
)

// manifest is what we use of the schema 1.29 of Teams apps.
type manifest struct {
	Schema          string              `json:"$schema"`
	ManifestVersion string              `json:"manifestVersion"`
	Version         string              `json:"version"`
	ID              string              `json:"id"`
	Developer       manifestDeveloper   `json:"developer"`
	Name            manifestText        `json:"name"`
	Description     manifestText        `json:"description"`
	Icons           manifestIcons       `json:"icons"`
	Accent          string              `json:"accentColor"`
	Bots            []manifestBot       `json:"bots"`
	Extensions      []manifestExtension `json:"composeExtensions"`
	InstallScope    string              `json:"defaultInstallScope"`
	Domains         []string            `json:"validDomains"`
}

type manifestDeveloper struct {
	Name    string `json:"name"`
	Website string `json:"websiteUrl"`
	Privacy string `json:"privacyUrl"`
	Terms   string `json:"termsOfUseUrl"`
}

// manifestText is a name or a description, short and full.
type manifestText struct {
	Short string `json:"short"`
	Full  string `json:"full"`
}

type manifestIcons struct {
	Outline string `json:"outline"`
	Color   string `json:"color"`
}

type manifestBot struct {
	ID           string             `json:"botId"`
	Scopes       []string           `json:"scopes"`
	Notification bool               `json:"isNotificationOnly"`
	Files        bool               `json:"supportsFiles"`
	CommandLists []manifestCommands `json:"commandLists"`
}

type manifestCommands struct {
	Scopes   []string          `json:"scopes"`
	Commands []manifestCommand `json:"commands"`
}

type manifestCommand struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

type manifestExtension struct {
	ID       string                     `json:"botId"`
	Commands []manifestExtensionCommand `json:"commands"`
}

type manifestExtensionCommand struct {
	ID          string              `json:"id"`
	Type        string              `json:"type"`
	Title       string              `json:"title"`
	Description string              `json:"description"`
	Context     []string            `json:"context"`
	FetchTask   bool                `json:"fetchTask,omitempty"`
	Parameters  []manifestParameter `json:"parameters,omitempty"`
}

type manifestParameter struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Input       string `json:"inputType"`
}

// hexColour writes a colour as #rrggbb.
func hexColour(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
