package adaptivecard

// Action is something to press.
type Action interface{ action() }

// Button is what every action has.
type Button struct {
	Title   string `json:"title,omitempty"`
	Style   string `json:"style,omitempty"`   // ActionPositive, ActionDestructive
	Mode    string `json:"mode,omitempty"`    // ModeSecondary: in the menu behind the visible ones
	Tooltip string `json:"tooltip,omitempty"` // also read out
}

// The looks of an action, its places, and which inputs go with it.
const (
	ActionPositive    = "positive"
	ActionDestructive = "destructive"
	ModeSecondary     = "secondary"
	InputsNone        = "none" // without the inputs, whatever they hold
	InputsAuto        = "auto" // with the inputs, once the client finds them filled in
)

// ActionExecute is a press that the bot answers with a card, by an invoke named adaptiveCard/action.
type ActionExecute struct {
	Button

	Verb             string `json:"verb"`
	Data             any    `json:"data,omitempty"` // an object
	AssociatedInputs string `json:"associatedInputs,omitempty"`
	Fallback         Action `json:"fallback,omitempty"` // for clients that do not know the type
}

// ActionSubmit is a press that sends its data and the inputs: in a dialog, as task/submit; in a message with
// {"msteams":{"type":"task/fetch"}} in its data it opens a dialog; else it is a message without text.
type ActionSubmit struct {
	Button

	Data             any    `json:"data,omitempty"` // an object: Teams loses a text where there are inputs
	AssociatedInputs string `json:"associatedInputs,omitempty"`
}

// ActionOpenURL opens a page.
type ActionOpenURL struct {
	Button

	URL string `json:"url"`
}

// ActionShowCard shows a card below the buttons, and takes it away when pressed again.
type ActionShowCard struct {
	Button

	Card Card `json:"card"`
}

// ActionToggleVisibility shows what is hidden of the elements named, and hides what is shown.
type ActionToggleVisibility struct {
	Button

	TargetElements []string `json:"targetElements"`
}

func (ActionExecute) action()          {}
func (ActionSubmit) action()           {}
func (ActionOpenURL) action()          {}
func (ActionShowCard) action()         {}
func (ActionToggleVisibility) action() {}

// MarshalJSON implements [json.Marshaler].
func (a ActionExecute) MarshalJSON() ([]byte, error) {
	type plain ActionExecute
	return typed("Action.Execute", plain(a))
}

// MarshalJSON implements [json.Marshaler].
func (a ActionSubmit) MarshalJSON() ([]byte, error) {
	type plain ActionSubmit
	return typed("Action.Submit", plain(a))
}

// MarshalJSON implements [json.Marshaler].
func (a ActionOpenURL) MarshalJSON() ([]byte, error) {
	type plain ActionOpenURL
	return typed("Action.OpenUrl", plain(a))
}

// MarshalJSON implements [json.Marshaler].
func (a ActionShowCard) MarshalJSON() ([]byte, error) {
	type plain ActionShowCard
	return typed("Action.ShowCard", plain(a))
}

// MarshalJSON implements [json.Marshaler].
func (a ActionToggleVisibility) MarshalJSON() ([]byte, error) {
	type plain ActionToggleVisibility
	return typed("Action.ToggleVisibility", plain(a))
}
