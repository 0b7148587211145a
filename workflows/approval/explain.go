package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Reason is one line of an explanation. Text is a plain sentence; the other members let a surface link and group.
type Reason struct {
	About ReasonAbout
	Key   string             // rule, stage, precondition or question
	Who   workflows.PersonID // of people and waits
	Text  string
	Refs  []string // control ids
}

// ReasonAbout says which question a reason answers.
type ReasonAbout string

// The questions an explanation answers.
const (
	AboutTier   ReasonAbout = "tier"   // why this tier
	AboutStage  ReasonAbout = "stage"  // why these stages
	AboutPeople ReasonAbout = "people" // why these people
	AboutWait   ReasonAbout = "wait"   // why this wait
)

// Explain says why the request has its tier, its stages and its people, and what it waits for at that moment. It reads what
// was stored at submission and evaluates nothing again.
func Explain(r Request, roster workflows.Roster, at time.Time) []Reason {
	b := newBench(r, roster, at)
	out := append(explainTier(r.Screening.Assessment), b.explainCorrected()...)
	out = append(out, b.explainStages()...)
	if r.ended() {
		return append(out, Reason{About: AboutWait, Text: b.words().closed().Sentence})
	}
	out = append(out, b.explainPeople()...)
	out = append(out, b.explainEmergency()...)
	return append(out, b.explainWaits()...)
}

// explainTier gives the hits that made the tier, floors first as they stand.
func explainTier(a policy.Assessment) []Reason {
	if a.Computed != "" {
		named := Reason{About: AboutTier, Text: fmt.Sprintf("The tier is %s: people named it, with their reasons; the rules give %s.", a.Tier, a.Computed)}
		return append([]Reason{named}, explainHits(a)...)
	}
	from := fmt.Sprintf("The tier is %s: %s give %s", a.Tier, count(a.Points, "point"), a.FromPoints)
	if a.Tier != a.FromPoints {
		from += ", and a rule sets at least " + string(a.Tier)
	}
	return append([]Reason{{About: AboutTier, Text: from + "."}}, explainHits(a)...)
}

// explainHits gives the rules that hit.
func explainHits(a policy.Assessment) (out []Reason) {
	for _, h := range a.Hits {
		text := fmt.Sprintf("%s: %s (+%d", h.Rule, h.Reason, h.Points)
		if h.Floor != "" {
			text += ", at least " + string(h.Floor)
		}
		text += ")"
		switch {
		case h.Error:
			text += " The rule could not be worked out, so the strictest route was taken."
		case h.Overridden:
			text += " Overridden by legal counsel and compliance lead."
		}
		out = append(out, Reason{About: AboutTier, Key: h.Rule, Text: text, Refs: slices.Clone(h.Refs)})
	}
	return out
}

// explainCorrected gives the answers that experts corrected, and why.
func (b bench) explainCorrected() (out []Reason) {
	for _, c := range b.r.Screening.Corrected {
		text := fmt.Sprintf("%s corrected the answer to %s %s: it was %q, and is %q by %s. The tier was %s.", b.roster.Name(c.By), c.Key,
			c.At.UTC().Format(time.RFC3339), strings.Join(c.Was, ", "), strings.Join(c.Answer, ", "), c.Proof, c.Tier)
		if i := slices.IndexFunc(b.r.Rulings, func(v Ruling) bool { return v.ID == c.Ruling }); i >= 0 && b.r.Rulings[i].Reason != "" {
			text += " Reason: " + b.r.Rulings[i].Reason
		}
		out = append(out, Reason{About: AboutTier, Key: c.Key, Who: c.By, Text: text})
	}
	return out
}

// explainStages says what each stage of the plan asks for.
func (b bench) explainStages() []Reason {
	sc := b.r.Screening
	out := []Reason{{About: AboutStage, Text: fmt.Sprintf(
		"The plan of flow %s, version %d (policy %.12s), was fixed %s, when round %d began. It has %s.",
		sc.Flow, sc.Version, sc.Policy, b.r.RoundAt.UTC().Format(time.RFC3339), b.r.Round, count(len(sc.Plan.Stages), "stage"))}}
	for _, st := range sc.Plan.Stages {
		out = append(out, Reason{About: AboutStage, Key: st.Key, Text: describe(st)})
	}
	for _, p := range sc.Plan.Preconditions {
		out = append(out, Reason{About: AboutStage, Key: p.Key, Text: p.Text, Refs: slices.Clone(p.Refs)})
	}
	return out
}

// describe says in a sentence what a stage needs.
func describe(st policy.Stage) string {
	var decide, advise []string
	for _, m := range st.Members {
		if m.Advice {
			advise = append(advise, m.Role.Words())
		} else {
			decide = append(decide, m.Role.Words())
		}
	}
	var parts []string
	switch group := strings.Join(decide, ", "); {
	case len(decide) == 0:
	case st.Kind != policy.StageDecide:
		parts = append(parts, group+" name the outcome: "+outcomeWords(st.Outcomes...))
	case st.All:
		parts = append(parts, "each decides: "+group)
	case st.Quorum <= 1:
		parts = append(parts, "one person decides: "+group)
	default:
		parts = append(parts, fmt.Sprintf("%d different people decide: %s", st.Quorum, group))
	}
	if len(st.MustInclude) > 0 {
		parts = append(parts, "among them "+roleNames(st.MustInclude, " and "))
	}
	if len(advise) > 0 {
		parts = append(parts, "advice from "+strings.Join(advise, ", "))
	}
	if st.SLA > 0 {
		parts = append(parts, "within "+count(int(st.SLA/time.Hour), "working hour"))
	}
	return st.Key + ": " + strings.Join(parts, "; ") + "."
}

// explainPeople says who fills or may fill the seats of the present stage, and who may not although they hold the role.
func (b bench) explainPeople() []Reason {
	var out []Reason
	for _, seat := range b.seats() {
		if seat.By != nil {
			_, outcome := b.words().said(*seat.By)
			out = append(out, Reason{
				About: AboutPeople, Key: b.stage.Key, Who: seat.By.Person,
				Text: b.words().actor(*seat.By) + " answered as " + roleNames(seat.By.Roles, " or ") + ": " + outcome + ".",
			})
		}
		for _, e := range seat.May {
			out = append(out, Reason{About: AboutPeople, Key: b.stage.Key, Who: e.Person, Text: b.why(e)})
		}
		if seat.Open && len(seat.May) == 0 {
			out = append(out, Reason{
				About: AboutPeople, Key: b.stage.Key,
				Text: "Nobody independent is left for " + roleNames(seat.Roles, " or ") + ". An outsider has to be named.",
			})
		}
	}
	return append(out, b.explainBarred()...)
}

// why says why somebody may fill a seat.
func (b bench) why(e Eligible) string {
	name, role := b.roster.Name(e.Person), e.Role.Words()
	switch e.How {
	case ByRelation:
		return name + " is the manager of " + b.roster.Name(b.r.Requester) + "."
	case ByDelegation:
		return name + " acts for " + b.roster.Name(e.For) + " as " + role + "."
	case ByNaming:
		return name + " holds the role " + role + " and was named after the stage was late."
	case ByOutsider:
		return name + " was named as an outsider for " + role + "."
	}
	return name + " holds the role " + role + "."
}

// explainBarred says why holders of the stage's roles may not act.
func (b bench) explainBarred() []Reason {
	var out []Reason
	for _, p := range b.roster.All() {
		for _, role := range b.roles(b.deciding()) {
			if b.right(p.ID, role) == "" {
				continue
			}
			text := ""
			switch no := b.apart(p.ID, b.deciding()); {
			case b.r.isParty(p.ID):
				text = p.Name + " holds the role " + role.Words() + " but asks for this or is to own it."
			case b.r.hasStake(p.ID):
				text = p.Name + " holds the role " + role.Words() + " but owns what this is about, or did."
			case no != nil:
				text = p.Name + " holds the role " + role.Words() + " but took part in another stage of this round."
			default:
				continue
			}
			out = append(out, Reason{About: AboutPeople, Key: b.stage.Key, Who: p.ID, Text: text})
		}
	}
	return out
}

// explainWaits says what waits for whom and until when.
func (b bench) explainWaits() []Reason {
	var out []Reason
	if b.r.paused() {
		out = append(out, Reason{About: AboutWait, Text: "The clock of the stage stands still until a question is answered."})
	}
	for _, w := range b.r.Waits {
		p, _ := b.roster.Person(w.Who)
		text := b.roster.Name(w.Who) + " " + waitVerb(w)
		if w.For != "" {
			text += ", for " + b.roster.Name(w.For)
		}
		text += ", since " + w.Since.In(p.Zone()).Format("Mon 2 Jan 15:04 MST")
		if !w.Due.IsZero() {
			text += ", due " + w.Due.In(p.Zone()).Format("Mon 2 Jan 15:04 MST")
		}
		out = append(out, Reason{About: AboutWait, Key: w.Part, Who: w.Who, Text: text + "."})
	}
	return out
}

// waitVerb says what somebody is waited for.
func waitVerb(w workflows.Wait) string {
	switch w.Why {
	case workflows.WhyDecide:
		return "decides as " + w.Role.Words()
	case workflows.WhyAdvise:
		return "advises as " + w.Role.Words()
	case workflows.WhyAccept:
		return "accepts being the owner"
	case workflows.WhyQuestion:
		return "answers question " + w.Part
	case workflows.WhyEscalated:
		return "may name another holder, because the stage is late"
	case workflows.WhyUnblock:
		return "names an outsider, because nobody independent is left"
	case workflows.WhyEmergency:
		return "answers as " + w.Role.Words() + " whether it may be used before the decision"
	case workflows.WhyOverride:
		return "says as " + w.Role.Words() + " which tier fits"
	case workflows.WhyMissing:
		if w.Part == policy.OwnerKey {
			return "names another owner, because the present one declined"
		}
		return "links what is missing (" + w.Part + ")"
	default:
		return "is asked (" + string(w.Why) + ")"
	}
}
