package slack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

const (
	// maxRadio is the longest label that radio buttons are used for; longer ones wrap badly.
	maxRadio = 60
	// valueNone is what the option of ours stands for that takes an optional choice back. No option of a form has it.
	valueNone = ","
	// groupAlone is the end of the names of the group whose options exclude all others.
	groupAlone = "alone"
)

// choice draws one of several: radio buttons where there are few short ones, else a menu. Slack lets nobody take such a
// choice back; where none is needed, an option of ours does.
func choice(f card.Field) slackgo.BlockElement {
	options := f.Options
	if !f.Required {
		options = append(slices.Clone(options), card.Option{Value: valueNone, Label: wordNone})
	}
	short := len(options) <= maxGroup
	var all []*slackgo.OptionBlockObject
	var chosen *slackgo.OptionBlockObject
	for _, o := range options {
		one := option(o)
		all = append(all, one)
		short = short && utf8.RuneCountInString(o.Label) <= maxRadio
		if o.Value == first(f.Value) {
			chosen = one
		}
	}
	if !short {
		e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, plain(wordChoose, maxPlaceholder), actionField+f.Key, all...)
		e.InitialOption = chosen
		return e
	}
	e := slackgo.NewRadioButtonsBlockElement(actionField+f.Key, all...)
	e.InitialOption = chosen
	return e
}

// groups draws any of several: locked options as text, the others in groups of ten, those that exclude all others in one of
// their own. Where a question has several groups, none of them alone can be required.
func groups(f card.Field, revision int) []slackgo.Block {
	var locked, some, alone []card.Option
	for _, o := range f.Options {
		switch {
		case o.Locked:
			locked = append(locked, o)
		case slices.Contains(f.Alone, o.Value):
			alone = append(alone, o)
		default:
			some = append(some, o)
		}
	}
	if len(some) == 0 {
		some, alone = alone, nil
	}
	var out []slackgo.Block
	if len(locked) > 0 {
		out = append(out, always(f, locked))
	}
	if f.Required && (len(some) > maxGroup || len(alone) > 0) {
		f.Required, f.Help = false, strings.TrimSpace(f.Help+" "+wordTick)
	}
	label := f.Label
	for i, part := range parts(some) {
		group := ""
		if i > 0 {
			group = strconv.Itoa(i + 1)
			f.Label, f.Help = fmt.Sprintf(wordPart, label, i+1), ""
		}
		out = append(out, input(f, revision, group, checkboxes(f, group, part)))
	}
	if len(alone) > 0 {
		f.Label, f.Help = wordInstead, ""
		out = append(out, input(f, revision, groupAlone, checkboxes(f, groupAlone, alone)))
	}
	return out
}

// parts splits options into groups that Slack takes.
func parts(options []card.Option) [][]card.Option {
	return slices.Collect(slices.Chunk(options, maxGroup))
}

// always states options that nobody can take away. They come back with no form; who applies it adds them.
func always(f card.Field, locked []card.Option) slackgo.Block {
	lines := make([]string, 0, len(locked))
	for _, o := range locked {
		l := o.Label
		if o.Note != "" {
			l += " (" + o.Note + ")"
		}
		lines = append(lines, l)
	}
	title := wordAlways
	if len(locked) == len(f.Options) {
		title = f.Label
	}
	return rich(line(strong(title)), list(lines))
}

// checkboxes draws a group of options.
func checkboxes(f card.Field, group string, options []card.Option) slackgo.BlockElement {
	id := actionField + f.Key
	if group != "" {
		id += ":" + group
	}
	e := slackgo.NewCheckboxGroupsBlockElement(id)
	for _, o := range options {
		one := option(o)
		e.Options = append(e.Options, one)
		if slices.Contains(f.Value, o.Value) {
			e.InitialOptions = append(e.InitialOptions, one)
		}
	}
	return e
}

func option(o card.Option) *slackgo.OptionBlockObject {
	out := slackgo.NewOptionBlockObject(o.Value, plain(o.Label, maxOption), nil)
	if o.Note != "" {
		out.Description = plain(o.Note, maxOption)
	}
	return out
}
