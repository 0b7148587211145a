package adaptivecard

// Element is something to see: a text, a group, an input, a chart.
type Element interface{ element() }

// Layout is what every element may say of its place.
type Layout struct {
	ID        string  `json:"id,omitempty"`
	IsVisible *bool   `json:"isVisible,omitempty"` // nil is true
	Separator bool    `json:"separator,omitempty"` // a line above
	Spacing   Spacing `json:"spacing,omitempty"`   // above
}

// Spacing is the room above an element, or left of a column.
type Spacing string

// The spacings; none said is the host's own.
const (
	SpacingNone       Spacing = "none"
	SpacingSmall      Spacing = "small"
	SpacingMedium     Spacing = "medium"
	SpacingLarge      Spacing = "large"
	SpacingExtraLarge Spacing = "extraLarge"
)

// Color is the colour of a text.
type Color string

// The colours; none said is the host's own.
const (
	ColorAccent    Color = "accent"
	ColorGood      Color = "good"
	ColorWarning   Color = "warning"
	ColorAttention Color = "attention"
)

// Text sizes, weights and types; none said is the host's own.
const (
	SizeSmall      = "small"
	SizeDefault    = "default" // to be said of a heading, which is large by itself
	SizeMedium     = "medium"
	SizeLarge      = "large"
	WeightBolder   = "bolder"
	FontMonospace  = "monospace"
	StyleHeading   = "heading"
	AlignRight     = "right"
	AlignCenter    = "center"
	StyleEmphasis  = "emphasis"
	StyleGood      = "good"
	StyleWarning   = "warning"
	StyleAttention = "attention"
	StyleAccent    = "accent"
)

// TextBlock is a text in which a part of Markdown and date functions are read: only for words that hold neither.
type TextBlock struct {
	Layout

	Text     string `json:"text"`
	Size     string `json:"size,omitempty"`
	Weight   string `json:"weight,omitempty"`
	Color    Color  `json:"color,omitempty"`
	IsSubtle bool   `json:"isSubtle,omitempty"`
	Wrap     bool   `json:"wrap,omitempty"`
	Style    string `json:"style,omitempty"` // StyleHeading is read out as a heading
}

// RichTextBlock is a text of runs, which are shown as they are; it always wraps.
type RichTextBlock struct {
	Layout

	Inlines             []TextRun `json:"inlines"`
	HorizontalAlignment string    `json:"horizontalAlignment,omitempty"`
}

// TextRun is a piece of a [RichTextBlock].
type TextRun struct {
	Text     string `json:"text"`
	Size     string `json:"size,omitempty"`
	Weight   string `json:"weight,omitempty"`
	Color    Color  `json:"color,omitempty"`
	IsSubtle bool   `json:"isSubtle,omitempty"`
	FontType string `json:"fontType,omitempty"`
}

// Container is a group of elements.
type Container struct {
	Layout

	Items        []Element `json:"items"`
	Style        string    `json:"style,omitempty"`
	Bleed        bool      `json:"bleed,omitempty"`
	SelectAction Action    `json:"selectAction,omitempty"`
}

// ColumnSet is columns beside each other.
type ColumnSet struct {
	Layout

	Columns      []Column `json:"columns"`
	SelectAction Action   `json:"selectAction,omitempty"`
}

// Column is one column of a [ColumnSet].
type Column struct {
	Layout

	Width                    string    `json:"width,omitempty"` // "auto", "stretch", a weight, or pixels: "20px"
	Items                    []Element `json:"items"`
	VerticalContentAlignment string    `json:"verticalContentAlignment,omitempty"`
}

// ActionSet is buttons among the elements.
type ActionSet struct {
	Layout

	Actions []Action `json:"actions"`
}

func (TextBlock) element()     {}
func (RichTextBlock) element() {}
func (Container) element()     {}
func (ColumnSet) element()     {}
func (ActionSet) element()     {}

// MarshalJSON implements [json.Marshaler].
func (e TextBlock) MarshalJSON() ([]byte, error) {
	type plain TextBlock
	return typed("TextBlock", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e RichTextBlock) MarshalJSON() ([]byte, error) {
	type plain RichTextBlock
	return typed("RichTextBlock", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e TextRun) MarshalJSON() ([]byte, error) {
	type plain TextRun
	return typed("TextRun", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e Container) MarshalJSON() ([]byte, error) {
	type plain Container
	return typed("Container", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e ColumnSet) MarshalJSON() ([]byte, error) {
	type plain ColumnSet
	return typed("ColumnSet", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e Column) MarshalJSON() ([]byte, error) {
	type plain Column
	return typed("Column", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e ActionSet) MarshalJSON() ([]byte, error) {
	type plain ActionSet
	return typed("ActionSet", plain(e))
}
