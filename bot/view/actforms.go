package view

import (
	"fmt"
	"slices"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// reasonForm asks for a reason and nothing else.
func (c Case) reasonForm(s Sheet, word, link, help string, required bool) card.Form {
	out := s.form(c.titled(word, link), word)
	out.Aside = c.aside()
	f := s.text(card.FieldLong, KeyReason, textReasonLabel, help, approval.MaxText)
	f.Required = required
	out.Fields = []card.Field{f}
	return out
}

func (c Case) askForm(s Sheet) card.Form {
	out := s.form(c.titled(titleAsk, "about"), textAskSubmit)
	out.Aside = c.aside()
	out.Intro = append(out.Intro, fmt.Sprintf(textAskIntro, c.who(c.Request.Asker())))
	f := s.text(card.FieldLong, KeyQuestion, textAskLabel, textAskHelp, approval.MaxText)
	f.Required = true
	for i, q := range c.reviewQuestions() {
		if i == 0 {
			f.Example = short(q, card.MaxHelp)
		}
	}
	out.Fields = append(notes(titleAskReview, c.reviewQuestions()), f)
	return out
}

func (c Case) answerForm(s Sheet) card.Form {
	out := s.form(c.titled(titleAnswer, ""), textAnswerSubmit)
	if q, ok := c.questionOf(Own(s.Draft, KeyArg).Text); ok {
		out.Fields = append(out.Fields, card.Field{
			Key: "note.question", Kind: card.FieldNote, Label: short(fmt.Sprintf(textAskedYou, upper(c.name(q.Person)), c.Eyes().moment(q.At)), card.MaxFieldLabel),
			Help: card.CleanLines(q.Text),
		})
	}
	f := s.text(card.FieldLong, KeyAnswer, textAnswerLabel, textAnswerHelp, approval.MaxText)
	f.Required = true
	out.Fields = append(out.Fields, f)
	return out
}

func (c Case) linkForm(s Sheet) card.Form {
	out := s.form(c.titled(titleLink, "for"), textLinkSubmit)
	key := Own(s.Draft, KeyArg).Text
	label, help, example, start := textRefLabel, textRefHelp, textRefExample, textLinkStart
	for _, p := range c.plan().Preconditions {
		if p.Key != key {
			continue
		}
		out.Intro = append(out.Intro, sentence(p.Text))
		if p.Flow != "" {
			label, help, example, start = textMadeLabel, textMadeHelp, textMadeExample, textMadeStart
		}
	}
	if c.starts() {
		place := textOnCard
		if c.Surface == workflows.SurfacePortal {
			place = textOnPage
		}
		out.Intro = append(out.Intro, fmt.Sprintf(start, place))
	}
	f := s.text(card.FieldText, KeyRef, label, help, approval.MaxRef)
	f.Required, f.Example = true, example
	if e := s.Errors["key"]; e != "" && out.Error == "" {
		out.Error = e
	}
	out.Fields = []card.Field{f}
	return out
}

// nameForm asks whom to name, for which role, and why. It gives the decision to nobody but the person named.
func (c Case) nameForm(s Sheet) card.Form {
	arg := Own(s.Draft, KeyArg).Text
	out := s.form(c.titled(titleName, "for"), textNameSubmit)
	a, _ := Can(c, VerbName, arg)
	switch {
	case a.Outsider:
		out.Intro = []string{textNameOutsider}
	case byRelation(a.Roles):
		out.Intro = append(out.Intro, textNameManager)
	default:
		out.Intro = append(out.Intro, textNameHolder)
	}
	if len(a.Roles) > 1 {
		role := s.text(card.FieldOne, KeyRole, textRoleLabel, "", 0)
		for _, r := range a.Roles {
			role.Options = append(role.Options, c.roleOption(r))
		}
		role.Required = true
		s.fill(&role, []string{Own(s.Draft, KeyRole).Text})
		out.Fields = append(out.Fields, role)
	}
	out.Fields = append(out.Fields, c.personField(s, a))
	reason := s.text(card.FieldLong, KeyReason, textReasonLabel, textNameReason, approval.MaxText)
	reason.Required = a.Outsider
	out.Fields = append(out.Fields, reason)
	if e := s.Errors[KeyRole]; e != "" && len(a.Roles) <= 1 && out.Error == "" {
		out.Error = e
	}
	return out
}

// personField offers those who can be named where they are few; else, and for an outsider, everybody.
func (c Case) personField(s Sheet, a approval.Action) card.Field {
	f := s.text(card.FieldPerson, KeyPerson, textPersonLabel, "", 0)
	f.Required = true
	if id := Own(s.Draft, KeyPerson).Text; id != "" {
		f.Shown = c.who(workflows.PersonID(id))
	}
	if a.Outsider {
		return f
	}
	f.Options = c.nameable(a.Roles)
	if len(f.Options) == 0 || len(f.Options) > card.MaxOptions {
		f.Options = nil
		return f
	}
	f.Kind, f.Value, f.Shown = card.FieldOne, nil, ""
	s.fill(&f, []string{Own(s.Draft, KeyPerson).Text})
	return f
}

// nameable lists whom the reader can name for one of the roles; where there are several roles, with the role.
func (c Case) nameable(roles []workflows.Role) []card.Option {
	var out []card.Option
	for _, role := range roles {
		for _, id := range approval.Nameable(c.Request, c.Viewer.ID, role, c.Roster, c.Now) {
			label := c.full(id)
			if len(roles) > 1 {
				label += ", " + mid(c.role(role))
			}
			i := slices.IndexFunc(out, func(o card.Option) bool { return o.Value == string(id) })
			if i >= 0 {
				out[i].Label = short(out[i].Label+" and "+mid(c.role(role)), card.MaxOptionLabel)
				continue
			}
			out = append(out, card.Option{Value: string(id), Label: short(label, card.MaxOptionLabel)})
		}
	}
	return out
}

// byRelation says that all that is named is the requester's manager.
func byRelation(roles []workflows.Role) bool {
	return len(roles) == 1 && roles[0] == workflows.LineManager
}

// NamedRole gives the role somebody is named for: the one chosen, or the only one there is.
func NamedRole(c Case, d policy.Draft) workflows.Role {
	a, ok := Can(c, VerbName, Own(d, KeyArg).Text)
	chosen := workflows.Role(Own(d, KeyRole).Text)
	if !ok || slices.Contains(a.Roles, chosen) || len(a.Roles) != 1 {
		return chosen
	}
	return a.Roles[0]
}
