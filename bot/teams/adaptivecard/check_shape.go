package adaptivecard

import "maps"

// kind is where a type may stand.
type kind string

const (
	aCard    kind = "card"
	anyPart  kind = "element" // inputs and charts too
	aRun     kind = "run"
	aColumn  kind = "column"
	anAction kind = "action"
	aQuery   kind = "query"
)

// rule checks one member.
type rule func(k *checker, path string, v any)

// shape is what an object of a type may and has to hold.
type shape struct {
	kind     kind
	required []string
	members  map[string]rule
	rule     func(k *checker, path string, m map[string]any) // what its members have to do with each other
}

// shapeOf gives the shape of a type.
func shapeOf(name string) (shape, bool) {
	for _, find := range []func(string) (shape, bool){cardShape, elementShape, inputShape, actionShape} {
		if s, ok := find(name); ok {
			return s, true
		}
	}
	return shape{}, false
}

func cardShape(name string) (shape, bool) {
	switch name {
	case "AdaptiveCard":
		return shape{kind: aCard, required: []string{"version", "body"}, rule: (*checker).card, members: map[string]rule{
			"version": among(Version), "body": each(anyPart), "actions": each(anAction), "fallbackText": text, "lang": text, "msteams": teamsMember,
		}}, true
	case "TextRun":
		return shape{kind: aRun, required: []string{"text"}, members: with(lettering(), map[string]rule{"fontType": among(FontMonospace)})}, true
	case "Column":
		return shape{kind: aColumn, required: []string{"items"}, members: with(layout(), map[string]rule{
			"items": each(anyPart), "width": columnWidth, "verticalContentAlignment": among("top", AlignCenter, "bottom"),
		}), rule: (*checker).placed}, true
	case "Data.Query":
		return shape{kind: aQuery, required: []string{"dataset"}, members: map[string]rule{"dataset": text}}, true
	}
	return shape{}, false
}

func elementShape(name string) (shape, bool) {
	out := shape{kind: anyPart, rule: (*checker).placed}
	switch name {
	case "TextBlock":
		out.required = []string{"text", "wrap"}
		out.members = with(lettering(), map[string]rule{"wrap": mustWrap, "style": among("default", StyleHeading)})
	case "RichTextBlock":
		out.required = []string{"inlines"}
		out.members = map[string]rule{"inlines": each(aRun), "horizontalAlignment": among("left", AlignCenter, AlignRight)}
	case "Container":
		out.required = []string{"items"}
		out.members = map[string]rule{"items": each(anyPart), "style": containerStyle(), "bleed": flag, "selectAction": one(anAction)}
		out.rule = (*checker).selectable
	case "ColumnSet":
		out.required = []string{"columns"}
		out.members = map[string]rule{"columns": each(aColumn), "selectAction": one(anAction)}
		out.rule = (*checker).columns
	case "ActionSet":
		out.required = []string{"actions"}
		out.members = map[string]rule{"actions": each(anAction)}
		out.rule = (*checker).actionSet
	case ChartBars:
		out.required = []string{"data", "fallback"}
		out.members = map[string]rule{"title": text, "data": points, "fallback": one(anyPart)}
	case ChartGroups, ChartLines:
		out.required = []string{"data", "fallback"}
		out.members = map[string]rule{"title": text, "data": series, "fallback": one(anyPart)}
	default:
		return shape{}, false
	}
	out.members = with(layout(), out.members)
	return out, true
}

func inputShape(name string) (shape, bool) {
	out := shape{kind: anyPart, required: []string{"id", "label"}}
	switch name {
	case "Input.Text":
		out.required = append(out.required, "maxLength")
		out.members = map[string]rule{"value": text, "placeholder": text, "maxLength": whole, "isMultiline": flag}
		out.rule = (*checker).inputText
	case "Input.Number":
		out.members = map[string]rule{"value": whole, "placeholder": text, "min": whole, "max": whole}
		out.rule = (*checker).inputNumber
	case "Input.Date":
		out.members = map[string]rule{"value": day, "placeholder": text}
		out.rule = (*checker).input
	case "Input.Toggle":
		out.required = append(out.required, "title")
		out.members = map[string]rule{"title": text, "value": text, "valueOn": text, "valueOff": text, "wrap": mustWrap}
		out.rule = (*checker).inputToggle
	case "Input.ChoiceSet":
		out.required = append(out.required, "choices")
		out.members = map[string]rule{
			"choices": choices, "choices.data": one(aQuery), "style": among(ChoicesCompact, ChoicesExpanded, ChoicesFiltered), "isMultiSelect": flag,
			"value": text, "placeholder": text, "wrap": mustWrap,
		}
		out.rule = (*checker).inputChoices
	default:
		return shape{}, false
	}
	out.members = with(layout(), with(map[string]rule{"label": text, "isRequired": flag, "errorMessage": text}, out.members))
	return out, true
}

func actionShape(name string) (shape, bool) {
	out := shape{kind: anAction, required: []string{"title"}}
	inputs := among(InputsNone, InputsAuto)
	switch name {
	case "Action.Execute":
		out.required = append(out.required, "verb", "data", "fallback")
		out.members = map[string]rule{"verb": text, "data": object, "associatedInputs": inputs, "fallback": one(anAction)}
		out.rule = (*checker).execute
	case "Action.Submit":
		out.required = append(out.required, "data")
		out.members = map[string]rule{"data": object, "associatedInputs": inputs}
		out.rule = (*checker).submit
	case "Action.OpenUrl":
		out.required = append(out.required, "url")
		out.members = map[string]rule{"url": address}
	case "Action.ShowCard":
		out.required = append(out.required, "card")
		out.members = map[string]rule{"card": inside}
	case "Action.ToggleVisibility":
		out.required = append(out.required, "targetElements")
		out.members = map[string]rule{"targetElements": toggled}
	default:
		return shape{}, false
	}
	out.members = with(out.members, map[string]rule{
		"title": actionTitle, "style": among("default", ActionPositive, ActionDestructive), "mode": among("primary", ModeSecondary), "tooltip": text,
	})
	return out, true
}

func layout() map[string]rule {
	return map[string]rule{
		"id": text, "isVisible": flag, "separator": flag,
		"spacing": among("default", string(SpacingNone), string(SpacingSmall), string(SpacingMedium), string(SpacingLarge), string(SpacingExtraLarge), "padding"),
	}
}

func lettering() map[string]rule {
	return map[string]rule{
		"text": shownText, "size": among(SizeSmall, SizeDefault, SizeMedium, SizeLarge, "extraLarge"),
		"weight": among("lighter", "default", WeightBolder), "isSubtle": flag,
		"color": among("default", "dark", "light", string(ColorAccent), string(ColorGood), string(ColorWarning), string(ColorAttention)),
	}
}

func containerStyle() rule {
	return among("default", StyleEmphasis, StyleGood, StyleWarning, StyleAttention, StyleAccent)
}

func with(a, b map[string]rule) map[string]rule {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
