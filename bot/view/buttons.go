package view

import (
	"fmt"
	"net/url"
	"slices"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// buttons gives what the reader can press: what the machine says they can do, in its order, then what only shows.
func (c Case) buttons() (main, more []card.Button) {
	var all []card.Button
	actions := c.actions()
	for _, a := range actions {
		for _, b := range c.button(a) {
			leads := func(one card.Button) bool { return one.Path != "" && one.Path == b.Path }
			if !slices.ContainsFunc(all, leads) { // one way to the portal is enough
				all = append(all, b)
			}
		}
	}
	show := c.related()
	if c.Request.Status == approval.StatusApproved && c.starts() { // what a later version asks for is asked of what is in use
		show = append(show, c.form(VerbRequest, c.About, c.startLabel(), card.StylePlain))
	}
	if c.Surface != workflows.SurfacePortal { // there the card has everything
		show = append(show, card.Button{Label: buttonDetails, Action: c.act(VerbDetails, "")})
	}
	explain := card.Button{Label: buttonExplain, Action: c.act(VerbExplain, "")}
	if c.deciding() {
		explain.Label = buttonWhyMe
	}
	if c.open() {
		show = append(show, explain)
	}
	if len(all) == 0 {
		return show[:min(len(show), 1)], show[min(len(show), 1):]
	}
	main = all[:min(len(all), card.MaxButtons)]
	rest := all[len(main):]
	rest = rest[:min(len(rest), card.MaxMore-len(show))]
	return main, append(slices.Clone(rest), show...)
}

// actions asks the machine what the reader can do now.
func (c Case) actions() []approval.Action {
	return approval.Actions(c.Request, c.Viewer.ID, c.Roster, c.Now)
}

// Can finds what the reader can do with a verb, as the machine says it now; false where they cannot.
func Can(c Case, verb, arg string) (approval.Action, bool) {
	for _, a := range c.actions() {
		for _, b := range c.button(a) {
			if b.Action.Verb == verb && (b.Action.Arg == arg || arg == "") {
				return a, true
			}
		}
	}
	return approval.Action{}, false
}

// button gives the buttons of one action, the main one first.
func (c Case) button(a approval.Action) []card.Button {
	switch a.Kind {
	case approval.Decided{}.Kind():
		return c.decideButtons(a)
	case approval.Advised{}.Kind():
		return []card.Button{
			c.press(VerbNoObjection, buttonNoObject, titleNoObject, textConfirmAdvice),
			c.form(VerbObject, "", buttonObject, card.StylePlain),
		}
	case approval.Ruled{}.Kind():
		if InPortal(c) {
			return c.elsewhere(buttonInPortal, buttonSignIn)
		}
		label := buttonClassify
		if c.onHold() {
			label = buttonHold
		}
		return []card.Button{c.form(VerbRule, "", label, card.StylePrimary)}
	case approval.Overridden{}.Kind():
		return c.overrideButtons()
	case approval.Corrected{}.Kind():
		return c.correctButtons()
	case approval.Asked{}.Kind():
		return []card.Button{c.form(VerbAsk, "", buttonAsk, card.StylePlain)}
	case approval.Answered{}.Kind():
		return []card.Button{c.form(VerbAnswer, a.Part, c.answerLabel(a.Part), card.StylePrimary)}
	case approval.Accepted{}.Kind():
		return []card.Button{c.press(VerbAccept, buttonAccept, titlePlain, textConfirmAccept)}
	case approval.Declined{}.Kind():
		return []card.Button{c.form(VerbDecline, "", buttonDecline, card.StylePlain)}
	case approval.Linked{}.Kind():
		return c.linkButtons(a)
	case approval.Named{}.Kind():
		if !a.Outsider && len(c.nameable(a.Roles)) == 0 {
			return nil
		}
		if InPortal(c) {
			return c.elsewhere(buttonNameInPortal, buttonSignInToName)
		}
		return []card.Button{c.form(VerbName, nameArg(a), nameLabel(a), card.StylePlain)}
	case approval.Edited{}.Kind():
		return []card.Button{c.form(VerbEdit, "", buttonEdit, card.StylePlain)}
	case approval.Withdrawn{}.Kind():
		return []card.Button{c.form(VerbWithdraw, "", buttonWithdraw, card.StyleDanger)}
	}
	return c.emergencyButtons(a)
}

// decideButtons: approve opens a form where there is something to choose or to say, and is one press where not. Where the
// policy wants more assurance than chat gives, the decision is made in the portal.
func (c Case) decideButtons(a approval.Action) []card.Button {
	if InPortal(c) {
		return c.elsewhere(buttonInPortal, buttonSignIn)
	}
	word := short(c.plan().Approve, card.MaxButtonLabel-1)
	reject := c.form(VerbReject, "", short(c.plan().Reject, card.MaxButtonLabel-1)+ellipsis, card.StyleDanger)
	if a.Reason || c.hasConditions() {
		return []card.Button{c.form(VerbDecide, "", word+ellipsis, card.StylePrimary), reject}
	}
	approve := c.press(VerbApprove, word, titlePlain, fmt.Sprintf(textConfirmApprove, short(c.title(), 120)))
	return []card.Button{approve, reject}
}

// elsewhere makes the button that stands instead of a decision that cannot be made where its reader is: it leads to the
// portal, and there to another sign-in.
func (c Case) elsewhere(chat, portal string) []card.Button {
	if c.Surface == workflows.SurfacePortal {
		return []card.Button{{Label: portal, Path: PathSignInAgain + "?to=" + url.QueryEscape(Path(c.Request.ID)), Style: card.StylePrimary}}
	}
	return []card.Button{{Label: chat, Path: Path(c.Request.ID), Style: card.StylePrimary}}
}

// InPortal says that the policy wants to be surer of who decides, names a tier or names somebody here than the surface is: it
// is done in the portal, and there after a better, or a fresh, sign-in.
func InPortal(c Case) bool { return !c.Assured.Meets(c.plan().Assurance) }

// hasConditions says whether any condition is required or suggested.
func (c Case) hasConditions() bool {
	return slices.ContainsFunc(c.plan().Conditions, func(one policy.Condition) bool { return one.Required || one.Suggested })
}

// linkButtons: add a reference; the owner can also begin the assessment that is asked for, where a flow of the pack is
// about such requests.
func (c Case) linkButtons(a approval.Action) []card.Button {
	var out []card.Button
	i := slices.IndexFunc(c.plan().Preconditions, func(p policy.Precondition) bool { return p.Key == a.Part })
	if i < 0 {
		return nil
	}
	p := c.plan().Preconditions[i]
	if _, making := c.Request.Making(p); making {
		return nil // it is being decided on
	}
	if p.Flow == "" || p.Elsewhere {
		out = append(out, c.form(VerbLink, a.Part, buttonLink, card.StylePlain))
	}
	if !c.starts() {
		return out
	}
	return append([]card.Button{c.form(VerbRequest, c.About, c.startLabel(), card.StylePrimary)}, out...)
}

// starts says that the reader can begin what has to be there first.
func (c Case) starts() bool { return c.About != "" && c.isOwner() && !c.assessmentOpen() }

// assessmentOpen says that an assessment is being decided on: it is edited, and no second one begun.
func (c Case) assessmentOpen() bool {
	return c.Assessment != nil && c.Assessment.Request.Status == approval.StatusOpen
}

func (c Case) startLabel() string {
	if c.Assessment != nil {
		return buttonAnew
	}
	return buttonImpact
}

func (c Case) answerLabel(part string) string {
	if len(c.openQuestions()) < 2 {
		return buttonAnswer
	}
	if q, ok := c.questionOf(part); ok {
		return short("Answer "+c.who(q.Person), card.MaxButtonLabel-6) + " (" + part + ")" + ellipsis
	}
	return buttonAnswer
}

const ellipsis = "\u2026"

// form makes a button that opens a form.
func (c Case) form(verb, arg, label string, style card.Style) card.Button {
	return card.Button{Label: label, Action: c.act(verb, arg), Style: style}
}

// press makes a main button that acts at once, after the surface's own confirmation, whose title has label and id in it.
func (c Case) press(verb, label, title, text string) card.Button {
	return card.Button{Label: label, Action: c.act(verb, ""), Style: card.StylePrimary, Confirm: &card.Confirm{
		Title: fmt.Sprintf(title, label, c.Request.ID), Text: text, Yes: label, No: confirmNo,
	}}
}

// nameArg says which of the two kinds of naming a button is for.
func nameArg(a approval.Action) string {
	if a.Outsider {
		return argOutsider
	}
	return argHolder
}

func nameLabel(a approval.Action) string {
	switch {
	case a.Outsider:
		return buttonOutsider
	case byRelation(a.Roles):
		return buttonManager
	}
	return buttonName
}
