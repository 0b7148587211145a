package adaptivecard

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// function is what is computed in any text of a card.
var function = regexp.MustCompile(`\{\{(DATE|TIME)\(`)

// shownText checks a text that is shown.
func shownText(k *checker, path string, v any) {
	text(k, path, v)
	s, _ := v.(string)
	k.that(!function.MatchString(s), path, "has a function in it: %.60q", s)
}

// mustWrap checks that a text is not cut at the end of its line.
func mustWrap(k *checker, path string, v any) {
	k.that(v == true, path, "does not wrap: it is cut on a phone")
}

var width = regexp.MustCompile(`^(auto|stretch|[1-9][0-9]?|[1-9][0-9]{0,2}px)$`)

func columnWidth(k *checker, path string, v any) {
	s, _ := v.(string)
	k.that(width.MatchString(s), path, "%v is no width", v)
}

func teamsMember(k *checker, path string, v any) {
	m, _ := v.(map[string]any)
	k.that(len(m) == 1 && m["width"] == WidthFull, path, "is not {width: %s}", WidthFull)
}

func day(k *checker, path string, v any) {
	s, _ := v.(string)
	_, err := time.Parse(time.DateOnly, s)
	k.that(err == nil, path, "%v is no day", v)
}

func address(k *checker, path string, v any) {
	s, _ := v.(string)
	u, err := url.Parse(s)
	k.that(err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())), path, "%v is no https address", v)
}

func isLoopback(host string) bool { return host == "127.0.0.1" || host == "localhost" || host == "::1" }

func actionTitle(k *checker, path string, v any) {
	text(k, path, v)
	s, _ := v.(string)
	n := utf8.RuneCountInString(s)
	k.that(n <= MaxActionTitle, path, "%d runes, at most %d", n, MaxActionTitle)
}

// inside checks the card of a button. Teams shows none inside of that again.
func inside(k *checker, path string, v any) {
	k.shown++
	k.that(k.shown == 1, path, "is a card inside of a card inside of a card")
	k.typed(path, v, aCard)
	k.shown--
}

func toggled(k *checker, path string, v any) {
	all, ok := v.([]any)
	k.that(ok && len(all) > 0, path, "names nothing")
	for i, one := range all {
		id, _ := one.(string)
		k.targets[fmt.Sprintf("%s[%d]", path, i)] = id
	}
}

func (k *checker) card(path string, m map[string]any) { k.visible(path, m["actions"]) }

func (k *checker) actionSet(path string, m map[string]any) {
	k.placed(path, m)
	k.visible(path, m["actions"])
}

// visible checks how many buttons are shown beside each other.
func (k *checker) visible(path string, v any) {
	all, _ := v.([]any)
	n := 0
	for _, one := range all {
		if m, _ := one.(map[string]any); m["mode"] != ModeSecondary {
			n++
		}
	}
	k.that(n <= MaxActions, path, "%d visible actions, at most %d", n, MaxActions)
}

// placed checks that no two elements have one id.
func (k *checker) placed(path string, m map[string]any) {
	id, _ := m["id"].(string)
	if id == "" {
		return
	}
	k.that(!k.ids[id], path, "the id %q is there twice", id)
	k.ids[id] = true
}

func (k *checker) columns(path string, m map[string]any) {
	k.selectable(path, m)
	all, _ := m["columns"].([]any)
	k.that(len(all) <= MaxColumns, path, "%d columns, at most %d", len(all), MaxColumns)
}

// selectable checks what is pressed by pressing an element.
func (k *checker) selectable(path string, m map[string]any) {
	k.placed(path, m)
	if a, ok := m["selectAction"].(map[string]any); ok {
		k.that(a["type"] != "Action.ShowCard", path, "shows a card when selected")
	}
}

func (k *checker) execute(path string, m map[string]any) {
	k.that(!k.dialog, path, "is Action.Execute in a dialog")
	fallback, _ := m["fallback"].(map[string]any)
	k.that(fallback["type"] == "Action.Submit", path, "falls back to %v", fallback["type"])
	k.that(fmt.Sprint(fallback["data"]) == fmt.Sprint(m["data"]), path, "falls back to other data")
}

func (k *checker) submit(path string, m map[string]any) {
	data, _ := m["data"].(map[string]any)
	teams, there := data["msteams"].(map[string]any)
	if _, said := data["msteams"]; !said {
		return
	}
	k.that(there && teams["type"] == "task/fetch", path, "msteams is %v", data["msteams"])
	k.that(!k.dialog, path, "opens a dialog from a dialog")
	k.that(m["associatedInputs"] == InputsNone, path, "opens a dialog only where no input stands in the way")
}

// input checks what all inputs have in common.
func (k *checker) input(path string, m map[string]any) {
	k.placed(path, m)
	_, message := m["errorMessage"]
	k.that(m["isRequired"] != true || message, path, "is required, and says nothing where it is empty")
	label, _ := m["label"].(string)
	k.that(!function.MatchString(label), path, "has a function in its label: %.60q", label)
}

func (k *checker) inputText(path string, m map[string]any) {
	k.input(path, m)
	most, _ := m["maxLength"].(float64)
	value, _ := m["value"].(string)
	k.that(most > 0, path, "takes no text")
	k.that(utf8.RuneCountInString(value) <= int(most), path, "has a longer value than it takes")
}

func (k *checker) inputNumber(path string, m map[string]any) {
	k.input(path, m)
	least, has := m["min"].(float64)
	most, capped := m["max"].(float64)
	value, given := m["value"].(float64)
	k.that(!has || !capped || least <= most, path, "takes no number")
	k.that(!given || (!has || value >= least) && (!capped || value <= most), path, "has a value that it does not take")
}

func (k *checker) inputToggle(path string, m map[string]any) {
	k.input(path, m)
	on, off := m["valueOn"], m["valueOff"]
	k.that(on != nil && off != nil && on != off, path, "cannot tell on from off")
	k.that(m["value"] == nil || m["value"] == on || m["value"] == off, path, "is neither on nor off")
}

// choices checks the choices of a set.
func choices(k *checker, path string, v any) {
	all, ok := v.([]any)
	k.that(ok, path, "is no array")
	for i, one := range all {
		m, _ := one.(map[string]any)
		title, _ := m["title"].(string)
		value, _ := m["value"].(string)
		k.that(len(m) == 2 && title != "" && value != "", fmt.Sprintf("%s[%d]", path, i), "is no choice")
		k.that(!function.MatchString(title), fmt.Sprintf("%s[%d]", path, i), "has a function in it: %.60q", title)
	}
}

func (k *checker) inputChoices(path string, m map[string]any) {
	k.input(path, m)
	all, _ := m["choices"].([]any)
	_, asks := m["choices.data"]
	k.that(len(all) > 0 || asks, path, "has no choices")
	k.that(!asks || m["style"] == ChoicesFiltered, path, "asks for choices and is not %s", ChoicesFiltered)
	several := m["isMultiSelect"] == true
	known := map[string]bool{}
	for _, one := range all {
		c, _ := one.(map[string]any)
		value, _ := c["value"].(string)
		k.that(!known[value], path, "the choice %q is there twice", value)
		k.that(!several || !strings.Contains(value, ","), path, "the choice %q has a comma in it", value)
		known[value] = true
	}
	chosen, _ := m["value"].(string)
	values := []string{chosen}
	if several {
		values = strings.Split(chosen, ",")
	}
	for _, v := range values {
		k.that(chosen == "" || known[v], path, "the value %q is no choice", v)
	}
}

// points checks the values of a chart.
func points(k *checker, path string, v any) {
	all, ok := v.([]any)
	k.that(ok && len(all) > 0, path, "has no values")
	for i, one := range all {
		m, _ := one.(map[string]any)
		x, _ := m["x"].(string)
		_, number := m["y"].(float64)
		k.that(len(m) == 2 && x != "" && number, fmt.Sprintf("%s[%d]", path, i), "is no value")
	}
}

// series checks the rows of a chart.
func series(k *checker, path string, v any) {
	all, ok := v.([]any)
	k.that(ok && len(all) > 0, path, "has no rows")
	for i, one := range all {
		m, _ := one.(map[string]any)
		legend, _ := m["legend"].(string)
		k.that(len(m) == 2 && legend != "", fmt.Sprintf("%s[%d]", path, i), "is no row")
		points(k, fmt.Sprintf("%s[%d].values", path, i), m["values"])
	}
}
