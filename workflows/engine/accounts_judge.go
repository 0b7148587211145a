package engine

import (
	"slices"

	"steward/workflows"
)

// The sentences of refusals about links.
const (
	sentenceNoLink    = "This question is not open any more. Send me a word, and I look again whose account this is."
	sentenceLinked    = "This account is linked to you already. The word link shows your accounts, and takes them away."
	sentenceAdmin     = "Only an administrator of Steward can link this account now."
	sentenceAddress   = "The address of this account is not the one any more by which I knew it. Please ask an administrator of Steward to link it."
	sentenceAnother   = "Another account is linked to you here already. Please ask an administrator of Steward which one it is to be."
	sentenceLeft      = "This person is not active in the directory, so no account can be theirs."
	sentenceOther     = "Another account is linked to them here already. Where this is to be the one, take that away first."
	sentenceOwnToo    = "An administrator cannot confirm an account of their own. Another one can, or whoever runs Steward: steward accounts confirm."
	sentenceNotYours  = "This account is somebody else's."
	sentenceLimited   = "An administrator has to confirm this account before you change your other accounts from here. You can do it in the portal."
	sentenceNotLinked = "This account is not linked to anybody."
	sentenceCompany   = "Sign in to the portal with your company account to confirm this yourself, or ask an administrator of Steward to confirm it."
)

// soleOwner gives the one person who has an address: exactly this one, active, and nobody else has a similar one.
func soleOwner(sharing []workflows.Person, email string) workflows.PersonID {
	if len(sharing) != 1 || !sharing[0].Active || !workflows.SameAddress(sharing[0].Email, email) {
		return ""
	}
	return sharing[0].ID
}

// has says whether one of the links is a linked account in the same place as a, other than a itself.
func has(links []workflows.Link, a workflows.Account) bool {
	return slices.ContainsFunc(links, func(l workflows.Link) bool {
		return l.State == workflows.LinkLinked && l.Surface == a.Surface && l.Serves(a.Tenant) && l.User != a.User
	})
}

// judgeLink is what may be done to a link, as a pure function: the link afterwards, or why not. A link that is as asked
// already comes back as it is.
func judgeLink(l workflows.Link, c workflows.LinkChange, f linkFacts) (workflows.Link, *workflows.Refusal) {
	if c.Person != l.Person {
		return l, workflows.Refuse(workflows.CodeStale, sentenceNoLink)
	}
	switch c.Do {
	case workflows.LinkConfirm:
		switch {
		case c.Account.User != "":
			return confirmOwn(l, c, f)
		case c.Actor == l.Person && c.Via.Surface == workflows.SurfacePortal:
			return confirmSigned(l, c, f)
		}
		return confirmFor(l, c, f)
	case workflows.LinkRefuse:
		return refuseOwn(l, c)
	case workflows.LinkEnd:
		return endLink(l, c, f)
	case workflows.LinkPrefer:
		return preferLink(l, c, f)
	case workflows.LinkPropose, workflows.LinkImport, workflows.LinkTenant, workflows.LinkReplace, workflows.LinkSignIn, workflows.LinkErase:
	}
	return l, workflows.Refuse(workflows.CodeNotNow, sentenceNoLink)
}

// confirmOwn: the person says, from the account itself, that it is theirs. It counts as long as the platform still gives the
// address by which it was proposed.
func confirmOwn(l workflows.Link, c workflows.LinkChange, f linkFacts) (workflows.Link, *workflows.Refusal) {
	switch {
	case !from(l, c):
		return l, workflows.Refuse(workflows.CodeNotYours, sentenceNotYours)
	case l.State == workflows.LinkLinked:
		return l, nil
	case l.State != workflows.LinkProposed:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceAdmin)
	case !f.Person.Active:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceLeft)
	case f.Owner != l.Person:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceAddress)
	case has(f.Others, l.Account):
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceAnother)
	}
	proof := workflows.ProofPerson
	if f.Identity.Trusts(c.Email) {
		proof = workflows.ProofDomain
	}
	return linked(l, proof), nil
}

// from says whether the press came from the account of the link.
func from(l workflows.Link, c workflows.LinkChange) bool {
	return c.Account.Surface == l.Surface && c.Account.Tenant == l.Tenant && c.Account.User == l.User
}

// confirmSigned: the person says, signed in to the portal by the company's identity provider, that a chat account is theirs.
// That counts as much as an administrator's word: somebody who only got hold of their address in the chat cannot sign in there.
func confirmSigned(l workflows.Link, c workflows.LinkChange, f linkFacts) (workflows.Link, *workflows.Refusal) {
	signedIn := f.Via.Surface == workflows.SurfaceOIDC && f.Via.State == workflows.LinkLinked && f.Via.Person == c.Actor
	switch {
	case !signedIn:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceCompany)
	case !f.Person.Active:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceLeft)
	case l.Surface == workflows.SurfaceOIDC:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceNoLink)
	case l.State == workflows.LinkLinked && !l.Limited():
		return l, nil
	case l.State != workflows.LinkLinked && l.State != workflows.LinkProposed:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceAdmin)
	case l.State == workflows.LinkProposed && has(f.Others, l.Account):
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceAnother)
	}
	return linked(l, workflows.ProofOIDC), nil
}

// confirmFor: an administrator says whose the account is, whatever was before. Nobody does that for themselves.
func confirmFor(l workflows.Link, c workflows.LinkChange, f linkFacts) (workflows.Link, *workflows.Refusal) {
	switch {
	case c.Actor == l.Person:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceOwnToo)
	case !administers(c, f) || f.Via.Limited():
		return l, workflows.Refuse(workflows.CodeNotYours, sentenceNotYours)
	case !f.Person.Active:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceLeft)
	case l.State == workflows.LinkLinked && !l.Limited():
		return l, nil
	case l.State != workflows.LinkLinked && has(f.Others, l.Account): // they would be reached and recognised by two at once
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceOther)
	}
	return linked(l, workflows.ProofAdmin), nil
}

func linked(l workflows.Link, proof workflows.Proof) workflows.Link {
	l.State, l.Proof, l.Confirmed = workflows.LinkLinked, proof, true
	return l
}

// administers says whether an administrator acts: one of the directory, or whoever runs the command line on the server.
func administers(c workflows.LinkChange, f linkFacts) bool {
	return c.Actor == workflows.System || f.Actor.Active && f.Actor.Has(workflows.Administrator)
}

// refuseOwn: whoever holds the account says that they are somebody else.
func refuseOwn(l workflows.Link, c workflows.LinkChange) (workflows.Link, *workflows.Refusal) {
	switch {
	case !from(l, c):
		return l, workflows.Refuse(workflows.CodeNotYours, sentenceNotYours)
	case l.State == workflows.LinkLinked:
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceLinked)
	}
	if l.State == workflows.LinkProposed {
		l.State = workflows.LinkRefused
	}
	return l, nil
}

// mayManage says why not, where the actor may not change this link of a person. They may change their own, but from an
// account for which only its holder stands, they take away that account and no other: else whoever took the address of
// somebody would take their accounts, too.
func mayManage(l workflows.Link, c workflows.LinkChange, f linkFacts) *workflows.Refusal {
	switch {
	case administers(c, f) && !f.Via.Limited():
		return nil
	case c.Actor != l.Person, c.Via.Link != "" && f.Via.Person != c.Actor:
		return workflows.Refuse(workflows.CodeNotYours, sentenceNotYours)
	case f.Via.Limited() && (c.Do != workflows.LinkEnd || l.ID != f.Via.ID):
		return workflows.Refuse(workflows.CodeNotNow, sentenceLimited)
	}
	return nil
}

// endLink: the person takes an account away, from wherever they are, or an administrator does.
func endLink(l workflows.Link, c workflows.LinkChange, f linkFacts) (workflows.Link, *workflows.Refusal) {
	if no := mayManage(l, c, f); no != nil {
		return l, no
	}
	switch l.State {
	case workflows.LinkLinked:
		l.State = workflows.LinkEnded
	case workflows.LinkProposed:
		l.State = workflows.LinkRefused
	case workflows.LinkRefused, workflows.LinkEnded, workflows.LinkGone:
		return l, nil
	}
	l.Confirmed, l.Preferred, l.Proof = false, false, workflows.ProofNone
	return l, nil
}

// preferLink: messages go to this account first.
func preferLink(l workflows.Link, c workflows.LinkChange, f linkFacts) (workflows.Link, *workflows.Refusal) {
	if no := mayManage(l, c, f); no != nil {
		return l, no
	}
	if l.State != workflows.LinkLinked || l.Surface == workflows.SurfaceOIDC {
		return l, workflows.Refuse(workflows.CodeNotNow, sentenceNotLinked)
	}
	l.Preferred = true
	return l, nil
}
