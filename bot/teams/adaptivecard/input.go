package adaptivecard

// Field is what every input has. The error message is shown by the client where a required input is empty.
type Field struct {
	Layout

	Label        string `json:"label,omitempty"`
	IsRequired   bool   `json:"isRequired,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

// InputText takes a text.
type InputText struct {
	Field

	Value       string `json:"value,omitempty"`
	Placeholder string `json:"placeholder,omitempty"`
	MaxLength   int    `json:"maxLength,omitempty"`
	IsMultiline bool   `json:"isMultiline,omitempty"`
}

// InputNumber takes a number.
type InputNumber struct {
	Field

	Value       *int   `json:"value,omitempty"`
	Min         *int   `json:"min,omitempty"`
	Max         *int   `json:"max,omitempty"`
	Placeholder string `json:"placeholder,omitempty"`
}

// InputDate takes a day, as 2006-01-02.
type InputDate struct {
	Field

	Value       string `json:"value,omitempty"`
	Placeholder string `json:"placeholder,omitempty"`
}

// InputToggle takes a tick. Its value is ValueOn or ValueOff.
type InputToggle struct {
	Field

	Title    string `json:"title"`
	Value    string `json:"value,omitempty"`
	ValueOn  string `json:"valueOn,omitempty"`
	ValueOff string `json:"valueOff,omitempty"`
	Wrap     bool   `json:"wrap,omitempty"`
}

// InputChoiceSet takes one of its choices, or any, whose values come joined by commas.
type InputChoiceSet struct {
	Field

	Choices       []Choice   `json:"choices"`
	ChoicesData   *DataQuery `json:"choices.data,omitempty"`
	Style         string     `json:"style,omitempty"`
	IsMultiSelect bool       `json:"isMultiSelect,omitempty"`
	Value         string     `json:"value,omitempty"`
	Placeholder   string     `json:"placeholder,omitempty"`
	Wrap          bool       `json:"wrap,omitempty"`
}

// Choice is one choice of an [InputChoiceSet].
type Choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// The styles of an [InputChoiceSet].
const (
	ChoicesCompact  = "compact"
	ChoicesExpanded = "expanded"
	ChoicesFiltered = "filtered" // Teams' own: narrowed down while one types
)

// DataQuery asks the bot for choices while one types, by an invoke named application/search.
type DataQuery struct {
	Dataset string `json:"dataset"`
}

func (InputText) element()      {}
func (InputNumber) element()    {}
func (InputDate) element()      {}
func (InputToggle) element()    {}
func (InputChoiceSet) element() {}

// MarshalJSON implements [json.Marshaler].
func (e InputText) MarshalJSON() ([]byte, error) {
	type plain InputText
	return typed("Input.Text", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e InputNumber) MarshalJSON() ([]byte, error) {
	type plain InputNumber
	return typed("Input.Number", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e InputDate) MarshalJSON() ([]byte, error) {
	type plain InputDate
	return typed("Input.Date", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e InputToggle) MarshalJSON() ([]byte, error) {
	type plain InputToggle
	return typed("Input.Toggle", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e InputChoiceSet) MarshalJSON() ([]byte, error) {
	type plain InputChoiceSet
	return typed("Input.ChoiceSet", plain(e))
}

// MarshalJSON implements [json.Marshaler].
func (e DataQuery) MarshalJSON() ([]byte, error) {
	type plain DataQuery
	return typed("Data.Query", plain(e))
}
