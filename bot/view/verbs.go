package view

import (
	"strconv"

	"steward/bot/card"
	"steward/workflows"
)

// The verbs buttons carry: those that act at once, those that open a form (whose draft has the same name), and those that
// only show. A button on an old card may still carry one that is gone.
const (
	VerbApprove     = "approve"
	VerbNoObjection = "no_objection"
	VerbAccept      = "accept"

	VerbDecide   = "decide"
	VerbReject   = "reject"
	VerbAsk      = "ask"
	VerbAnswer   = "answer" // Arg: number of the question
	VerbObject   = "object"
	VerbRule     = "rule"
	VerbOverride = "override"
	VerbDecline  = "decline"
	VerbEdit     = "edit"
	VerbWithdraw = "withdraw"
	VerbLink     = "link"     // Arg: key of the precondition
	VerbName     = "name"     // Arg: "holder" or "outsider"
	VerbRequest  = "request"  // Arg: key of the flow; About: what it is about, where the flow wants that
	VerbContinue = "continue" // Arg: id of the draft

	VerbShow      = "show"
	VerbDetails   = "details"
	VerbExplain   = "explain"
	VerbQuestions = "questions" // "Why these questions?"; Arg: key of the flow
	VerbInbox     = "inbox"
	VerbMine      = "mine"
	VerbHelp      = "help"
)

// Opens says that a press opens a form. A surface that has to say so before anything is looked up asks here.
func Opens(act card.Action) bool {
	switch act.Verb {
	case VerbRequest:
		return act.Arg != ""
	case VerbDecide, VerbReject, VerbAsk, VerbAnswer, VerbObject, VerbRule, VerbOverride, VerbCorrect, VerbDecline, VerbEdit, VerbWithdraw, VerbLink, VerbName,
		VerbEmergency, VerbEmergencyAllow, VerbEmergencyWait,
		VerbContinue, VerbProve, VerbSendBack, VerbJudge, VerbPilot, VerbGoLive, VerbChange, VerbUnchanged, VerbSuspend, VerbRelease,
		VerbRevoke, VerbRetire, VerbHandOver, VerbRenew, VerbJoin, VerbRefuseJoin, VerbAnswerJoin, VerbAway, VerbAwayChange,
		VerbVendor, VerbVendorChange:
		return true
	}
	return false
}

// Acts says that a press of the action changes something by itself, without a form.
func Acts(act card.Action) bool {
	switch act.Verb {
	case VerbApprove, VerbNoObjection, VerbAccept, VerbVerify, VerbAgree, VerbLeave, VerbMe, VerbNotMe, VerbPrefer, VerbUnlink, VerbCameBack:
		return true
	}
	return false
}

// The two kinds of naming somebody.
const (
	argHolder   = "holder"
	argOutsider = "outsider"
)

// act makes the action of a button on this case's card: it carries what its presser has before their eyes.
func (c Case) act(verb, arg string) card.Action {
	stage, _ := c.stage()
	return card.Action{
		Verb: verb, About: workflows.RequestRef(c.Request.ID).String(), Stage: stage.Key, Round: c.Request.Round, Revision: c.Request.Revision, Arg: arg,
	}
}

func showAction(about string) card.Action { return card.Action{Verb: VerbShow, About: about} }

func questionArg(id int) string { return strconv.Itoa(id) }
