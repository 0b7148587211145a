package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
)

// Duties is what waits for one person, and why, as far as its reader may read it.
type Duties struct {
	Of     workflows.Person // for whom it waits
	Viewer workflows.Person
	Now    time.Time
	Known  []Duty    // earliest due first
	Hidden int       // how many more wait that are not for the reader's eyes
	Away   []Absence // of the person, and those in which they stand in
}

// Duty is one thing that waits, with what it is about.
type Duty struct {
	Wait  workflows.Wait
	About Waiting
}

// Waiting is what something that waits for somebody is about, as its reader sees it: a [Case], an [Entry] or a [Vendor].
type Waiting interface {
	Eyes() Eyes
	title() string                      // as its reader may have it named
	whyTheirs(w workflows.Wait) string  // why it waits for this person and nobody else
	afterwards(w workflows.Wait) string // what comes of waiting, and of the answer
}

// Title names what waits.
func (d Duty) Title() string { return d.About.title() }

// PersonPath gives the portal's page of a person.
func PersonPath(id workflows.PersonID) string { return "/people/" + string(id) }

// ExplainDuties says for each thing that waits for a person why it is theirs, since when, until when, and what happens next.
func ExplainDuties(d Duties) card.Card {
	e := Eyes{Viewer: d.Viewer, Now: d.Now}
	out := card.Card{Title: fmt.Sprintf(titleDuties, d.name()), Lead: d.Lead(), Foot: e.zone()}
	out.Gist = out.Lead[0]
	var items []Item
	for i, one := range d.Known {
		if i == MaxListed {
			out.Lead = append(out.Lead, fmt.Sprintf(textDutiesMore, len(d.Known)-i))
			break
		}
		items = append(items, Item{Wait: one.Wait})
		title := short(one.Wait.About.ID+" "+titleOr(one.Title()), card.MaxSectionTitle)
		out.Sections = append(out.Sections, card.Section{Title: title, Lines: one.Lines()})
	}
	if lines := d.AwayLines(); len(lines) > 0 {
		out.Sections = append(out.Sections, card.Section{Title: titleDutiesAway, Lines: lines})
	}
	out.Buttons, out.More = openButtons(items)
	out.More[len(out.More)-1].Path = PersonPath(d.Of.ID)
	return fit(out.Cleaned())
}

func (d Duties) name() string {
	if d.Of.ID == d.Viewer.ID {
		return "you"
	}
	return short(d.Of.Name, 60)
}

// Lead says how much waits, and how much of that is not for the reader.
func (d Duties) Lead() []string {
	if len(d.Known)+d.Hidden == 0 {
		return []string{fmt.Sprintf(textDutiesNone, d.name())}
	}
	late := 0
	for _, one := range d.Known {
		if !one.Wait.Due.IsZero() && d.Now.After(one.Wait.Due) {
			late++
		}
	}
	tail := ""
	if late > 0 {
		tail = fmt.Sprintf(textDutiesLate, late)
	}
	var out []string
	if n := len(d.Known); n > 0 {
		out = append(out, fmt.Sprintf(textDutiesCount, thingsWait(n, "thing"), d.name(), tail))
	}
	if d.Hidden > 0 {
		thing := "thing"
		if len(d.Known) > 0 {
			thing = "more thing"
		}
		out = append(out, fmt.Sprintf(textDutiesHidden, thingsWait(d.Hidden, thing)))
	}
	return out
}

func thingsWait(n int, thing string) string {
	if n == 1 {
		return "1 " + thing + " waits"
	}
	return fmt.Sprintf("%d %ss wait", n, thing)
}

// AwayLines says when the person is away, and for whom they stand in.
func (d Duties) AwayLines() []string {
	var out []string
	for _, a := range d.Away {
		out = append(out, AwayLine(a))
	}
	return out
}

// Lines says what is asked, since when and until when; why of this person; and what happens next.
func (d Duty) Lines() []string {
	e, w := d.About.Eyes(), d.Wait
	asked := "Asked " + askedOfThem(w.Why)
	if w.Who == e.Viewer.ID {
		asked = upper(askedOfYou(w.Why))
	}
	until := ""
	switch {
	case w.Due.IsZero():
	case e.Now.After(w.Due):
		until = fmt.Sprintf(textDutyWas, e.moment(w.Due), e.ago(w.Due))
	default:
		until = fmt.Sprintf(textDutyUntil, e.moment(w.Due))
	}
	out := []string{fmt.Sprintf(textDutySince, asked, e.moment(w.Since), until), d.About.whyTheirs(w), d.About.afterwards(w)}
	return slices.DeleteFunc(out, func(line string) bool { return line == "" })
}

// saying gives a person at the beginning of a sentence, and which of two forms of a verb follows.
func (c Case) saying(id workflows.PersonID) (who string, verb func(they, you string) string) {
	you := id == c.Viewer.ID
	return upper(c.name(id)), func(they, yours string) string {
		if you {
			return yours
		}
		return they
	}
}

// whyTheirs says why something about a request waits for somebody.
func (c Case) whyTheirs(w workflows.Wait) string {
	who, verb := c.saying(w.Who)
	switch {
	case w.Who == c.Request.Asker() && (w.Why == workflows.WhyQuestion || w.Why == workflows.WhyMissing):
		return fmt.Sprintf(textIsAsker, who, verb("asks", "ask"))
	case w.Why == workflows.WhyQuestion || w.Why == workflows.WhyMissing || w.Why == workflows.WhyAccept:
		return fmt.Sprintf(textIsToOwn, who, verb("is", "are"))
	case w.Why == workflows.WhyEscalated:
		s, _ := c.stage()
		return c.holding(textLateToldAs, w.Who, s.EscalateTo)
	case w.Why == workflows.WhyUnblock:
		role := c.firstHeld(w.Who, approval.Unblockers())
		return fmt.Sprintf(textUnblocksAs, who, verb("holds", "hold"), role, verb("has", "have"))
	}
	for _, seat := range approval.Seats(c.Request, c.Roster, c.Now) {
		for _, e := range seat.May {
			if e.Person == w.Who && e.For == w.For && e.Role == w.Role {
				return c.entitled(e)
			}
		}
	}
	if w.For != "" {
		return fmt.Sprintf(textIsDelegate, who, verb("acts", "act"), c.who(w.For), mid(c.role(w.Role)))
	}
	return fmt.Sprintf(textHolds, who, verb("holds", "hold"), mid(c.role(w.Role)))
}

// firstHeld gives the label of the first of the roles that somebody holds.
func (c Case) firstHeld(id workflows.PersonID, roles []workflows.Role) string {
	p, _ := c.Roster.Person(id)
	for _, r := range roles {
		if p.Has(r) {
			return mid(c.role(r))
		}
	}
	return ""
}

// holding fills a sentence about the first of the roles that somebody holds; empty where they hold none.
func (c Case) holding(format string, id workflows.PersonID, roles []workflows.Role) string {
	who, verb := c.saying(id)
	role := c.firstHeld(id, roles)
	if role == "" {
		return ""
	}
	return fmt.Sprintf(format, who, verb("holds", "hold"), role)
}

// whyTheirs says why something about an entry of the register waits for somebody.
func (e Entry) whyTheirs(w workflows.Wait) string {
	c := e.names()
	who, verb := c.saying(w.Who)
	switch {
	case w.Role == workflows.Owner:
		return fmt.Sprintf(textOwnsIt, who, verb("owns", "own"))
	case w.Why == workflows.WhyJoin && w.For != "":
		return fmt.Sprintf(textIsDelegate, who, verb("acts", "act"), c.who(w.For), c.as(w.Role))
	case w.Why == workflows.WhyJoin && w.Role == workflows.LineManager:
		return fmt.Sprintf(textAnswersJoin, who, verb("is", "are"), c.who(workflows.PersonID(w.Part)))
	case w.Why == workflows.WhyHandOver && e.manages(w.Who):
		return fmt.Sprintf(textHeirOf, who, verb("is", "are"), c.who(e.System.Owner))
	case w.Why == workflows.WhyVerify && w.Role != "":
		return fmt.Sprintf(textVerifiesAs, who, verb("verifies", "verify"), mid(c.role(w.Role)))
	}
	return c.holding(textLooksAfter, w.Who, e.System.Governors)
}

// manages says whether somebody is the manager of the entry's owner.
func (e Entry) manages(id workflows.PersonID) bool {
	m, ok := e.Roster.ManagerOf(e.System.Owner)
	return ok && m.ID == id
}

func (c Case) afterwards(w workflows.Wait) string {
	switch {
	case w.Why == workflows.WhyDecide || w.Why == workflows.WhyAdvise:
		return c.nextDecide()
	case w.Why == workflows.WhyQuestion && c.paused():
		return textNextQuestion
	}
	return map[workflows.Why]string{
		workflows.WhyAccept: textNextAccept, workflows.WhyQuestion: textNextAnswer, workflows.WhyEscalated: textNextLateName,
		workflows.WhyUnblock: textNextNamed, workflows.WhyEmergency: textNextUse, workflows.WhyMissing: textNextMissing, workflows.WhyOverride: textNextTier,
	}[w.Why]
}

func (e Entry) afterwards(w workflows.Wait) string {
	if w.Why == workflows.WhyRenew {
		return fmt.Sprintf(textNextRenew, e.names().lastDay(e.System.ValidUntil))
	}
	return map[workflows.Why]string{
		workflows.WhyTask: textNextProve, workflows.WhyVerify: textNextVerify, workflows.WhyHandOver: textNextHandOver,
		workflows.WhyReEvaluate: textNextLook, workflows.WhySeen: textNextSeen, workflows.WhyJoin: textNextJoin,
	}[w.Why]
}

func (v Vendor) title() string { return v.Vendor.Name }

// whyTheirs says by which role somebody looks after what is kept of a vendor.
func (v Vendor) whyTheirs(w workflows.Wait) string {
	return Case{Roster: v.Roster, Viewer: v.Viewer, Flow: v.Flow}.holding(textLooksAfter, w.Who, []workflows.Role{w.Role})
}

func (v Vendor) afterwards(w workflows.Wait) string {
	f, _ := v.Vendor.Fact(w.Part)
	return fmt.Sprintf(textNextFact, v.Eyes().date(f.Until))
}

// nextDecide says who is told where the present stage is late.
func (c Case) nextDecide() string {
	s, _ := c.stage()
	var roles []string
	for _, r := range s.EscalateTo {
		roles = append(roles, mid(c.role(r)))
	}
	if len(roles) == 0 || s.SLA <= 0 || c.Request.Escalated {
		return textNextLate
	}
	return fmt.Sprintf(textNextDecide, strings.Join(roles, " or "))
}

// NobodyCalled answers a name that fits nobody.
func NobodyCalled(typed string) string { return fmt.Sprintf(textNobodyCalled, quote(typed, 60)) }

// ManyCalled answers a name that fits several people.
func ManyCalled(people []workflows.Person) string {
	var names []string
	for i, p := range people {
		if i == MaxListed {
			names = append(names, "more")
			break
		}
		name := short(p.Name, 60)
		if p.Department != "" {
			name += " (" + short(p.Department, 40) + ")"
		}
		names = append(names, name)
	}
	return fmt.Sprintf(textManyCalled, and(names))
}
