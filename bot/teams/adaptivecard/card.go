package adaptivecard

import (
	"bytes"
	"encoding/json"
)

// Version is the version of the format: Teams takes 1.5 or earlier from bots.
const Version = "1.5"

// ContentType is what a card is attached as.
const ContentType = "application/vnd.microsoft.card.adaptive"

// Card is a card as it is sent, or the card inside an [ActionShowCard].
type Card struct {
	Body         []Element `json:"body,omitempty"`
	Actions      []Action  `json:"actions,omitempty"`
	FallbackText string    `json:"fallbackText,omitempty"` // where the version is not known
	Lang         string    `json:"lang,omitempty"`
	MSTeams      *MSTeams  `json:"msteams,omitempty"`
}

// MSTeams is what Teams adds to a card.
type MSTeams struct {
	Width string `json:"width,omitempty"` // WidthFull
}

// WidthFull lets a card be as wide as the chat.
const WidthFull = "Full"

// MarshalJSON implements [json.Marshaler].
func (c Card) MarshalJSON() ([]byte, error) {
	type plain Card
	return typed("AdaptiveCard", struct {
		Version string `json:"version"`
		plain
	}{Version, plain(c)})
}

// Size is how many bytes a card takes as UTF-8 JSON. The escapes that Go adds for HTML are not counted: six letters for one
// are gone again when Teams has read them.
func Size(c Card) int { return len(encoded(c)) }

// encoded gives a card without those escapes.
func encoded(c Card) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(c) != nil {
		return make([]byte, MaxBytes+1) // nothing that is drawn fails to marshal; if it did, it could not be sent
	}
	return bytes.TrimSpace(b.Bytes())
}

// typed gives the JSON of an object with its type as the first member.
func typed(kind string, v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"type":"` + kind + `"`)
	at := b.Len()
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	raw := bytes.TrimSpace(b.Bytes())
	raw[at] = ','
	if raw[at+1] == '}' {
		return append(raw[:at], '}'), nil
	}
	return raw, nil
}

// SizeFilled is how many bytes a card takes at most when it comes back with all of its choices ticked.
func SizeFilled(c Card) int {
	raw := encoded(c)
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return len(raw)
	}
	return len(raw) + unticked(tree)
}
