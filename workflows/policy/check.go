package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"steward/workflows"
)

// Check says whether the answers of a page can be sent; page 0 checks all pages. It returns nil where they can, else one
// sentence a field. Validations belong to the page of their field. A field of a risk line is "lines.N.KEY", N from 0.
func (f *Flow) Check(a Answers, page int, facts Facts) *workflows.Refusal {
	a = f.Clean(a, facts)
	values, asked := f.values(a, facts)
	var e fieldErrors
	for _, q := range f.Questions {
		if asked[q.Key] && (page == 0 || q.Page == page) {
			e.add(q.Key, q.check(a[q.Key], facts))
		}
	}
	for _, v := range f.Validations {
		q, _ := f.Question(v.Field)
		if asked[v.Field] && (page == 0 || q.Page == page) && v.when.strictly(values) {
			e.add(v.Field, v.Message)
		}
	}
	if f.Lines != nil && (page == 0 || page == f.LinesPage()) {
		f.Lines.check(&e, a[LinesKey].Lines, values, facts)
	}
	return e.refusal()
}

// fieldErrors keeps one sentence a field: the first.
type fieldErrors struct {
	order []string
	by    map[string]string
}

func (e *fieldErrors) add(field, sentence string) {
	if sentence == "" || e.by[field] != "" {
		return
	}
	if e.by == nil {
		e.by = map[string]string{}
	}
	e.order = append(e.order, field)
	e.by[field] = sentence
}

func (e *fieldErrors) refusal() *workflows.Refusal {
	if len(e.order) == 0 {
		return nil
	}
	r := workflows.RefuseField(e.order[0], e.by[e.order[0]])
	r.Fields = e.by
	return r
}

// check gives the sentence that stands at the field, or nothing.
func (q Question) check(a Answer, facts Facts) string {
	if a.empty() {
		return q.missing()
	}
	switch q.Type {
	case ShortText, LongText:
		if n := utf8.RuneCountInString(a.Text); n > q.MaxLength {
			return fmt.Sprintf("Please shorten this to %d characters; it has %d.", q.MaxLength, n)
		}
	case Select:
		if !slices.Contains(q.values(), a.Text) {
			return "Please choose one of the options."
		}
	case MultiSelect:
		return q.checkList(a.List)
	case ControlRefs:
		return checkRefs(a.List)
	case User:
		if utf8.RuneCountInString(a.Text) > idLength || (facts.Known != nil && !facts.Known(workflows.PersonID(a.Text))) {
			return "This person is not in our directory, or has left. Please pick somebody else."
		}
	case Date:
		return q.checkDate(a.Text, facts.Today)
	case Number:
		if a.Number < q.Min || a.Number > q.Max {
			return fmt.Sprintf("Please give a number from %d to %d.", q.Min, q.Max)
		}
	case Boolean:
	}
	return ""
}

func (q Question) missing() string {
	if !q.Required {
		return ""
	}
	switch q.Type {
	case Select:
		return "Please choose one."
	case MultiSelect, ControlRefs:
		return "Please choose at least one."
	case User:
		return "Please pick a person."
	case Date:
		return "Please pick a date."
	case Number:
		if q.Min <= 0 && q.Max >= 0 {
			return "" // nothing typed and zero are the same here
		}
		return fmt.Sprintf("Please give a number from %d to %d.", q.Min, q.Max)
	case Boolean:
		return "" // no is an answer
	case ShortText, LongText:
	}
	return "Please fill this in."
}

func (q Question) checkList(list []string) string {
	values := q.values()
	for _, v := range list {
		if !slices.Contains(values, v) {
			return "Please choose among the options; one of these is not there any more."
		}
	}
	if len(list) < 2 {
		return ""
	}
	for _, o := range q.Options {
		if slices.Contains(q.Exclusive, o.Value) && slices.Contains(list, o.Value) {
			return fmt.Sprintf("\u201c%s\u201d stands alone. Please take it away, or the others.", o.Label)
		}
	}
	return ""
}

// checkRefs looks at the shape of picked controls; whether they exist the catalogue knows.
func checkRefs(list []string) string {
	if len(list) > refsMax {
		return fmt.Sprintf("Please pick at most %d controls.", refsMax)
	}
	for _, v := range list {
		if utf8.RuneCountInString(v) > refLength || (!strings.HasPrefix(v, "27001:") && !strings.HasPrefix(v, "42001:")) {
			return "Please pick controls from the list, such as 27001:A.5.15 or 42001:A.6.2.6."
		}
	}
	return ""
}

func (q Question) checkDate(text string, today time.Time) string {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil || date.Year() < 2000 || date.Year() > 2999 {
		return "Please give a date such as 2027-03-31."
	}
	if q.MaxMonths == 0 || today.IsZero() {
		return ""
	}
	if last := dateOf(workflows.AddMonths(today, q.MaxMonths)); date.After(last) {
		return fmt.Sprintf("The last possible day is %s: %d months from today.", last.Format(time.DateOnly), q.MaxMonths)
	}
	return ""
}

func (l *RiskLines) check(e *fieldErrors, lines []Line, values map[string]any, facts Facts) {
	switch least := max(l.Min, l.needed(values)); {
	case len(lines) < least && least == 1:
		e.add(LinesKey, "You named harm: please add at least one risk line.")
	case len(lines) < least:
		e.add(LinesKey, fmt.Sprintf("Please add at least %d risk lines.", least))
	case len(lines) > l.Max:
		e.add(LinesKey, fmt.Sprintf("Please keep to %d risk lines.", l.Max))
		return
	}
	for i, line := range lines {
		field := func(key string) string { return fmt.Sprintf("%s.%d.%s", LinesKey, i, key) }
		for _, q := range l.Shown() {
			e.add(field(q.Key), q.check(line[q.Key], facts))
		}
		seen := l.lineValues(values, line)
		for _, v := range l.Checks {
			if v.when.strictly(seen) {
				e.add(field(v.Field), v.Message)
			}
		}
	}
}

// needed gives how many lines the answers call for.
func (l *RiskLines) needed(values map[string]any) int {
	if l.require != nil && l.require.strictly(values) {
		return 1
	}
	return 0
}
