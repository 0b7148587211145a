package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/file"
)

// formPage is a form as its page shows it.
type formPage struct {
	Form   card.Form
	Inputs []input
	Errors []fieldError
	Serves []card.Fact // control ids by question
	Extra  []pressing
	Aside  *titledCard
	Live   bool       // what stands aside follows what is typed
	Keeps  bool       // it can be saved and gone on with later
	Files  bool       // it takes files
	Back   *card.Fact // the thing it is about: its id, and its page
	Say    string
}

// fieldError is a line of the list on top.
type fieldError struct{ Anchor, Label, Error string }

// Mark is what parts the question from what is wrong with its answer.
func (e fieldError) Mark() string {
	if strings.HasSuffix(e.Label, "?") {
		return ""
	}
	return ":"
}

// input is a field as its template shows it.
type input struct {
	card.Field

	Anchor    string // id of the element
	Name      string
	Type      string
	Text      string
	Rows      int
	Described string
	Accept    string // of a field for files: the ends of names that are taken
	Group     bool   // a fieldset of choices
	Select    bool
	Choices   []choice
	Lone      []choice // those that stand alone
}

type choice struct {
	ID, Name, Type, Value, Label, Note, Described string
	Checked, Locked                               bool
}

// manyOptions is the number of options from which one of them is chosen in a list that folds.
const manyOptions = 8

// form shows a page of a form that somebody has begun.
func (p *Portal) form(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbContinue, Arg: r.PathValue("draft")})
	if err != nil {
		return err
	}
	if reply.Form == nil {
		return p.answer(w, r, v, reply, nil)
	}
	return p.showForm(w, r, v, http.StatusOK, reply)
}

// submit takes a page of a form.
func (p *Portal) submit(w http.ResponseWriter, r *http.Request, v visit) error {
	s, kept, err := readSubmission(r)
	if err != nil {
		return err
	}
	return p.submitted(w, r, v, s, kept)
}

func (p *Portal) submitted(w http.ResponseWriter, r *http.Request, v visit, s bot.Submission, kept []kept) error {
	reply, err := p.cfg.Desk.Submit(r.Context(), v.who(""), s)
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, kept)
}

// valuesOf gives what was filled into the fields of a form.
func valuesOf(form url.Values) card.Values {
	out := card.Values{}
	for key, values := range form {
		if name, ok := strings.CutPrefix(key, fieldPrefix); ok {
			out[name] = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
		}
	}
	return out
}

// showForm renders a form as a page.
func (p *Portal) showForm(w http.ResponseWriter, r *http.Request, v visit, status int, reply bot.Reply) error {
	page, err := p.formPage(r, v, reply)
	if err != nil {
		return err
	}
	if page.Aside == nil {
		if page.Aside, err = p.assessed(r, v, reply.Form.ID); err != nil {
			return err
		}
		page.Live = page.Aside != nil
	}
	return p.show(w, r, v, status, "form", page)
}

// formPage makes a form ready for its template.
func (p *Portal) formPage(r *http.Request, v visit, reply bot.Reply) (formPage, error) {
	f := *reply.Form
	page := formPage{Form: f, Say: reply.Text, Keeps: f.Step != ""}
	if ref, ok := workflows.ParseRef(f.About); ok && pathTo(ref) != "" {
		page.Back = &card.Fact{Label: ref.ID, Value: pathTo(ref)}
	}
	nonce := p.nonce()
	for _, field := range f.Fields {
		if field.Kind == card.FieldPerson {
			if err := p.offerPeople(r, v, &field); err != nil {
				return page, err
			}
		}
		in := inputOf(field)
		page.Inputs, page.Files = append(page.Inputs, in), page.Files || field.Kind == card.FieldFiles
		if field.Error != "" {
			page.Errors = append(page.Errors, fieldError{Anchor: in.target(), Label: field.Label, Error: field.Error})
		}
		if len(field.Serves) > 0 {
			page.Serves = append(page.Serves, card.Fact{Label: field.Label, Value: strings.Join(field.Serves, ", ")})
		}
	}
	for _, b := range f.Extra {
		if b.Action.Verb == view.VerbQuestions && len(page.Serves) > 0 {
			continue // the page has the answer itself
		}
		page.Extra = append(page.Extra, withNonce(nonce, b))
	}
	if f.Aside != nil {
		aside := titled(2, nonce, *f.Aside)
		page.Aside = &aside
	}
	return page, nil
}

// offerPeople gives a field its people as options; in a large company only those whose name matches what was typed.
func (p *Portal) offerPeople(r *http.Request, v visit, field *card.Field) error {
	people, err := p.findPeople(r, v, "", maxChoices+1)
	if err != nil {
		return err
	}
	if len(people) > maxChoices {
		if text := first(field.Value); text != "" && field.Shown == "" {
			people, err = p.findPeople(r, v, text, maxChoices)
			if err != nil {
				return err
			}
		}
		if len(people) > maxChoices || len(people) == 0 {
			return nil
		}
	}
	for _, who := range people {
		field.Options = append(field.Options, card.Option{Value: string(who.ID), Label: nameOf(who)})
	}
	if id := first(field.Value); id != "" && field.Shown != "" && !slices.ContainsFunc(people, func(q workflows.Person) bool { return string(q.ID) == id }) {
		field.Options = append(field.Options, card.Option{Value: id, Label: field.Shown})
	}
	return nil
}

func nameOf(who workflows.Person) string {
	if who.Department == "" {
		return who.Name
	}
	return who.Name + " (" + who.Department + ")"
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// inputOf makes a field ready for its template.
func inputOf(f card.Field) input {
	in := input{Field: f, Anchor: "f-" + anchor(f.Key), Name: fieldPrefix + f.Key, Type: "text", Text: first(f.Value), Rows: 4}
	var described []string
	if f.Help != "" {
		described = append(described, in.Anchor+"-help")
	}
	if f.Error != "" {
		described = append(described, in.Anchor+"-error")
	}
	in.Described = strings.Join(described, " ")
	switch f.Kind {
	case card.FieldLong:
		if f.MaxLength > 500 {
			in.Rows = 6
		}
	case card.FieldDate:
		in.Type = "date"
	case card.FieldNumber:
		in.Type = "number"
	case card.FieldPerson:
		in.Select = len(f.Options) > 0
		in.Choices = in.options(f.Options, "")
		if !in.Select && f.Shown != "" {
			in.Text = f.Shown
		}
	case card.FieldOne:
		in.Select = len(f.Options) >= manyOptions
		in.Group = !in.Select
		in.Choices = in.options(f.Options, "radio")
	case card.FieldMany:
		in.Group = true
		for i, c := range in.options(f.Options, "checkbox") {
			if slices.Contains(f.Alone, f.Options[i].Value) {
				c.Described = strings.TrimSpace(c.Described + " " + in.Anchor + "-or")
				in.Lone = append(in.Lone, c)
			} else {
				in.Choices = append(in.Choices, c)
			}
		}
		if len(in.Choices) == 0 {
			in.Choices, in.Lone = in.Lone, nil
		}
	case card.FieldYes:
		in.Choices = in.options([]card.Option{{Value: "yes", Label: f.Label}}, "checkbox")
		in.Choices[0].Described = in.Described
	case card.FieldFiles:
		in.Type, in.Name, in.Accept = "file", partFiles, strings.Join(file.Ends(), ",")
	case card.FieldText, card.FieldNote:
	}
	return in
}

func (in input) options(options []card.Option, kind string) []choice {
	out := make([]choice, len(options))
	for i, o := range options {
		out[i] = choice{
			ID: in.Anchor + "-" + strconv.Itoa(i+1), Name: in.Name, Type: kind, Value: o.Value, Label: o.Label, Note: o.Note,
			Checked: slices.Contains(in.Value, o.Value) || o.Locked, Locked: o.Locked,
		}
	}
	return out
}

// target gives where the link of an error leads: the first choice of a group, else the box.
func (in input) target() string {
	if len(in.Choices) > 0 && !in.Select {
		return in.Choices[0].ID
	}
	return in.Anchor
}

// anchor makes a key fit for an id.
func anchor(key string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, key)
}
