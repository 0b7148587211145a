package approval_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// company is a small world that scenarios change: people, delegations, the policy's answer to the next submission, and one
// request.
type company struct {
	people      map[workflows.PersonID]workflows.Person
	delegations []workflows.Delegation
	next        policy.Screening
	r           approval.Request
	entry       *approval.Entry // that it brought into the register
	made        []approval.Made // assessments about the request
	at          time.Time
	zone        *time.Location // of the organisation
}

func newCompany() *company {
	return &company{
		people: map[workflows.PersonID]workflows.Person{}, at: when("2026-11-02 08:00"), zone: mustZone("Europe/Berlin"),
	}
}

const clock = "2006-01-02 15:04"

// when parses a time in UTC.
func when(s string) time.Time {
	t, err := time.ParseInLocation(clock, s, time.UTC)
	if err != nil {
		panic(err)
	}
	return t
}

func (c *company) roster() workflows.Roster {
	var people []workflows.Person
	for _, p := range c.people {
		people = append(people, p)
	}
	return workflows.NewRoster(people, c.delegations)
}

// person adds or replaces a person from words: "ana Ana Ruiz, manager ben, zone Europe/Madrid, roles ciso dpo".
func (c *company) person(line string) error {
	parts := strings.Split(line, ",")
	id, name, _ := strings.Cut(strings.TrimSpace(parts[0]), " ")
	p := workflows.Person{ID: workflows.PersonID(id), Name: strings.TrimSpace(name), Active: true}
	for _, part := range parts[1:] {
		words := strings.Fields(part)
		switch words[0] {
		case "manager":
			p.Manager = workflows.PersonID(words[1])
		case "zone":
			zone, err := time.LoadLocation(words[1])
			if err != nil {
				return err
			}
			p.Hours.Zone = zone
		case "holiday":
			p.Hours.Holidays = map[string]string{words[1]: strings.Join(words[2:], " ")}
		case "roles":
			for _, role := range words[1:] {
				p.Roles = append(p.Roles, workflows.Role(role))
			}
			slices.Sort(p.Roles)
		case "left":
			p.Active = false
		default:
			return fmt.Errorf("person %s: what is %q", id, part)
		}
	}
	c.people[p.ID] = p
	return nil
}

// plan makes the next screening from lines.
func (c *company) plan(lines []string) error {
	sc := policy.Screening{
		Policy: "0123456789abcdef", Flow: "ai-use", Version: 2, Title: "Otter.ai", Answers: policy.Answers{},
		Assessment: policy.Assessment{Points: 30, FromPoints: "limited", Tier: "limited", LegalClass: "none"},
		Plan: policy.Plan{
			ConditionsMax: 3, MinIndependent: 1, OwnerAccepts: true, ValidityMonths: 12,
			QuestionDays: policy.QuestionDays{Remind: []int{3, 5}, Resume: 10},
		},
	}
	for _, line := range lines {
		if err := planLine(&sc, strings.Fields(line)); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	c.next = sc
	return nil
}

func planLine(sc *policy.Screening, w []string) error {
	switch w[0] {
	case "tier":
		sc.Assessment.Tier = policy.Tier(w[1])
	case "min":
		sc.Plan.MinIndependent, _ = strconv.Atoi(w[1])
	case "max":
		sc.Plan.ConditionsMax, _ = strconv.Atoi(w[1])
	case "months":
		sc.Plan.MaxMonths, _ = strconv.Atoi(w[1])
	case "until":
		sc.Plan.ValidUntil = w[1]
	case "registers":
		sc.Plan.Registers = true
	case "emergency":
		days, _ := strconv.Atoi(w[2])
		sc.Plan.Emergency = &policy.PlanEmergency{Approver: workflows.Role(w[1]), MaxDays: days}
	case "correctable":
		sc.Plan.Correctable = []string{"place"}
		sc.Answers["place"] = policy.Answer{Text: w[1]}
	case "override":
		for _, role := range w[1:] {
			sc.Plan.Override = append(sc.Plan.Override, workflows.Role(role))
		}
	case "no-acceptance":
		sc.Plan.OwnerAccepts, sc.Plan.OwnerIsAsker = false, true
	case "notify":
		for _, role := range w[1:] {
			sc.Plan.Notify = append(sc.Plan.Notify, workflows.Role(role))
		}
	case "hit":
		sc.Assessment.Hits = append(sc.Assessment.Hits, policy.Hit{Rule: w[1], Points: 20, Reason: "It reads mail.", Floor: policy.Tier(w[2])})
	case "missing":
		sc.Plan.Preconditions = append(sc.Plan.Preconditions, policy.Precondition{
			Key: w[1], Before: w[2], Text: "An impact assessment is linked before the " + w[2] + " stage.",
		})
	case "condition":
		return conditionLine(sc, w[1:])
	case "stage":
		return stageLine(sc, w[1:])
	default:
		return fmt.Errorf("what is %q", w[0])
	}
	return nil
}

// conditionLine reads "KEY [required] due 14|go-live verifier ROLE".
func conditionLine(sc *policy.Screening, w []string) error {
	c := policy.Condition{Key: w[0], Label: w[0], Text: "Do " + w[0] + ".", Verifier: "ciso"}
	for _, word := range w[1:] {
		switch days, err := strconv.Atoi(word); {
		case word == "required":
			c.Required = true
		case word == "suggested":
			c.Suggested = true
		case word == "go-live":
			c.Due.BeforeGoLive = true
		case err == nil:
			c.Due.Days = days
		default:
			return fmt.Errorf("what is %q", word)
		}
	}
	sc.Plan.Conditions = append(sc.Plan.Conditions, c)
	return nil
}

// stageLine reads "KEY MEMBER... [all] [expert] [quorum N] [must ROLE] [sla H] [escalate ROLE] [classify|legal_hold]"; a
// member that ends in "?" advises.
func stageLine(sc *policy.Screening, w []string) error {
	st := policy.Stage{Key: w[0], Kind: policy.StageDecide, Quorum: 1, SLA: 8 * time.Hour}
	for i := 1; i < len(w); i++ {
		switch w[i] {
		case "all":
			st.All = true
		case "expert":
			st.Expert = true
		case "quorum":
			i++
			st.Quorum, _ = strconv.Atoi(w[i])
		case "must":
			i++
			st.MustInclude = append(st.MustInclude, workflows.Role(w[i]))
		case "sla":
			i++
			hours, _ := strconv.Atoi(w[i])
			st.SLA = time.Duration(hours) * time.Hour
		case "escalate":
			i++
			st.EscalateTo = append(st.EscalateTo, workflows.Role(w[i]))
		case "classify":
			st.Kind, st.Outcomes = policy.StageClassify, []string{policy.OutcomeConfirm, policy.OutcomeCorrect}
		case "legal_hold":
			st.Kind, st.Outcomes = policy.StageHold, []string{policy.OutcomeConfirmStop, policy.OutcomeReclassify}
		default:
			role, advice := strings.CutSuffix(w[i], "?")
			st.Members = append(st.Members, policy.Member{Role: workflows.Role(role), Advice: advice})
		}
	}
	sc.Plan.Stages = append(sc.Plan.Stages, st)
	return nil
}

// step applies an event, with the next screening where the event may begin a round.
func (c *company) step(ev workflows.Event) workflows.Outcome[approval.Request] {
	f := approval.Facts{Roster: c.roster(), Zone: c.zone, Entry: c.entry, Made: c.made}
	switch ev.What.(type) {
	case approval.Submitted, approval.Edited, approval.Ruled, approval.Renewed, approval.Overridden:
		next := c.next
		f.Next = &next
	}
	if what, ok := ev.What.(approval.Corrected); ok && len(what.Fixes) > 0 {
		f.Correction = c.corrected(what.Fixes[0])
	}
	if e := c.r.Emergency; e != nil && !e.Until.IsZero() {
		f.Entry = &approval.Entry{ID: "AIS-1"}
	}
	ev.About, ev.At = workflows.RequestRef("AIR-42"), c.at
	if ev.Via.Surface == "" {
		ev.Via.Surface = "portal"
	}
	return approval.Step(c.r, ev, f)
}

// corrected is what the policy says of a place that an expert found: the next screening with that. Data stays at home or goes abroad.
func (c *company) corrected(fix policy.Fix) *policy.Correction {
	next := c.next
	next.Answers = maps.Clone(c.r.Screening.Answers)
	if next.Answers == nil {
		next.Answers = policy.Answers{}
	}
	was := next.Answers["place"].Text
	next.Answers["place"] = policy.Answer{Text: fix.Answer[0]}
	order := []policy.Tier{"minimal", "limited", "high", "prohibited"}
	return &policy.Correction{
		Screening: next, Leaves: was == "home" && fix.Answer[0] != "home",
		Rises: slices.Index(order, next.Assessment.Tier) > slices.Index(order, c.r.Screening.Assessment.Tier),
	}
}

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}
