package view

import (
	"fmt"
	"net/url"
	"time"

	"steward/bot/card"
	"steward/workflows"
)

const (
	textMoved       = "The one before is not linked to you any more: nothing reaches you there, and nothing can be done from there."
	textTaken       = "A %s account that was yours is somebody else's now%s. Nothing reaches you there any more, and nothing can be done from there in your name."
	textTakenWrong  = "If that is wrong, tell your administrator at once, who can link it to you again."
	textCrossed     = "A %s account was that of %s and is that of %s now%s. What is done from there is done in that person's name."
	textCrossedMore = "%s more passed by the same file; the record names them."
	textCrossedThen = "Whoever had it is told. If nobody has asked for it, take it away on the page of the person."

	textTookAway = ": taken away"
	textByFile   = " by a file that an administrator imported"
	textByOne    = " by %s"
	textByRuns   = " by whoever runs Steward on its server"
	textWhenWas  = " on %s"
	buttonWhose  = "Open their page"
)

// AccountNews is what became of the link of an account, as somebody is told elsewhere.
type AccountNews struct {
	Link workflows.Link
	Part string // what more there is to tell, see [workflows.PartMoved]

	Do   workflows.LinkDo // what was done; empty where that is not known, as By and At are
	By   workflows.Person // zero for Steward, and for whoever runs it
	At   time.Time
	From workflows.Person // whose the account was, where it passed to somebody else
	To   workflows.Person
}

// LinkNews tells a person, elsewhere, that an account was linked to them or is not any more, with a way to undo it; and those who
// answer for Steward that one passed from one person to another.
func LinkNews(e Eyes, n AccountNews) card.Card {
	if passed, ok := workflows.Passed(n.Part); ok {
		return passedNews(e, n, passed)
	}
	where := SurfaceName(n.Link.Surface)
	if n.Part == workflows.PartTaken {
		return wentNews(fmt.Sprintf(textTaken, where, after(",", n.how(e))), textTakenWrong)
	}
	if n.Link.State != workflows.LinkLinked {
		text := fmt.Sprintf(textWent, where, after(textTookAway, n.how(e)))
		if n.Link.Surface == workflows.SurfaceOIDC {
			text = textWentCompany
		}
		return wentNews(text, textNotMeWent)
	}
	lead := []string{fmt.Sprintf(textCame, where, n.proved(e))}
	if n.Link.Surface == workflows.SurfaceOIDC {
		lead[0] = textCameCompany
	}
	if n.Part == workflows.PartMoved {
		lead = append(lead, textMoved)
	}
	if n.Link.Limited() {
		lead = append(lead, textCameHalf)
	}
	gist := lead[0]
	lead = append(lead, textNotMe)
	remove := unlinkButton(where, workflows.AccountRef(n.Link.ID).String())
	if n.Link.Surface == workflows.SurfaceOIDC {
		remove.Confirm.Text = textConfirmOut
	}
	if n.Part == workflows.PartMoved {
		gist += " " + textMoved
	} else {
		gist += " " + textNotMe
	}
	out := card.Card{
		About: workflows.AccountRef(n.Link.ID).String(), Title: titleCame, Lead: lead, Gist: gist, Buttons: []card.Button{remove},
	}
	return out.Cleaned()
}

func wentNews(text, then string) card.Card {
	return card.Card{Title: titleWent, Lead: []string{text, then}, Gist: text + " " + then}.Cleaned()
}

// passedNews tells those who answer for Steward.
func passedNews(e Eyes, n AccountNews, passed int) card.Card {
	text := fmt.Sprintf(textCrossed, SurfaceName(n.Link.Surface), known(n.From), known(n.To), after(",", n.how(e)))
	out := card.Card{
		Title: titlePassed, Lead: []string{text}, Gist: text,
		Buttons: []card.Button{{Label: buttonWhose, Path: "/people/" + url.PathEscape(string(n.To.ID))}},
	}
	if passed > 1 {
		out.Lead = append(out.Lead, fmt.Sprintf(textCrossedMore, count(passed-1, "account")))
	}
	out.Lead = append(out.Lead, textCrossedThen)
	return out.Cleaned()
}

// after puts something before what there is to say.
func after(lead, said string) string {
	if said == "" {
		return ""
	}
	return lead + said
}

// how says who did it, and when, as far as that is known.
func (n AccountNews) how(e Eyes) string {
	if n.At.IsZero() {
		return ""
	}
	when := fmt.Sprintf(textWhenWas, e.moment(n.At))
	switch {
	case n.By.ID != "" && n.By.ID == e.Viewer.ID:
		return fmt.Sprintf(textByOne, "you") + when
	case n.By.ID != "":
		return fmt.Sprintf(textByOne, known(n.By)) + when
	case n.Do == workflows.LinkImport, n.Do == workflows.LinkReplace:
		return textByFile + when
	}
	return textByRuns + when
}

// proved says on whose word an account was linked, by whom and when.
func (n AccountNews) proved(e Eyes) string {
	said := provedBy(n.Link.Proof)
	switch {
	case n.At.IsZero():
		return said
	case n.Link.Proof == workflows.ProofImport && n.Do == workflows.LinkImport:
		return said + "'s file" + fmt.Sprintf(textWhenWas, e.moment(n.At))
	case n.Link.Proof == workflows.ProofAdmin && n.By.ID != "":
		return said + n.how(e)
	}
	return said + fmt.Sprintf(textWhenWas, e.moment(n.At))
}

// provedBy says on whose word an account was linked.
func provedBy(p workflows.Proof) string {
	switch p {
	case workflows.ProofImport, workflows.ProofAdmin:
		return " by an administrator"
	case workflows.ProofPerson, workflows.ProofDomain:
		return ", by somebody who uses it and has your e-mail address there"
	case workflows.ProofOIDC:
		return ", by you, signed in with your company account"
	case workflows.ProofNone:
	}
	return ""
}
