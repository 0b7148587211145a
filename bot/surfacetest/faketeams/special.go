package faketeams

import (
	"regexp"
	"strings"
)

// maxActions is how many buttons stand in a row; Teams puts the rest under "…" by itself.
const maxActions = 6

// special checks what one type of element has beside its members.
func (c *checker) special(at, name string, e object) {
	switch name {
	case "TextBlock":
		if !truth(e, "wrap") {
			c.fault(at, "text without wrap is cut on a phone: %.40q", str(e, "text"))
		}
	case "RichTextBlock":
		if all, ok := e["inlines"].([]any); ok && len(all) == 0 {
			c.fault(at, "no inlines")
		}
	case "AdaptiveCard", "ActionSet":
		c.actions(at, e)
	case "Table":
		c.table(at, e)
	case "Action.Execute":
		c.execute(at, e)
	case "Action.Submit":
		c.submit(at, e)
	case "Input.ChoiceSet":
		c.choices(at, e)
	case "Input.Date":
		for _, key := range []string{"value", "min", "max"} {
			if v := str(e, key); v != "" && !dateLike.MatchString(v) {
				c.fault(at, "%s %q is no date", key, v)
			}
		}
	case "Input.Text":
		if re := str(e, "regex"); re != "" {
			if _, err := regexp.Compile(re); err != nil {
				c.fault(at, "regex %q cannot be read", re)
			}
		}
	}
	if strings.HasPrefix(name, "Input.") {
		if str(e, "label") == "" && name != "Input.Toggle" {
			c.fault(at, "an input without a label")
		}
		if truth(e, "isRequired") && str(e, "errorMessage") == "" {
			c.fault(at, "a required input without errorMessage")
		}
	}
}

var dateLike = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func (c *checker) actions(at string, e object) {
	primary := 0
	for _, a := range list(e["actions"]) {
		if str(a, "mode") != "secondary" {
			primary++
		}
	}
	if primary > maxActions {
		c.fault(at, "%d primary actions, at most %d", primary, maxActions)
	}
}

func (c *checker) table(at string, e object) {
	n := len(list(e["columns"]))
	for _, row := range list(e["rows"]) {
		if len(list(row["cells"])) != n {
			c.fault(at, "a row of %d cells in %d columns", len(list(row["cells"])), n)
		}
	}
}

func (c *checker) execute(at string, e object) {
	if c.dialog {
		c.fault(at, "Action.Execute does nothing in a dialog")
	}
	if f, ok := e["fallback"].(object); ok && str(f, "type") == "Action.Submit" && string(mustJSON(f["data"])) != string(mustJSON(e["data"])) {
		c.fault(at, "the fallback sends other data")
	}
}

func (c *checker) submit(at string, e object) {
	data, _ := e["data"].(object)
	ms, has := data["msteams"]
	if !has {
		return
	}
	o, _ := ms.(object)
	switch {
	case str(o, "type") != "task/fetch" || len(o) != 1:
		c.fault(at, "data.msteams %.80v: only task/fetch is modelled", ms)
	case c.dialog:
		c.fault(at, "a dialog cannot open another one")
	}
}

// choices checks a choice set: what is chosen comes back joined by commas, so a comma in a value would make two of it.
func (c *checker) choices(at string, e object) {
	all := list(e["choices"])
	_, asks := e["choices.data"]
	if len(all) == 0 && !asks {
		c.fault(at, "no choices")
	}
	if asks && str(e, "style") != "filtered" {
		c.fault(at, "choices.data needs the style filtered")
	}
	known := map[string]bool{}
	for _, o := range all {
		v := str(o, "value")
		if known[v] {
			c.fault(at, "two choices are %q", v)
		}
		if truth(e, "isMultiSelect") && strings.Contains(v, ",") {
			c.fault(at, "a comma in the choice %q", v)
		}
		known[v] = true
	}
	for _, v := range chosen(e) {
		if !known[v] {
			c.fault(at, "the value %q is no choice", v)
		}
	}
}

// chosen gives what is chosen in a choice set as it was sent.
func chosen(e object) []string {
	v := str(e, "value")
	switch {
	case v == "":
		return nil
	case truth(e, "isMultiSelect"):
		return strings.Split(v, ",")
	}
	return []string{v}
}
