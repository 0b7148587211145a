package view

import (
	"fmt"
	"strings"

	"steward/bot/card"
	"steward/workflows"
)

// The verbs of the card that asks whose account this is. Its presser has no link yet: [bot.Identity] takes them, not the
// desk. Arg: the person it names.
const (
	VerbMe    = "me"
	VerbNotMe = "not_me"
)

// WordLink is the command that shows one's accounts; PathAccounts is their page in the portal, PathSignInAgain the one where
// somebody who is signed in does it once more.
const (
	WordLink        = "link"
	PathAccounts    = "/accounts"
	PathSignInAgain = "/sign-in/again"
)

// The verbs of the card of one's accounts; About is the link.
const (
	VerbPrefer = "prefer_account"
	VerbUnlink = "unlink_account"
)

// What accounts hear that are not let in, and people whose account is not good enough for what they want.
const (
	TextUnread    = "I could not check your account just now, so I did nothing. Please try again in a minute, or use the portal."
	TextNotMember = "I answer the members of this organisation only: no guests, no accounts from elsewhere, no bots."
	TextOldFlags  = "I could not check your account for more than a day, so nothing was decided here. Please try again in a few minutes, or decide in the portal."

	TextTypedKept = "What you typed is kept."
)

const (
	titleAreYou      = "Are you %s?"
	titleLinked      = "This account is linked"
	titleNotLinked   = "This account is not linked"
	titleAccounts    = "Your accounts"
	titleCame        = "An account was linked to you"
	titleWent        = "An account is not linked to you any more"
	titlePassed      = "An account passed from one person to another"
	titleWhereTold   = "Where you are told"
	labelThisOne     = "This account"
	labelInDirectory = "In the directory"

	textAreYou     = "I do not know yet whose %s account this is. It has the e-mail address that the directory has for %s."
	textAreYouThen = "If that is you, say so: I then answer you here, and write to you here. If it is not, I leave this account alone. Nothing is linked until you say so."
	gistAreYou     = "Are you %s? I ask before I link this %s account to anybody."

	textLinkedNow  = "Thank you. This %s account is linked to you, %s. I answer you here from now on, and write to you here."
	textLinkedHalf = "Thank you. This %s account is linked to you, %s. You can ask here, and decide as a line manager. What you decide or read by a role waits in the portal until an administrator has confirmed this account."
	textNotYou     = "Thank you for saying so. This %s account is not linked to anybody, and I do not ask again."
	textWhoToAsk   = "I do not know whose %s account this is, so I can neither show nor do anything here. Please ask an administrator of Steward to link it%s."

	textLimited      = "Your %s account is linked, but an administrator has to confirm it before you decide here by a role. You can decide in the portal."
	textLimitedRead  = "Your %s account is linked, but an administrator has to confirm it before I show here what you see by a role. It is in the portal."
	textMoreLimited  = "%s in the portal, until an administrator has confirmed this account."
	textCame         = "A %s account was linked to you%s."
	textCameHalf     = "It can ask in your name and decide as a line manager; an administrator has to confirm it before it does more."
	textWent         = "A %s account is not linked to you any more%s. Nothing reaches you there, and nothing can be done from there."
	textCameCompany  = "You signed in to the portal with your company account for the first time. From now on you are known by it there."
	textWentCompany  = "Your company account does not sign you in to the portal any more."
	textNotMe        = "If this was not you, remove it and tell your administrator."
	textNotMeWent    = "If this was not you, tell your administrator, who can link it again."
	textAccounts     = "I write to you in the portal always, and to the first account below. If it cannot be reached, the next one gets it."
	textOnlyPortal   = "No chat account is linked to you. I write to you in the portal."
	textFirst        = "messages go here first"
	textHalf         = "an administrator has to confirm it before you decide by a role there"
	textUsed         = "last used %s"
	textConfirmEnd   = "Nothing reaches you there any more, and nothing can be asked or decided from there. Only an administrator can link it again."
	textConfirmOut   = "It does not sign you in any more, and wherever it did you are signed out. Only an administrator can link it again."
	buttonMe         = "Yes, this is me"
	buttonNotMe      = "No"
	buttonUse        = "Use %s first"
	buttonRemove     = "Remove %s"
	confirmRemoveYes = "Remove"
	confirmRemoveNo  = "Keep"
)

// SurfaceName gives the name people know a surface by.
func SurfaceName(surface string) string {
	switch surface {
	case "slack":
		return "Slack"
	case "teams":
		return "Microsoft Teams"
	case workflows.SurfaceOIDC:
		return "company account"
	}
	return short(humanise(surface), 18)
}

// Whose is the question whose account something is.
type Whose struct {
	Link   workflows.Link
	Person workflows.Person // whom the address suggests
	Name   string           // of the account, as the platform has it; empty where that is not known
	Email  string           // of the account
}

// AreYou asks the holder of an account whether they are a person of the directory, and names both.
func AreYou(w Whose) card.Card {
	where := SurfaceName(w.Link.Surface)
	name := known(w.Person)
	action := func(verb string) card.Action {
		return card.Action{Verb: verb, About: workflows.AccountRef(w.Link.ID).String(), Arg: string(w.Person.ID)}
	}
	out := card.Card{
		About: workflows.AccountRef(w.Link.ID).String(), Title: fmt.Sprintf(titleAreYou, name),
		Lead:  []string{fmt.Sprintf(textAreYou, where, name), textAreYouThen},
		Facts: []card.Fact{{Label: labelInDirectory, Value: listed(name, w.Person.Department, w.Person.Email)}},
		Buttons: []card.Button{
			{Label: buttonMe, Action: action(VerbMe), Style: card.StylePrimary},
			{Label: buttonNotMe, Action: action(VerbNotMe)},
		},
		Gist: fmt.Sprintf(gistAreYou, name, where),
	}
	if one := listed(w.Name, "", w.Email); one != "" {
		out.Facts = append([]card.Fact{{Label: labelThisOne, Value: one}}, out.Facts...)
	}
	return out.Cleaned()
}

// known gives the name of somebody, or the id where they have none.
func known(p workflows.Person) string {
	if name := short(p.Name, 60); name != "" {
		return name
	}
	return short(string(p.ID), 60)
}

// listed joins what there is with commas.
func listed(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = short(p, 120); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

// LinkedNow answers whoever said that an account is theirs. half says that they hold roles and only their own word stands
// for the account.
func LinkedNow(l workflows.Link, who workflows.Person, half bool) card.Card {
	text := textLinkedNow
	if half {
		text = textLinkedHalf
	}
	text = fmt.Sprintf(text, SurfaceName(l.Surface), known(who))
	out := card.Card{Title: titleLinked, Lead: []string{text}, Gist: text, Buttons: []card.Button{{Label: titleHelp, Action: card.Action{Verb: VerbHelp}}}}
	return out.Cleaned()
}

// NotYou answers whoever said that an account is not theirs.
func NotYou(surface string) card.Card {
	text := fmt.Sprintf(textNotYou, SurfaceName(surface))
	return card.Card{Title: titleNotLinked, Lead: []string{text}, Gist: text}.Cleaned()
}

// WhoToAsk says who can help an account that is linked to nobody.
func WhoToAsk(surface string, administrators []workflows.Person) string {
	var names []string
	for _, p := range administrators[:min(len(administrators), 3)] {
		names = append(names, known(p))
	}
	who := ""
	if len(names) > 0 {
		who = ": " + strings.Join(names, " or ")
	}
	return card.Clean(fmt.Sprintf(textWhoToAsk, SurfaceName(surface), who))
}

// Limited says why somebody cannot decide here by a role, LimitedRead why they cannot read.
func Limited(surface string) string { return fmt.Sprintf(textLimited, SurfaceName(surface)) }

// LimitedRead says why something is not shown here.
func LimitedRead(surface string) string { return fmt.Sprintf(textLimitedRead, SurfaceName(surface)) }

// MoreLimited says that more waits than is shown here.
func MoreLimited(n int) string {
	if n == 1 {
		return fmt.Sprintf(textMoreLimited, "1 more thing waits for you")
	}
	return fmt.Sprintf(textMoreLimited, fmt.Sprintf("%d more things wait for you", n))
}

// Accounts lists where a person is told, the first place first, with buttons to change that. Those that take an account away
// stand where a surface can ask first, as far as there is room.
func Accounts(e Eyes, links []workflows.Link) card.Card {
	out := card.Card{Title: titleAccounts, Lead: []string{textOnlyPortal}, Gist: textOnlyPortal, Foot: e.zone()}
	links = links[:min(len(links), maxAccounts)]
	names := accountNames(links)
	var lines []string
	var use, remove []card.Button
	for i, l := range links {
		about := workflows.AccountRef(l.ID).String()
		lines = append(lines, e.accountLine(names[i], l, i == 0))
		remove = append(remove, unlinkButton(names[i], about))
		if i > 0 {
			use = append(use, card.Button{Label: fmt.Sprintf(buttonUse, names[i]), Action: card.Action{Verb: VerbPrefer, About: about}})
		}
	}
	if len(lines) > 0 {
		out.Lead, out.Gist = []string{textAccounts}, textAccounts
		out.Sections = []card.Section{{Title: titleWhereTold, Lines: lines}}
	}
	portal := card.Button{Label: buttonPortal, Path: "/"}
	all := append(append(use, remove...), portal)
	if len(use) == 0 {
		all = append([]card.Button{portal}, remove...)
	}
	out.Buttons = all[:min(len(all), card.MaxButtons)]
	out.More = all[len(out.Buttons):]
	return out.Cleaned()
}

// maxAccounts is how many accounts of one person are listed: as many as there are buttons for.
const maxAccounts = (card.MaxButtons + card.MaxMore) / 2

// accountNames tells accounts on one surface apart by a number.
func accountNames(links []workflows.Link) []string {
	seen := map[string]int{}
	var out []string
	for _, l := range links {
		name := short(SurfaceName(l.Surface), 16)
		if seen[l.Surface]++; seen[l.Surface] > 1 {
			name = fmt.Sprintf("%s %d", name, seen[l.Surface])
		}
		out = append(out, name)
	}
	return out
}

func (e Eyes) accountLine(name string, l workflows.Link, first bool) string {
	var what []string
	if first {
		what = append(what, textFirst)
	}
	if !l.UsedAt.IsZero() {
		what = append(what, fmt.Sprintf(textUsed, e.day(l.UsedAt)))
	}
	if l.Limited() {
		what = append(what, textHalf)
	}
	if len(what) == 0 {
		return name
	}
	return name + ": " + sentence(strings.Join(what, "; "))
}

func unlinkButton(name, about string) card.Button {
	label := fmt.Sprintf(buttonRemove, name)
	return card.Button{
		Label: label, Action: card.Action{Verb: VerbUnlink, About: about}, Style: card.StyleDanger,
		Confirm: &card.Confirm{Title: label + "?", Text: textConfirmEnd, Yes: confirmRemoveYes, No: confirmRemoveNo},
	}
}

// TextChosen and TextRemoved say what a press on the card of one's accounts did.
const (
	TextChosen  = "I write to you there first from now on."
	TextRemoved = "The account is not linked to you any more."
)
