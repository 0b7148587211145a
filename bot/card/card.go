package card

// Card is one thing to look at and perhaps to press. Every string is plain text: renderers escape it for their surface and
// never interpret anything in it.
type Card struct {
	About    string // what it shows: "request/AIR-42"
	Kicker   string // the short id: "AIR-42"
	Title    string
	Mark     *Mark    // tier or outcome, beside the title
	Lead     []string // what is asked of me, until when; short paragraphs
	Facts    []Fact
	Track    []Step
	Sections []Section
	Chart    *Chart
	Buttons  []Button // at most three; the first is the main one
	More     []Button // further ones, in a menu where the surface has one
	Foot     string   // small and last: control ids, "Screening, not legal advice"
	// Gist is the whole in one sentence (who, what, until when), for notifications, lists and screen readers.
	Gist string
	Cut  bool // something had to be left out
}

// Tone colours a mark or a step; it is never the only cue.
type Tone string

// The tones.
const (
	ToneNeutral Tone = "neutral"
	ToneGood    Tone = "good"
	ToneWarn    Tone = "warn" // needs attention
	ToneBad     Tone = "bad"  // late, refused, stopped
)

// Mark is a short word with a tone: "Medium", "Approved".
type Mark struct {
	Text string
	Tone Tone
}

// Fact is a label with a value, both short.
type Fact struct{ Label, Value string }

// Section is a titled list of lines, shown below the fold where a surface has one.
type Section struct {
	Title  string
	Lines  []string
	Folded bool // details: a surface that can fold shows it folded
	Copied bool // who reads it copies its lines, so that each has to stay a line
}

// StepState says where a step of a track stands.
type StepState string

// The states of a step.
const (
	StepDone StepState = "done"
	StepHere StepState = "here"
	StepNext StepState = "next"
	StepBad  StepState = "bad"
)

// Step is one stop of the stage track.
type Step struct {
	Label string
	Note  string // who and when
	State StepState
}

// Style is the look of a button.
type Style string

// The looks of a button.
const (
	StylePlain   Style = ""
	StylePrimary Style = "primary"
	StyleDanger  Style = "danger"
)

// Button is something to press: an action, or a link to a page.
type Button struct {
	Label   string // at most 30 characters; ends in an ellipsis where a form opens
	Action  Action
	Style   Style
	Confirm *Confirm // the surface's own "are you sure", where it has one
	Path    string   // a path of the portal instead of an action
}

// Confirm asks before a press counts.
type Confirm struct{ Title, Text, Yes, No string }

// Chart is a small chart; every surface also has its table.
type Chart struct {
	Kind   ChartKind
	Title  string // says the finding, at most 50 characters
	Labels []string
	Series []Series
}

// ChartKind is the kind of a chart.
type ChartKind string

// The kinds of charts.
const (
	ChartBar  ChartKind = "bar"
	ChartLine ChartKind = "line"
)

// Series is one row of numbers, one a label.
type Series struct {
	Name   string // at most 20 characters
	Values []float64
}

// Home is a person's own page: a few groups of short cards.
type Home struct {
	Title  string
	Groups []Group
	More   *Button // "all 37 in the portal"
}

// Group is a titled list of cards, or a sentence where there are none.
type Group struct {
	Title string
	Cards []Card
	Empty string
}
