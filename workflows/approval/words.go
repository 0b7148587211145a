package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// words makes the sentences of refusals: who, what, what next. They are shown as they stand.
type words struct {
	r      Request
	roster workflows.Roster
	at     time.Time
}

func (w words) name(p workflows.PersonID) string { return w.roster.Name(p) }

// actor names who acted, with the person they acted for.
func (w words) actor(c Cast) string {
	if c.For != "" {
		return w.name(c.Person) + ", for " + w.name(c.For) + ","
	}
	return w.name(c.Person)
}

// ago says how long before now something happened.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute") + " ago"
	case d < 24*time.Hour:
		return count(int(d/time.Hour), "hour") + " ago"
	}
	return count(int(d/(24*time.Hour)), "day") + " ago"
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// people counts people: "1 independent person", "2 people".
func people(n int, which string) string {
	if n == 1 {
		return "1 " + which + "person"
	}
	return fmt.Sprintf("%d %speople", n, which)
}

func tooLong(n, most int) string {
	return fmt.Sprintf("This has %d characters; at most %d fit. Please shorten it.", n, most)
}

// roleNames joins roles in plain words: "CISO or DPO".
func roleNames(roles []workflows.Role, between string) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = role.Words()
	}
	return strings.Join(names, between)
}

// outcomeWords gives outcomes of a ruling in plain words: "confirm stop, reclassify".
func outcomeWords(outcomes ...string) string {
	return strings.ReplaceAll(strings.Join(outcomes, ", "), "_", " ")
}

func (w words) ownRequest(p workflows.PersonID) *workflows.Refusal {
	if p == w.r.Requester {
		return workflows.Refuse(workflows.CodeOwnRequest, "You asked for this yourself, so others decide on it.")
	}
	if !w.r.isParty(p) {
		return workflows.Refuse(workflows.CodeOwnRequest, "You own what this is about, or did, so others decide on it.")
	}
	return workflows.Refuse(workflows.CodeOwnRequest, "You are to be the owner of this use, so others decide on it.")
}

func (w words) inactive(p workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeInactive,
		w.name(p)+" is not active in the directory. An administrator can look into it.")
}

func (w words) twoStages(p workflows.PersonID, v Vote) *workflows.Refusal {
	who := "You decided"
	if v.Person != p {
		who = w.name(v.Person) + " decided for you in"
	}
	return workflows.Refuse(workflows.CodeTwoStages,
		who+" the stage "+v.Stage+" of this request already. Somebody else decides this one.")
}

func (w words) ownObjection() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeTwoStages,
		"You objected to this request. Somebody else decides whether your objection stands.")
}

func (w words) notEntitled(roles []workflows.Role) *workflows.Refusal {
	if len(roles) == 0 {
		return workflows.Refuse(workflows.CodeNotEntitled, "There is nothing for you to decide here.")
	}
	return workflows.Refuse(workflows.CodeNotEntitled, "This stage is for the "+roleNames(roles, " or ")+". There is nothing to do for you here.")
}

func (w words) onlyNaming() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeOnlyNaming, "You were told because this waits. You can name somebody who decides, but not decide yourself.")
}

func (w words) mayNotName() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotEntitled, "Naming somebody is not up to you here. Whoever this stage is escalated to can do it.")
}

func (w words) notIndependent(p workflows.PersonID, next string) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotIndep, w.name(p)+" cannot be named here. "+next)
}

func (w words) noDelegation(from workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDelegate, w.name(from)+" has not named you to act for them now, or has nothing to decide here.")
}

func (w words) delegatorIsParty(from workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDelegate, w.name(from)+" asks for this or owns it, so nobody decides for them.")
}

func (w words) delegatorNotFree(from workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDelegate, w.name(from)+" took part in another stage of this request, so nobody decides this one for them.")
}

func (w words) namedTooLate(from workflows.PersonID) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDelegate, w.name(from)+" named you only after this request had been sent. It has to be somebody named before.")
}

func (w words) otherRole(from workflows.PersonID, roles []workflows.Role) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeDelegate, "To act for "+w.name(from)+" here you would have to be "+roleNames(roles, " or ")+" too.")
}

func (w words) prohibited() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeProhibited,
		"This request is on legal hold. It cannot be approved; legal counsel and compliance lead confirm the stop or name another tier.")
}

func (w words) onlyClassifies() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "This stage only names the right tier. Deciding comes after it.")
}

// notOpen refuses a press on a stage, or an approval, that still waits for something.
func (w words) notOpen() *workflows.Refusal {
	code, sentence := w.held()
	return workflows.Refuse(code, sentence+" You will be told when it is your turn.")
}

// held says what the present stage, or the approval, waits for.
func (w words) held() (workflows.Code, string) {
	if w.r.Screening.Plan.OwnerAccepts && w.r.Accepted.IsZero() && w.r.Stage >= w.r.lastDecide() {
		if w.r.Declined {
			return workflows.CodeNotAccepted, w.name(w.r.Owner) + " declined being the owner. " + w.name(w.r.Asker()) + " can name another one."
		}
		return workflows.CodeNotAccepted, "This waits until " + w.name(w.r.Owner) + " accepts being the owner."
	}
	if missing := w.r.missing(); len(missing) > 0 {
		if text, ok := w.assessing(missing[0]); ok {
			return workflows.CodePrecondition, text
		}
		return workflows.CodePrecondition, "Something is missing first: " + strings.TrimSuffix(missing[0].Text, ".") + "."
	}
	return workflows.CodeNotNow, "This stage is not open yet."
}

func (w words) ownerLeft() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeInactive,
		w.name(w.r.Owner)+", the owner, has left. This cannot be approved until there is a new owner; "+w.name(w.r.Asker())+" can name one.")
}

func (w words) fewDeciders(have, need int) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeFewDeciders, fmt.Sprintf(
		"An approval here needs %s, and this would be %s. Somebody who has not decided yet has to.", people(need, "independent "), people(have, "")))
}

func (w words) nobodyOverrules() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeFewDeciders, "An objection stands and no stage is left to answer it. The requester can change the request or withdraw it.")
}

func (w words) adviceFirst(role workflows.Role) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "The "+role.Words()+" was asked for advice and has not answered yet. In the last stage advice comes first.")
}

func (w words) overruleReason(objections []Advice) string {
	return w.name(objections[0].Person) + " objected. Say in at least 20 characters why you approve all the same; they will read it."
}

func (w words) notYours(verb string, whose ...workflows.PersonID) *workflows.Refusal {
	var names []string
	for _, p := range slices.Compact(whose) {
		names = append(names, w.name(p))
	}
	return workflows.Refuse(workflows.CodeNotYours, "Only "+strings.Join(names, " or ")+" can "+verb+" this request.")
}

func (w words) offChart() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "This is not possible at this point. Nothing was changed.")
}

func (w words) onHold() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow,
		"On legal hold the answers stay as they are until legal counsel and compliance lead have ruled. You can withdraw the request.")
}

func (w words) noScreening() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "The policy could not be applied just now. Nothing was changed; please try again.")
}

// filled says who took the seat.
func (w words) filled(c Cast, p workflows.PersonID) *workflows.Refusal {
	who := w.actor(c)
	if c.Person == p {
		who = "You"
	}
	verb, outcome := w.said(c)
	return workflows.Refuse(workflows.CodeDecided,
		who+" "+verb+" this "+ago(c.At, w.at)+": "+outcome+". Nothing more is needed from you.")
}

// said finds what a cast said.
func (w words) said(c Cast) (verb, outcome string) {
	for _, v := range w.r.Votes {
		if v.ID == c.ID && v.Approve {
			return "decided", "approved"
		}
		if v.ID == c.ID {
			return "decided", "rejected"
		}
	}
	for _, v := range w.r.Advices {
		if v.ID == c.ID && v.Objection {
			return "advised on", "objection"
		}
		if v.ID == c.ID {
			return "advised on", "no objection"
		}
	}
	i := slices.IndexFunc(w.r.Rulings, func(v Ruling) bool { return v.ID == c.ID })
	return "decided", outcomeWords(w.r.Rulings[i].Outcome)
}
