package portal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// The words of the pages of records, people and deliveries.

// sayOnServer names whoever ran a command on the server.
const sayOnServer = "Somebody on the server"

// erased tells what a record of an erasure destroyed: what was kept about a person, or texts of requests whose time was over.
// "" for other records, and for those that do not say.
func erased(rec workflows.Record) string {
	if rec.What != workflows.FactErased {
		return ""
	}
	if rec.About.Kind == workflows.KindPeople {
		return "What was kept about " + rec.About.ID + " was erased"
	}
	var d struct{ Requests, Systems, Commitments []string }
	_ = json.Unmarshal(rec.Data, &d) // what is not there stays empty
	all := slices.Concat(d.Requests, d.Systems)
	switch {
	case len(all)+len(d.Commitments) == 0:
		return ""
	case len(all) == 0:
		return "Old texts were destroyed: their time is over"
	}
	const most = 5
	named := strings.Join(all[:min(len(all), most)], ", ")
	if more := len(all) - most; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	return "Old texts of " + named + " were destroyed: their time is over"
}

// didElse says what somebody did to a thing that is no request; "" for what is not known here.
func didElse(kind string) string {
	switch kind {
	case workflows.FactPeopleImported:
		return "imported people"
	case workflows.FactAssetsImported:
		return "imported systems or subjects"
	case workflows.FactToolsImported:
		return "imported a list of tools that are in use"
	case workflows.FactSignInLinkMade:
		return "made a link that signs a person in"
	case workflows.FactSignedOut:
		return "signed a person out everywhere"
	case workflows.FactExported:
		return "exported evidence"
	case string(workflows.LinkSignIn):
		return "signed in anew, as the policy wants it"
	case string(workflows.LinkPropose):
		return "proposed an account as somebody's"
	case string(workflows.LinkConfirm):
		return "confirmed an account"
	case string(workflows.LinkRefuse):
		return "said that an account is not theirs"
	case string(workflows.LinkEnd):
		return "took an account away"
	case string(workflows.LinkPrefer):
		return "chose where messages go first"
	case string(workflows.LinkImport):
		return "linked an account by a file"
	case string(workflows.LinkErase):
		return "erased an account with its person"
	case workflows.FactErased:
		return "erased what is kept about a person, or what its time is over for"
	case string(workflows.LinkTenant):
		return "noted the organisation of an account"
	case string(workflows.LinkReplace):
		return "replaced the link of an account"
	case string(workflows.DeliveryRetry):
		return "retried a delivery"
	case string(workflows.DeliveryGiveUp):
		return "gave a delivery up"
	}
	return ""
}

// kindWord names a kind of thing.
func kindWord(k workflows.Kind) string {
	switch k {
	case workflows.KindRequest:
		return "Request"
	case workflows.KindSystem:
		return "AI system"
	case workflows.KindAbsence:
		return "Absence"
	case workflows.KindVendor:
		return "Facts of a vendor"
	case workflows.KindPolicy:
		return "Policy"
	case workflows.KindPeople:
		return "People and roles"
	case workflows.KindAccount:
		return "Account"
	case workflows.KindDelivery:
		return "Delivery"
	case workflows.KindProposal:
		return "Proposal"
	case workflows.KindRecord:
		return "The record itself"
	}
	return sentence(words(string(k)))
}

// thingWord names one thing: a request by its id, others by their kind as well.
func thingWord(ref workflows.Ref) string {
	switch ref.Kind {
	case workflows.KindRequest, workflows.KindSystem, workflows.KindAbsence, workflows.KindVendor:
		return ref.ID
	case workflows.KindPolicy, workflows.KindRecord: // there is one
		return kindWord(ref.Kind)
	case workflows.KindPeople:
		if ref != workflows.DirectoryRef() {
			return "Person " + ref.ID
		}
		return kindWord(ref.Kind)
	case workflows.KindAccount, workflows.KindDelivery, workflows.KindProposal:
	}
	return kindWord(ref.Kind) + " " + ref.ID
}

// kindOptions are the kinds of things that leave records.
func kindOptions() []option {
	out := []option{{"", "Everything"}}
	for _, k := range workflows.Kinds() {
		out = append(out, option{string(k), kindWord(k)})
	}
	return out
}

// happenedOptions are what a list of records can be narrowed to, in the order of a request's life.
func happenedOptions() []option {
	out := []option{
		{"", "Anything"},
		{approval.FactSubmitted, "Sent"},
		{approval.FactEdited, "Answers changed"},
		{approval.FactCorrected, "Answers set right"},
		{approval.FactRevised, "Answer about the vendor corrected"},
		{approval.FactReclassified, "Another tier named"},
		{approval.FactRenewed, "Renewal sent"},
		{approval.FactStageOpened, "Stage opened"},
		{approval.FactDecided, "Decided"},
		{approval.FactAdvised, "Advice given"},
		{approval.FactRuled, "Tier or legal hold ruled on"},
		{approval.FactAsked, "Question asked"},
		{approval.FactAnswered, "Question answered"},
		{approval.FactLinked, "Reference added"},
		{approval.FactAssessed, "Assessment about it sent or decided"},
		{approval.FactUnlinked, "Assessment counts no more"},
		{approval.FactAccepted, "Accountability accepted"},
		{approval.FactDeclined, "Accountability declined"},
		{approval.FactNamed, "Somebody named"},
		{approval.FactEmergencyAsked, "Emergency approval asked for"},
		{approval.FactEmergencyAllowed, "Emergency approval given"},
		{approval.FactEmergencyDeclined, "Emergency approval declined"},
		{approval.FactEmergencyEnded, "Emergency approval over"},
		{approval.FactRefused, "Refused"},
		{approval.FactReminded, "Reminded"},
		{approval.FactEscalated, "Escalated"},
		{approval.FactWithdrawn, "Withdrawn"},
		{approval.FactEnded, "Ended"},
		{approval.FactExpired, "Approval ended by itself"},
	}
	return slices.Concat(out, happenedToSystems(), []option{
		{workflows.FactPolicyActivated, "Policy put in force"},
		{workflows.FactRolesChanged, "Roles changed"},
		{workflows.FactProposed, "Change of Steward proposed"},
		{workflows.FactProposalConfirmed, "Proposal put in force"},
		{workflows.FactProposalWithdrawn, "Proposal withdrawn"},
		{workflows.FactPeopleImported, "People imported"},
		{workflows.FactAssetsImported, "Systems or subjects imported"},
		{workflows.FactToolsImported, "Tools in use imported"},
		{workflows.FactSignInLinkMade, "Sign-in link made"},
		{workflows.FactSignedOut, "Signed out on the server"},
		{workflows.FactErased, "Person or old content erased"},
		{workflows.FactExported, "Evidence exported"},
		{workflows.FactKeyAdded, "Signing key added"},
		{workflows.FactAnchored, "Checkpoint posted"},
		{string(workflows.LinkSignIn), "Signed in anew for a decision"},
		{string(workflows.LinkPropose), "Account proposed"},
		{string(workflows.LinkConfirm), "Account confirmed"},
		{string(workflows.LinkImport), "Account linked by a file"},
		{string(workflows.LinkRefuse), "Account refused"},
		{string(workflows.LinkEnd), "Account taken away"},
		{string(workflows.LinkPrefer), "Account preferred"},
		{string(workflows.DeliveryRetry), "Delivery retried"},
		{string(workflows.DeliveryGiveUp), "Delivery given up"},
	}, awayOptions(), vendorOptions())
}

// happenedToSystems are those of them that are about entries of the AI register.
func happenedToSystems() []option {
	return []option{
		{register.FactRegistered, "Entered the AI register"},
		{register.FactMoved, "State of a system changed"},
		{register.FactPiloted, "Pilot announced"},
		{register.FactMeasured, "Measures of a later assessment taken over"},
		{register.FactMooted, "Condition no longer asked for"},
		{register.FactProved, "Proof of a condition given"},
		{register.FactVerified, "Condition verified"},
		{register.FactSentBack, "Proof sent back"},
		{register.FactTurned, "System suspended, changed or stopped"},
		{register.FactHandedOver, "Owner changed"},
		{register.FactSeen, "Seen in use"},
		{register.FactRequested, "Approval of what was seen asked for"},
		{register.FactRequestFailed, "Request about what was seen withdrawn"},
		{register.FactJoined, "Joined"},
		{register.FactJoinAsked, "Asked to join"},
		{register.FactJoinRefused, "Joining refused"},
		{register.FactJoinEnded, "Asking to join ended without an answer"},
		{register.FactLeft, "Use ended"},
		{register.FactRenewalBegan, "Renewal of a system begun"},
		{register.FactRenewalFailed, "Renewal of a system failed"},
		{register.FactHoldBegan, "System switched off by a legal hold"},
		{register.FactHoldLifted, "Legal hold of a system lifted"},
	}
}

// textWord names a text that stands beside a record.
func textWord(name string) string {
	switch {
	case name == "shown":
		return "What was shown"
	case strings.HasPrefix(name, "answer:"):
		return "Answer: " + words(strings.TrimPrefix(name, "answer:"))
	}
	return sentence(words(name))
}

// surfaceWord names where somebody was, or where a message went.
func surfaceWord(surface string) string {
	switch surface {
	case workflows.SurfacePortal:
		return "Portal"
	case workflows.SurfaceMail:
		return "E-mail"
	case byServer:
		return "Command line on the server"
	case "timer":
		return "The clock"
	case viaDemo:
		return "Demo"
	}
	return view.SurfaceName(surface)
}

// toldWords says why a message was sent, by the reasons that are stored.
func toldWords() map[workflows.Why]string {
	return map[workflows.Why]string{
		"":                           "To bring a message up to date",
		workflows.WhyDecide:          "Asked to decide",
		workflows.WhyAdvise:          "Asked for advice",
		workflows.WhyAccept:          "Asked to be accountable",
		workflows.WhyQuestion:        "Asked a question",
		workflows.WhyAnswer:          "Told an answer",
		workflows.WhyProgress:        "Told how it goes on",
		workflows.WhyOutcome:         "Told the outcome",
		workflows.WhyStop:            "Told to stop",
		workflows.WhyEscalated:       "Told that a stage is late",
		workflows.WhyInform:          "Informed",
		workflows.WhyRemind:          "Reminded",
		workflows.WhyUnblock:         "Asked to name somebody",
		workflows.WhyNoAnswer:        "Told that no answer came",
		workflows.WhyOverruled:       "Told of being overruled",
		workflows.WhyTask:            "Given a condition to fulfil",
		workflows.WhyVerify:          "Asked to verify a condition",
		workflows.WhyHandOver:        "Asked to name another owner",
		workflows.WhyHandedOver:      "Made the owner",
		workflows.WhyReEvaluate:      "Asked to look at an approval again",
		workflows.WhyRenew:           "Asked to renew an approval",
		workflows.WhySeen:            "Told that it is used and not approved",
		workflows.WhyJoin:            "Asked whether somebody may join",
		workflows.WhyJoined:          "Told what became of asking to join",
		workflows.WhyStandIn:         "Told about standing in",
		workflows.WhyDelegateLost:    "Told that nobody stands in any more",
		workflows.WhyVendorFact:      "Asked to look at the proof of a kept fact again",
		workflows.WhyEnding:          "Told that an approval ends soon",
		workflows.WhyExpired:         "Told that an approval has ended",
		workflows.WhyOverride:        "Asked which tier fits",
		workflows.WhyCorrected:       "Told that a correction voided votes",
		workflows.WhyEmergency:       "Asked whether it may be used before the decision",
		workflows.WhyEmergencyAnswer: "Told what became of an emergency approval",
		workflows.WhyMissing:         "Told what is missing",
		workflows.WhyNobody:          "Told that it is not needed any more",
		workflows.WhyLink:            "Asked whose account it is",
		workflows.WhyLinked:          "Told of a change of accounts",
		workflows.WhyAnchor:          "Checkpoint of the record",
	}
}

func toldWhy(why workflows.Why) string {
	if word, ok := toldWords()[why]; ok {
		return word
	}
	return sentence(words(string(why)))
}

func deliveryStates() []option {
	return []option{
		{"", "All states"},
		{string(workflows.DeliveryDead), "Failed"},
		{string(workflows.DeliveryWaiting), "To be sent"},
		{string(workflows.DeliverySending), "Being sent"},
		{string(workflows.DeliverySent), "Sent"},
		{string(workflows.DeliveryMoot), "Not needed"},
	}
}

func deliveryMark(d workflows.DeliveryRow) card.Mark {
	switch d.State {
	case workflows.DeliveryDead:
		return card.Mark{Text: "Failed", Tone: card.ToneBad}
	case workflows.DeliveryWaiting:
		if d.Attempts > 0 {
			return card.Mark{Text: "To be tried again", Tone: card.ToneWarn}
		}
		return card.Mark{Text: "To be sent"}
	case workflows.DeliverySending:
		return card.Mark{Text: "Being sent"}
	case workflows.DeliverySent:
		return card.Mark{Text: "Sent", Tone: card.ToneGood}
	case workflows.DeliveryMoot:
		if d.Reason == workflows.ReasonGivenUp {
			return card.Mark{Text: "Given up", Tone: card.ToneWarn}
		}
	}
	return card.Mark{Text: "Not needed"}
}

func linkMark(s workflows.LinkState) card.Mark {
	switch s {
	case workflows.LinkLinked:
		return card.Mark{Text: "Linked", Tone: card.ToneGood}
	case workflows.LinkProposed:
		return card.Mark{Text: "Not confirmed", Tone: card.ToneWarn}
	case workflows.LinkRefused:
		return card.Mark{Text: "Not theirs"}
	case workflows.LinkEnded, workflows.LinkGone:
	}
	return card.Mark{Text: "Taken away"}
}

// proofWord says on whose word an account counts.
func proofWord(p workflows.Proof) string {
	switch p {
	case workflows.ProofImport:
		return "by an administrator's file"
	case workflows.ProofAdmin:
		return "by an administrator"
	case workflows.ProofOIDC:
		return "by the company's sign-in"
	case workflows.ProofDomain:
		return "by the person, at an address the policy trusts"
	case workflows.ProofPerson:
		return "by the person alone; it decides by no role"
	case workflows.ProofNone:
	}
	return ""
}

// sentence begins with a capital.
func sentence(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return string(unicode.ToUpper(r[0])) + string(r[1:])
}
