package card

import (
	"errors"
	"slices"
	"strings"
)

// The limits of a form, in runes.
const (
	MaxFormTitle   = 24 // a chat modal has no more
	MaxSubmit      = 24
	MaxFields      = 40
	MaxFieldLabel  = 75
	MaxHelp        = 150
	MaxNote        = 2000 // of a FieldNote, which is text to read
	MaxOptions     = 10   // of a group; exclusive options are a group of their own
	MaxOptionLabel = 75
	MaxInput       = 3000 // of a typed text
	MaxIntro       = 6
	MaxExtra       = 3
)

// CheckForm gives every way in which a form breaks the neutral limits, or nil.
func CheckForm(f Form) error {
	k := &checker{}
	k.that(f.ID != "", "the form has no id")
	k.that(f.Revision > 0, "the form has no revision")
	k.text("title", f.Title, 1, MaxFormTitle)
	k.text("step", f.Step, 0, MaxFormTitle)
	k.text("submit", f.Submit, 1, MaxSubmit)
	k.text("back", f.Back, 0, MaxSubmit)
	k.text("error", f.Error, 0, MaxParagraph)
	k.most("intro", len(f.Intro), MaxIntro)
	for _, p := range f.Intro {
		k.text("intro", p, 1, MaxParagraph)
	}
	k.most("fields", len(f.Fields), MaxFields)
	seen := map[string]bool{}
	for _, one := range f.Fields {
		k.field(one)
		k.that(!seen[one.Key], "field %q is there twice", one.Key)
		seen[one.Key] = true
	}
	k.most("extra buttons", len(f.Extra), MaxExtra)
	for _, b := range f.Extra {
		k.button(b, "")
	}
	if f.Aside != nil {
		k.add(Check(*f.Aside), "aside")
	}
	return errors.Join(k.problems...)
}

func (k *checker) field(f Field) {
	k.that(f.Key != "" && len(f.Key) <= 60 && !strings.ContainsAny(f.Key, " |,"), "field key %q", f.Key)
	k.text("label", f.Label, 1, MaxFieldLabel)
	k.text("example", f.Example, 0, MaxHelp)
	k.text("field error", f.Error, 0, MaxParagraph)
	if f.Kind == FieldNote {
		k.that(len([]rune(f.Help)) <= MaxNote && f.Help == CleanLines(f.Help), "note %q is too long or not clean", f.Label)
		k.that(len(f.Value) == 0 && len(f.Options) == 0, "note %q takes no input", f.Label)
		return
	}
	k.text("help", f.Help, 0, MaxHelp)
	k.that(f.MaxLength <= MaxInput, "field %q takes %d runes, at most %d", f.Key, f.MaxLength, MaxInput)
	choice := f.Kind == FieldOne || f.Kind == FieldMany
	k.that(choice == (len(f.Options) > 0), "field %q of kind %q with %d options", f.Key, f.Kind, len(f.Options))
	k.that(f.Kind == FieldMany || len(f.Value) <= 1, "field %q has %d values", f.Key, len(f.Value))
	k.options(f)
}

func (k *checker) options(f Field) {
	alone := 0
	seen := map[string]bool{}
	for _, o := range f.Options {
		k.text("option", o.Label, 1, MaxOptionLabel)
		k.text("option note", o.Note, 0, MaxOptionLabel)
		k.that(o.Value != "" && len([]rune(o.Value)) <= MaxOptionLabel && !strings.Contains(o.Value, ","), "option value %q", o.Value)
		k.that(!seen[o.Value], "option %q is there twice", o.Value)
		k.that(!o.Locked || slices.Contains(f.Value, o.Value), "option %q is locked but not ticked", o.Value)
		seen[o.Value] = true
		if slices.Contains(f.Alone, o.Value) {
			alone++
		}
	}
	k.most("exclusive options of "+f.Key, alone, MaxOptions)
	k.most("options of "+f.Key, len(f.Options)-alone, MaxOptions)
	k.that(alone == len(f.Alone), "field %q: an exclusive value is no option", f.Key)
}
