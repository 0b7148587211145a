package workflows

import (
	"slices"
	"strings"
	"time"
)

// ProposalKind says what a proposal changes. Kinds are stored; they never change.
type ProposalKind string

// The kinds of proposals: what needs a second person who saw the change.
const (
	ProposePolicy ProposalKind = "policy" // another policy pack
	ProposeRoles  ProposalKind = "roles"  // the roles that a person holds
)

// ProposalState says where a proposal stands. States are stored; they never change.
type ProposalState string

// The states of a proposal. Only an open one changes.
const (
	ProposalOpen      ProposalState = "open"
	ProposalConfirmed ProposalState = "confirmed" // in force
	ProposalWithdrawn ProposalState = "withdrawn" // by who proposed it, or turned down by another administrator
	ProposalVoid      ProposalState = "void"      // something else came into force meanwhile
)

// Proposal is a change of Steward itself: one administrator proposes it with a reason, another who saw what it changes puts
// it in force. From is what was in force when it was made, and only in its place does To come into force: both are content
// hashes of policy packs, or lists of roles as [RoleList] writes them.
type Proposal struct {
	ID        string // "7"
	What      ProposalKind
	Subject   PersonID // whose roles; empty for a policy
	From, To  string
	By        PersonID // [System] for the command line
	At        time.Time
	State     ProposalState
	SettledBy PersonID // who confirmed or withdrew it, or whose change made it void
	SettledAt time.Time
	// Alone says that who proposed it put it in force, too, because nobody else administers Steward.
	Alone bool
}

// ProposalRef points to the proposal with this id.
func ProposalRef(id string) Ref { return Ref{Kind: KindProposal, ID: id} }

// PackRef points to the thing whose log holds the activations of policy packs.
func PackRef() Ref { return Ref{Kind: KindPolicy, ID: "pack"} }

// The kinds of records about proposals and what they bring about. They are stored and never change.
const (
	FactProposed          = "proposal_made"
	FactProposalConfirmed = "proposal_confirmed"
	FactProposalWithdrawn = "proposal_withdrawn"
	FactProposalVoid      = "proposal_voided"
	FactProposalRefused   = "proposal_refused"
	FactPolicyActivated   = "policy_activated"
	FactRolesChanged      = "roles_changed"
)

// Activation is the data of the record that a policy was put in force.
type Activation struct {
	From     string   `json:"from,omitempty"` // content hashes; empty at the first start
	To       string   `json:"to"`
	Proposal string   `json:"proposal,omitempty"`
	By       PersonID `json:"by,omitempty"`    // who proposed it
	Alone    bool     `json:"alone,omitempty"` // nobody else looked at it
}

// ProposalAsk is what somebody wants to propose, and what they had before their eyes: From.
type ProposalAsk struct {
	What     ProposalKind
	Subject  PersonID
	From, To string
	Reason   string
	Actor    PersonID
	Via      Via
}

// ProposalDo is what is done to a proposal.
type ProposalDo string

// What can be done to a proposal.
const (
	DoConfirm  ProposalDo = "confirm"
	DoWithdraw ProposalDo = "withdraw"
)

// ProposalAct does something to a proposal. From and To are those of the difference that the actor had before them.
type ProposalAct struct {
	ID       string
	Do       ProposalDo
	From, To string
	Actor    PersonID
	Via      Via
}

// ProposalFacts are what proposals are judged by, read in the transaction that stores what follows.
type ProposalFacts struct {
	Now     time.Time
	InForce string // what From has to be
	Known   []Role // the roles that people can hold under the policy in force
	Actor   Person // zero for the command line
	Subject Person // zero for a policy
	// Administrators are the active holders of the role.
	Administrators []PersonID
	Open           []Proposal
}

// MaxReason bounds the reason of a proposal, in runes.
const MaxReason = 1000

// The sentences of refusals about proposals.
const (
	sentenceNoAdmin    = "Only an administrator of Steward does this."
	sentenceReason     = "Say in a sentence why: whoever puts it in force reads it, and so does the auditor."
	sentenceLongReason = "Keep the reason under 1000 characters."
	sentenceMoved      = "Something else came into force meanwhile. Nothing was changed; look at the difference again."
	sentenceSame       = "That is so already. There is nothing to propose."
	sentenceTwice      = "The same is proposed already and waits for a second person."
	sentenceNoRole     = "The policy in force knows no such role that people hold by name."
	sentenceGonePerson = "This person is not active in the directory, so their roles stay as they are."
	sentenceLastAdmin  = "Nobody would administer Steward any more. Give the role to somebody else first."
	sentenceOwn        = "Who proposes a change does not put it in force. Another administrator has to look at it."
	sentenceSettled    = "This proposal is not open any more."
	sentenceNoProposal = "There is no such proposal."
)

// NoProposal refuses to do something to a proposal that does not exist.
func NoProposal() *Refusal { return Refuse(CodeUnknown, sentenceNoProposal) }

// Overtaken refuses what another change, made at the same moment, has overtaken.
func Overtaken() *Refusal { return Refuse(CodeStale, sentenceMoved) }

// RoleList writes roles as proposals and records hold them: sorted, each once, with a space between.
func RoleList(roles []Role) string {
	sorted := slices.Clone(roles)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	out := make([]string, len(sorted))
	for i, r := range sorted {
		out[i] = string(r)
	}
	return strings.Join(out, " ")
}

// RolesOf is the inverse of [RoleList].
func RolesOf(list string) []Role {
	var out []Role
	for s := range strings.FieldsSeq(list) {
		out = append(out, Role(s))
	}
	return out
}

// Propose makes a proposal without an id, or says why there is none. A reason that is missing stands at the field "reason".
func Propose(ask ProposalAsk, f ProposalFacts) (Proposal, *Refusal) {
	p := Proposal{
		What: ask.What, Subject: ask.Subject, From: ask.From, To: ask.To, By: ask.Actor, At: f.Now, State: ProposalOpen,
	}
	if ask.What == ProposeRoles {
		p.From, p.To = RoleList(RolesOf(ask.From)), RoleList(RolesOf(ask.To))
	}
	reason := strings.TrimSpace(ask.Reason)
	switch {
	case !administers(ask.Actor, f):
		return p, Refuse(CodeNotYours, sentenceNoAdmin)
	case p.From != f.InForce:
		return p, Overtaken()
	case p.To == p.From:
		return p, Refuse(CodeNotNow, sentenceSame)
	case reason == "":
		return p, RefuseField("reason", sentenceReason)
	case len([]rune(reason)) > MaxReason:
		return p, RefuseField("reason", sentenceLongReason)
	}
	for _, o := range f.Open {
		if o.What == p.What && o.Subject == p.Subject && o.From == p.From && o.To == p.To {
			return o, Refuse(CodeNotNow, sentenceTwice)
		}
	}
	return p, holdable(p, f)
}

// administers says whether an administrator acts: one of the directory, or whoever runs the command line on the server.
func administers(actor PersonID, f ProposalFacts) bool {
	return actor == System || actor != "" && actor == f.Actor.ID && f.Actor.Active && f.Actor.Has(Administrator)
}

// holdable says why a person cannot hold the roles that are proposed.
func holdable(p Proposal, f ProposalFacts) *Refusal {
	if p.What != ProposeRoles {
		return nil
	}
	if f.Subject.ID != p.Subject || !f.Subject.Active {
		return Refuse(CodeNotNow, sentenceGonePerson)
	}
	had, gets := RolesOf(p.From), RolesOf(p.To)
	for _, r := range gets {
		if !slices.Contains(had, r) && !slices.Contains(f.Known, r) {
			return RefuseField("role", sentenceNoRole)
		}
	}
	loses := slices.Contains(had, Administrator) && !slices.Contains(gets, Administrator)
	if others := slices.DeleteFunc(slices.Clone(f.Administrators), func(id PersonID) bool { return id == p.Subject }); loses && len(others) == 0 {
		return Refuse(CodeNotNow, sentenceLastAdmin)
	}
	return nil
}

// Alone says whether nobody but one person administers Steward: only then may they put in force what they proposed.
func (f ProposalFacts) Alone(who PersonID) bool {
	return slices.Equal(f.Administrators, []PersonID{who})
}

// Settle confirms or withdraws a proposal: the proposal afterwards, or why not. One that is as asked already, by the same
// person, comes back as it is. To confirm needs a person who administers Steward, who is not who proposed it unless nobody
// else administers it, and who had exactly this difference before them.
func (p Proposal) Settle(act ProposalAct, f ProposalFacts) (Proposal, *Refusal) {
	to := ProposalConfirmed
	if act.Do == DoWithdraw {
		to = ProposalWithdrawn
	}
	switch {
	case p.State == to && p.SettledBy == act.Actor:
		return p, nil
	case p.State != ProposalOpen:
		return p, Refuse(CodeDecided, sentenceSettled)
	case !administers(act.Actor, f) && (act.Do != DoWithdraw || act.Actor != p.By):
		return p, Refuse(CodeNotEntitled, sentenceNoAdmin)
	case act.Do == DoWithdraw:
		return p.settled(to, act.Actor, f.Now), nil
	case act.Actor == System: // a person has to have looked
		return p, Refuse(CodeNotEntitled, sentenceNoAdmin)
	case act.Actor == p.By && !f.Alone(act.Actor):
		return p, Refuse(CodeOwnRequest, sentenceOwn)
	case act.From != p.From || act.To != p.To || f.InForce != p.From:
		return p, Overtaken()
	}
	if no := holdable(p, f); no != nil {
		return p, no
	}
	done := p.settled(to, act.Actor, f.Now)
	done.Alone = act.Actor == p.By
	return done, nil
}

func (p Proposal) settled(to ProposalState, by PersonID, at time.Time) Proposal {
	p.State, p.SettledBy, p.SettledAt = to, by, at
	return p
}

// Overtake makes an open proposal void: something else came into force.
func (p Proposal) Overtake(by PersonID, at time.Time) Proposal {
	return p.settled(ProposalVoid, by, at)
}
