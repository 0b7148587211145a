package card

// Form is one page to fill in. ID and Revision are those of the draft behind it: a second press of the same page is
// recognised by them.
type Form struct {
	ID       string
	Revision int
	About    string // what it is about: "request/AIR-42"; empty where it is about nothing that is there
	Title    string // at most 24 characters: a chat modal has no more
	Step     string // "Page 1 of 3"; empty for a form of one page
	Intro    []string
	Fields   []Field
	Aside    *Card // the live assessment, the card one decides on
	Submit   string
	Back     string // label of the way back; empty on the first page
	Extra    []Button
	Error    string // for the whole form
	Danger   bool   // submitting ends or stops something
}

// FieldKind is the kind of an input.
type FieldKind string

// The kinds of inputs.
const (
	FieldText   FieldKind = "text"
	FieldLong   FieldKind = "long"
	FieldOne    FieldKind = "one"    // one of the options
	FieldMany   FieldKind = "many"   // any of the options
	FieldPerson FieldKind = "person" // a person of our roster, by id
	FieldDate   FieldKind = "date"   // 2006-01-02
	FieldNumber FieldKind = "number"
	FieldYes    FieldKind = "yes"  // a single tick: "yes" or nothing
	FieldNote   FieldKind = "note" // text to read: Label as heading, Help as text; no input
	// FieldFiles takes files; only a surface with pages has it, and their values are no part of [Values].
	FieldFiles FieldKind = "files"
)

// Field is one input with its label above and its help below.
type Field struct {
	Key       string
	Kind      FieldKind
	Label     string
	Help      string
	Example   string // shown as placeholder, never instead of the label
	Required  bool
	MaxLength int
	Min, Max  int
	Options   []Option
	// Alone lists options that exclude all others; they are drawn as a group of their own.
	Alone  []string
	Value  []string // the present value; at most one but for FieldMany
	Shown  string   // for FieldPerson: the name that belongs to Value
	Error  string   // stands at the field
	Serves []string // control ids, for "Why these questions?"
}

// Option is one choice. Locked ones are ticked and cannot be unticked.
type Option struct {
	Value, Label, Note string
	Locked             bool
}

// Values are the inputs of a form as they came in, by field key.
type Values map[string][]string

// First gives the first value of a key, or "".
func (v Values) First(key string) string {
	if len(v[key]) == 0 {
		return ""
	}
	return v[key][0]
}
