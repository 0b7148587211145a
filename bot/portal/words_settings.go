package portal

import (
	"net/http"
	"strconv"

	"steward/bot/card"
	"steward/workflows"
)

// errAdministrators is for those who read the settings and change nothing there.
var errAdministrators = refuse(http.StatusForbidden, "Administrators do this",
	"Nothing was changed. You can read the settings; whoever has the role administrator proposes and confirms changes.")

// What the pages of the settings say.
const (
	sayNothingOpen      = "Nothing waits for a second person. A proposed policy or a change of roles appears here until somebody else has looked at it."
	sayOneAdministrator = "One person administers Steward. They may put in force alone what they proposed, and the record says so. Give a second person the role."
	sayNoAdministrator  = "Nobody administers Steward. Give somebody the role in the people file: steward import people."
	saySecondPerson     = "Nothing changes yet. Another administrator looks at the difference and puts it in force."
	sayAloneFirst       = "You administer Steward alone, so you may put it in force yourself on the next page. The record will say so."
	sayProposed         = "Proposed. Another administrator has to look at it."
	sayProposedAlone    = "Proposed. You administer Steward alone, so you may put it in force."
	sayConfirmed        = "It is in force."
	sayWithdrawn        = "Withdrawn. Nothing was changed."
	sayOwnProposal      = "You proposed this. Another administrator puts it in force; you can withdraw it."
	sayFromChat         = "Nothing was changed. A sign-in link from a chat is not enough to change Steward itself: sign in with your company account first."
	sayNotFromChat      = "To put this in force, sign in with your company account first. A sign-in link from a chat is not enough."
	sayReadOnly         = "An administrator puts this in force."
	sayConfirmAlone     = "You proposed this and administer Steward alone. The record will say that nobody else looked at it."
	sayConfirmPolicy    = "New, edited and renewed requests follow the new policy from now on. Requests that are open keep the one they were sent under."
	sayConfirmRoles     = "The roles count at once. Requests that are open look anew at whom they wait for."
	saySameInForce      = "This policy is in force."
	sayNoVersions       = "No policy is in force yet."
	sayOperator         = "Whoever runs the server"
	helpReason          = "Whoever puts it in force reads this, and so does an auditor."
	helpRoles           = "What is ticked is what the person holds afterwards. Line manager and owner follow from the directory and from each request."
	sayImportRoles      = "The next import of the people file sets the roles it names. Change the file, too."
)

// proposalMark is the state of a proposal.
func proposalMark(s workflows.ProposalState) card.Mark {
	switch s {
	case workflows.ProposalOpen:
		return card.Mark{Text: "Waits for a second person", Tone: card.ToneWarn}
	case workflows.ProposalConfirmed:
		return card.Mark{Text: "In force", Tone: card.ToneGood}
	case workflows.ProposalWithdrawn:
		return card.Mark{Text: "Withdrawn"}
	case workflows.ProposalVoid:
		return card.Mark{Text: "Void"}
	}
	return card.Mark{Text: string(s)}
}

// endedLine says how a proposal ended, before the name and the time.
func endedLine(p workflows.Proposal) string {
	switch p.State {
	case workflows.ProposalConfirmed:
		if p.Alone {
			return "Put in force alone by"
		}
		return "Put in force by"
	case workflows.ProposalWithdrawn:
		return "Withdrawn by"
	case workflows.ProposalVoid:
		return "Overtaken by a change of"
	case workflows.ProposalOpen:
	}
	return ""
}

// didSettings says what somebody did to Steward itself; "" for records of other kinds.
func didSettings(kind string) string {
	switch kind {
	case workflows.FactProposed:
		return "proposed it"
	case workflows.FactProposalConfirmed:
		return "put it in force"
	case workflows.FactProposalWithdrawn:
		return "withdrew it"
	case workflows.FactProposalRefused:
		return "was refused to put it in force"
	case workflows.FactProposalVoid:
		return "changed the same meanwhile, which made it void"
	case workflows.FactPolicyActivated:
		return "put a policy in force"
	case workflows.FactRolesChanged:
		return "changed somebody's roles"
	case workflows.FactKeyAdded:
		return "added a key that signs the record"
	case workflows.FactAnchored:
		return "posted a checkpoint"
	}
	return ""
}

// textTitle is what a public text is called.
func textTitle(name string) string {
	switch name {
	case textPrivacy:
		return "Privacy"
	case textTerms:
		return "Terms of use"
	case textWorkers:
		return "For worker representatives"
	}
	return "About Steward"
}

// keptOtherwise says how long Steward keeps what is no request.
func keptOtherwise(k Kept) []string {
	return []string{
		"- The log of what was done: as long as the company keeps its records. It holds ids and salted hashes, neither names nor texts",
		"- Forms that were begun and not sent: 30 days",
		"- Copies of messages on their way to a chat or a mailbox: 7 days after they were sent",
		"- What your inbox showed, and where in a chat a message is: " + inMonths(k.Copies),
		"- Sign-ins: 7 days at most, or until you sign out",
		"- Your entry in the directory: " + keptPeople(k.People),
	}
}

// keptUsually says how long requests are kept.
func keptUsually(months int) string {
	if months == 0 {
		return inMonths(months)
	}
	return "as long as the use goes on, and " + inMonths(months) + " more"
}

// keptPeople says how long somebody's entry is kept.
func keptPeople(months int) string {
	if months == 0 {
		return "as long as you work here; after that it can be erased"
	}
	return "as long as you work here, and " + inMonths(months) + " more; after that it can be erased"
}

// inMonths says months in the words that people use; 0 is for ever.
func inMonths(months int) string {
	switch {
	case months == 0:
		return "for as long as the company keeps its records"
	case months == 12:
		return "1 year"
	case months%12 == 0:
		return strconv.Itoa(months/12) + " years"
	case months == 1:
		return "1 month"
	}
	return strconv.Itoa(months) + " months"
}
