package faketeams

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// checkCard lists what Teams would not take of a card, or would show badly. In a dialog Action.Execute does nothing. The lock
// is held, or none is needed: it only reads the card.
func (s *Server) checkCard(card object, dialog bool) []string {
	c := &checker{kinds: s.kinds, dialog: dialog, ids: map[string]bool{}}
	if str(card, "type") != "AdaptiveCard" {
		return []string{fmt.Sprintf("type %q is no card", str(card, "type"))}
	}
	if v := str(card, "version"); !contains([]string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}, v) {
		c.fault("", "version %q: bots have 1.5", v)
	}
	c.element("", card)
	if card["body"] == nil && card["actions"] == nil {
		c.fault("", "an empty card")
	}
	if n := len(mustJSON(card)); n > MaxMessage {
		c.fault("", "%d bytes, at most %d", n, MaxMessage)
	}
	c.visible()
	return c.faults
}

// checker walks through a card.
type checker struct {
	kinds   map[string]kind
	dialog  bool
	faults  []string
	ids     map[string]bool
	hidden  []string
	toggled []string
}

func (c *checker) fault(at, format string, args ...any) {
	c.faults = append(c.faults, strings.TrimPrefix(at+" ", " ")+fmt.Sprintf(format, args...))
}

// visible checks what is hidden and what is shown by a press.
func (c *checker) visible() {
	for _, id := range c.hidden {
		if !contains(c.toggled, id) {
			c.fault("", "%q is hidden and nothing shows it", id)
		}
	}
	for _, id := range c.toggled {
		if !c.ids[id] {
			c.fault("", "%q is to be shown and is not there", id)
		}
	}
}

// element checks an element by the rules of its type.
func (c *checker) element(at string, e object) {
	name := str(e, "type")
	at += "/" + name
	if strings.HasPrefix(name, "Chart.") {
		c.chart(at, e)
		return
	}
	k, ok := c.kinds[name]
	if !ok {
		c.fault(at, "unknown type")
		return
	}
	for _, key := range slices.Sorted(maps.Keys(e)) {
		rule, known := k[key]
		switch {
		case key == "type":
		case !known:
			c.fault(at, "no member %q", key)
		default:
			c.member(at+"."+key, strings.TrimSuffix(rule, "!"), e[key])
		}
	}
	for key, rule := range k {
		if strings.HasSuffix(rule, "!") && (e[key] == nil || e[key] == "") {
			c.fault(at, "%q is missing", key)
		}
	}
	c.special(at, name, e)
	if id := str(e, "id"); id != "" {
		if c.ids[id] {
			c.fault(at, "id %q is used twice", id)
		}
		c.ids[id] = true
	}
	if e["isVisible"] == false {
		c.hidden = append(c.hidden, str(e, "id"))
	}
}

// chart checks one of Teams' own charts: clients that do not know it need something in its place.
func (c *checker) chart(at string, e object) {
	f, ok := e["fallback"].(object)
	if !ok {
		c.fault(at, "a chart without a fallback element")
		return
	}
	if len(list(e["data"])) == 0 || str(e, "title") == "" {
		c.fault(at, "a chart without data or title")
	}
	c.element(at+".fallback", f)
}

// member checks the value of a member.
func (c *checker) member(at, rule string, v any) {
	if words, ok := strings.CutPrefix(rule, "="); ok {
		text, _ := v.(string)
		if !slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool { return strings.EqualFold(w, text) }) {
			c.fault(at, "%v is none of %s", v, words)
		}
		return
	}
	var good bool
	switch rule {
	case "text":
		_, good = v.(string)
	case "bool":
		_, good = v.(bool)
	case "int":
		n, isNumber := v.(float64)
		good = isNumber && n == float64(int(n)) && n >= 0
	case "number":
		_, good = v.(float64)
	case "object":
		_, good = v.(object)
	case "width":
		text, isText := v.(string)
		_, isNumber := v.(float64)
		good = isNumber || isText && text != ""
	case "url":
		text, _ := v.(string)
		u, err := url.Parse(text)
		good = err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	default:
		good = c.inner(at, rule, v)
	}
	if !good {
		c.fault(at, "not a %s: %.60v", rule, v)
	}
}

// inner checks a member that holds elements.
func (c *checker) inner(at, rule string, v any) bool {
	one, isOne := v.(object)
	all, isList := v.([]any)
	switch rule {
	case "msteams":
		c.msteams(at, one)
		return isOne
	case "fallback":
		if isOne {
			(&checker{kinds: c.kinds, dialog: c.dialog, ids: map[string]bool{}}).inside(c, at, one)
		}
		return isOne || v == "drop"
	case "card":
		if isOne {
			c.element(at, one)
		}
		return isOne && str(one, "type") == "AdaptiveCard"
	case "action":
		if isOne {
			c.element(at, one)
		}
		return isOne && strings.HasPrefix(str(one, "type"), "Action.")
	case "query":
		if isOne {
			c.element(at, one)
		}
		return isOne && str(one, "type") == "Data.Query"
	}
	if !isList {
		return false
	}
	for i, item := range all {
		c.item(fmt.Sprintf("%s[%d]", at, i), rule, item)
	}
	return true
}

// inside checks a fallback, whose ids may be those of what it stands for.
func (c *checker) inside(outer *checker, at string, e object) {
	c.element(at, e)
	outer.faults = append(outer.faults, c.faults...)
}

// item checks one item of a list.
func (c *checker) item(at, rule string, v any) {
	if text, ok := v.(string); ok {
		switch rule {
		case "targets":
			c.toggled = append(c.toggled, text)
			return
		case "inlines":
			return
		}
	}
	o, ok := v.(object)
	if !ok {
		c.fault(at, "not an object")
		return
	}
	switch want := wanted(rule); rule {
	case "facts", "choices":
		for key := range o {
			if !contains([]string{"title", "value"}, key) {
				c.fault(at, "no member %q", key)
			}
		}
		if str(o, "title") == "" || str(o, "value") == "" {
			c.fault(at, "without a title or a value")
		}
	case "targets":
		c.toggled = append(c.toggled, str(o, "elementId"))
	case "tablecolumns":
		o = maps.Clone(o)
		o["type"] = want
		c.element(at, o)
	default:
		name := str(o, "type")
		isAction := strings.HasPrefix(name, "Action.")
		if want != "" && name != want || rule == "actions" && !isAction || rule == "elements" && (isAction || inPart(name)) {
			c.fault(at, "%q has no place here", name)
			return
		}
		c.element(at, o)
	}
}

// wanted is the one type that a list takes, "" where it takes several.
func wanted(rule string) string {
	return map[string]string{"inlines": "TextRun", "columns": "Column", "rows": "TableRow", "cells": "TableCell", "tablecolumns": "TableColumnDefinition"}[rule]
}

// inPart says that something is a part of an element and none by itself.
func inPart(name string) bool {
	return contains([]string{"AdaptiveCard", "TextRun", "Column", "TableRow", "TableCell", "TableColumnDefinition", "Data.Query"}, name)
}

func (c *checker) msteams(at string, o object) {
	for key, v := range o {
		switch {
		case key == "width" && v == "Full":
		case key == "entities":
			for _, e := range list(v) {
				if str(e, "type") != "mention" || str(e, "text") == "" || str(e, "mentioned", "id") == "" {
					c.fault(at, "a mention without text or mentioned.id")
				}
			}
		default:
			c.fault(at, "no member %q of that value", key)
		}
	}
}
