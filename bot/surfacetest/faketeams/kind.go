package faketeams

import (
	"strings"
)

// kind is what an element of a card may hold: the rule of each member, "!" at its end where it has to be there.
type kind map[string]string

const (
	align   = " horizontalAlignment:=left|center|right"
	upright = " verticalContentAlignment:=top|center|bottom"
	looks   = " size:=small|default|medium|large|extraLarge weight:=lighter|default|bolder fontType:=default|monospace isSubtle:bool" +
		" color:=default|dark|light|accent|good|warning|attention"
	boxStyle = " style:=default|emphasis|good|attention|warning|accent"
	element  = " id:text isVisible:bool separator:bool height:=auto|stretch fallback:fallback requires:object" +
		" spacing:=none|small|default|medium|large|extraLarge|padding"
	question = element + " id:text! label:text isRequired:bool errorMessage:text"
	act      = " id:text title:text! iconUrl:text style:=default|positive|destructive mode:=primary|secondary tooltip:text isEnabled:bool" +
		" role:text fallback:fallback requires:object"
	box = boxStyle + " bleed:bool minHeight:text rtl:bool selectAction:action" + upright
)

// kinds lists the elements of version 1.5 that are known here, and what they hold.
func kinds() map[string]kind {
	out := map[string]kind{}
	for name, text := range map[string]string{
		"AdaptiveCard": "$schema:text version:text body:elements actions:actions msteams:msteams lang:text speak:text fallbackText:text" +
			" minHeight:text rtl:bool selectAction:action" + upright,
		"TextBlock":             "text:text! wrap:bool maxLines:int style:=default|heading" + looks + align + element,
		"RichTextBlock":         "inlines:inlines!" + align + element,
		"TextRun":               "text:text! highlight:bool italic:bool strikethrough:bool underline:bool selectAction:action" + looks,
		"Container":             "items:elements!" + box + element,
		"ColumnSet":             "columns:columns bleed:bool minHeight:text selectAction:action" + boxStyle + align + element,
		"Column":                "items:elements width:width" + box + element,
		"FactSet":               "facts:facts!" + element,
		"ActionSet":             "actions:actions!" + align + element,
		"Table":                 "columns:tablecolumns! rows:rows! firstRowAsHeaders:bool showGridLines:bool horizontalCellContentAlignment:=left|center|right verticalCellContentAlignment:=top|center|bottom gridStyle:=default|emphasis|good|attention|warning|accent" + element,
		"TableRow":              "cells:cells! horizontalCellContentAlignment:=left|center|right verticalCellContentAlignment:=top|center|bottom" + boxStyle,
		"TableCell":             "items:elements!" + box,
		"TableColumnDefinition": "width:width horizontalCellContentAlignment:=left|center|right verticalCellContentAlignment:=top|center|bottom",
		"Input.Text": "isMultiline:bool maxLength:int placeholder:text regex:text style:=text|tel|url|email|password value:text inlineAction:action" +
			question,
		"Input.Number":            "max:number min:number placeholder:text value:number" + question,
		"Input.Date":              "max:text min:text placeholder:text value:text" + question,
		"Input.Time":              "max:text min:text placeholder:text value:text" + question,
		"Input.Toggle":            "title:text! value:text valueOn:text valueOff:text wrap:bool" + question,
		"Input.ChoiceSet":         "choices:choices isMultiSelect:bool style:=compact|expanded|filtered value:text placeholder:text wrap:bool choices.data:query" + question,
		"Data.Query":              "dataset:text! count:int skip:int",
		"Action.Execute":          "verb:text! data:object associatedInputs:=auto|none" + act,
		"Action.Submit":           "data:object associatedInputs:=auto|none" + act,
		"Action.OpenUrl":          "url:url!" + act,
		"Action.ShowCard":         "card:card!" + act,
		"Action.ToggleVisibility": "targetElements:targets!" + act,
	} {
		out[name] = kindOf(text)
	}
	return out
}

func kindOf(text string) kind {
	k := kind{}
	for field := range strings.FieldsSeq(text) {
		name, rule, _ := strings.Cut(field, ":")
		if old := k[name]; strings.HasSuffix(old, "!") {
			continue
		}
		k[name] = rule
	}
	return k
}
