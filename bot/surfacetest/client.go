package surfacetest

import (
	"context"
	"errors"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// ErrNotTaken is that of a [Client] whose platform got an error from the app or from what stands before it, and told the person
// that it failed. They may do the same again.
var ErrNotTaken = errors.New("the app did not take it")

// Client acts as people on one surface, through its real handler. A call that the surface refuses is no error: the screen
// says so. An error means that the surface is broken, or that what was to be pressed is not there.
type Client interface {
	// Open types a command, or opens a thing by its id: "request ai-use", "AIR-1", "find Otter".
	Open(ctx context.Context, who workflows.PersonID, words string) (Screen, error)
	// Press presses a button of a screen, by its verb or its label. The screen may be old.
	Press(ctx context.Context, on Screen, button string) (Screen, error)
	// Fill sends the form of a screen: what it shows, with the values given in place of the present ones.
	Fill(ctx context.Context, form Screen, values card.Values, way bot.Go) (Screen, error)
	// Told gives what a person was told, newest first, in its present words.
	Told(ctx context.Context, who workflows.PersonID) ([]string, error)
}

// Screen is what one person has before their eyes.
type Screen struct {
	Who     workflows.PersonID
	About   string // id of the thing shown, "" where it is none
	Text    string // all that can be read
	Buttons []Button
	Form    *Form // nil where there is none
	Refused bool
	Page    any // the client's own: what it needs to press and to fill
}

// Button is something to press.
type Button struct {
	Label string
	Verb  string
	Arg   string
}

// Form is what is to be filled in.
type Form struct{ Fields []Field }

// Field is one input: its key, what it holds, and what can be chosen.
type Field struct {
	Key     string
	Kind    card.FieldKind
	Value   []string
	Options []string
	Error   string
}

// Button finds a button by verb, by "verb:arg", or by label (without case and ellipsis).
func (s Screen) Button(want string) (Button, bool) {
	for _, b := range s.Buttons {
		label := strings.TrimSuffix(b.Label, "…")
		if b.Verb == want || b.Verb+":"+b.Arg == want || strings.EqualFold(label, strings.TrimSuffix(want, "…")) {
			return b, true
		}
	}
	return Button{}, false
}

// Field finds a field by its key.
func (f Form) Field(key string) (Field, bool) {
	for _, one := range f.Fields {
		if one.Key == key {
			return one, true
		}
	}
	return Field{}, false
}

// World is a running Steward in this process, empty but for its people.
type World struct {
	People []workflows.Person
	Client Client
	// Settle carries out everything that waits: mails, deliveries, timers that are due.
	Settle func(ctx context.Context) error
	// Later moves business time forward, from due time to due time, and settles.
	Later func(ctx context.Context, d time.Duration) error
	// Card gives the neutral card of a request or a system for one reader as it is now, and whether they may see it. Where it is set, every
	// step is followed by a look at what everybody has before their eyes.
	Card func(ctx context.Context, who workflows.PersonID, id string) (c card.Card, sees bool, err error)
	// Request reads the state, to compare it with what a story expects.
	Request func(ctx context.Context, id string) (approval.Request, error)
	// System does the same for a system of the AI register.
	System func(ctx context.Context, id string) (register.System, error)
	// SystemOf gives the id of the system that a request has brought into the register; [workflows.ErrNotFound] where there is none.
	SystemOf func(ctx context.Context, request string) (string, error)
	// Leave switches a person off in the directory, as the import of a file does in which they are not active any more.
	Leave func(ctx context.Context, who workflows.PersonID) error
	// Seen imports a list that shows one tool in use, see [SeenTool], and gives the id of its entry in the AI register.
	Seen func(ctx context.Context, tool, vendor string) (string, error)
	// Newcomers are of worlds in which not everybody's account is known; nil elsewhere.
	Newcomers *Newcomers
}
