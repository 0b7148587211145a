package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// flowThings is a flow as people read it: what it is, tiers, questions, rules, conditions, and how each tier is decided.
func flowThings(f *Flow) []thing {
	out := []thing{flowHead(f)}
	for _, t := range f.Tiers {
		from := ""
		if t.ByPoints {
			from = fmt.Sprint(t.MinPoints)
		}
		out = append(out, thing{"tier " + string(t.Tier), "Tier " + named(t.Display, string(t.Tier)), []saying{
			{"name", t.Display}, {"meaning", t.Meaning}, {"from points", from},
		}})
	}
	for _, q := range f.Questions {
		out = append(out, questionThing("Question", q))
	}
	for _, v := range f.Validations {
		out = append(out, validationThing(v))
	}
	for _, r := range f.Rules {
		out = append(out, thing{"rule " + r.ID, "Rule " + r.ID, []saying{
			{"reason", r.Reason},
			{"when", r.when.text()},
			{"points", fmt.Sprint(r.Points)},
			{"tier at least", string(r.Floor)},
			{"legal class", f.legal(r.LegalClass)},
			{"category", r.Category},
			{"question to the reviewer", r.Question},
			{"controls", list(r.Refs)},
		}})
	}
	for _, c := range f.Conditions {
		out = append(out, conditionThing(f, c))
	}
	if f.Lines != nil {
		out = append(out, lineThings(f)...)
	}
	for _, c := range f.Chains {
		out = append(out, chainThings(f, c)...)
	}
	return out
}

func (f *Flow) legal(class string) string {
	if class == "" {
		return ""
	}
	return f.LegalName(class)
}

// flowHead is what a flow is, in one thing.
func flowHead(f *Flow) thing {
	says := []saying{
		{"title", f.Title},
		{"ids begin with", f.Prefix},
		{"version", fmt.Sprint(f.Version)},
		{"ask for", f.Scope.For},
		{"do not ask for", f.Scope.NotFor},
		{"about", f.About},
		{"may be asked by", string(f.RequesterIs)},
		{"serves", list(f.Serves)},
		{"kept", f.Keep},
		{"shown from " + f.Carried.From, list(f.Carried.Keys)},
		{"counts while the same in " + f.Carried.From, list(slices.Concat(f.Carried.Same, f.Carried.Keys))},
		{"tiers, lowest first", tierNames(f, f.order())},
		{"legal classes, lowest first", list(f.LegalRanks)},
		{"asked for again after", list(f.Triggers)},
		{orderOf + "the questions", list(fieldKeys(f.Questions))},
	}
	for _, class := range slices.Sorted(maps.Keys(f.legalNames)) {
		says = append(says, saying{"legal class " + class, f.legalNames[class]})
	}
	if e := f.Emergency; e != nil {
		says = append(says, saying{"emergency", fmt.Sprintf("%s, for at most %d days; tiers %s; then %s",
			f.pack.roleName(e.Approver), e.MaxDays, tierNames(f, e.Tiers), e.FollowUp)})
	}
	if o := f.Override; o != nil {
		says = append(says, saying{"another tier may be named by", f.pack.roleNames(o.Roles)})
		for _, l := range o.Limits {
			says = append(says, saying{"but not below " + f.Display(l.Tier) + " while " + l.when.text(), l.Message})
		}
	}
	if r := f.Register; r != nil {
		for _, one := range [][2]string{
			{"tool", r.Tool},
			{"vendor", r.Vendor},
			{"plan", r.Plan},
			{"intended use", r.Use},
			{"our role", r.Role},
			{"data", r.Data},
			{"hosting", r.Hosting},
			{"people affected", r.Affected},
			{"users", r.Users},
		} {
			says = append(says, saying{one[0] + " in the register is the answer of", one[1]})
		}
		says = append(says, saying{"in the register, built by us if our role is", list(r.Builders)},
			saying{"entries of the register are looked after by", f.pack.roleNames(r.Governors)})
		for _, c := range Coverages() {
			says = append(says, saying{"joined without a word of the manager: " + string(c) + ", if the users are", list(r.Groups[c])})
		}
	}
	if v := f.VendorFacts; v != nil {
		says = append(says, saying{"kept of each vendor are the answers of", list(v.Keys)}, saying{"the vendor is the answer of", v.Vendor},
			saying{"the plan is the answer of", v.Plan}, saying{"facts about vendors are kept by", f.pack.roleNames(v.KeptBy)},
			saying{"a fact about a vendor counts for months", num(v.Months)})
		for _, s := range v.StaysIn {
			says = append(says, saying{"data stays in the approved classes with these answers of " + s.Key, list(s.Values)})
		}
	}
	if r := f.Renewal; r != nil {
		for _, t := range f.order() {
			says = append(says, saying{"stages of a renewal, " + f.Display(t), list(r.Stages[t])})
		}
		says = append(says, saying{"different people who decide a renewal", num(r.MinIndependent)})
	}
	return thing{"flow", "The form as a whole", says}
}

func (f *Flow) order() []Tier {
	out := make([]Tier, len(f.Tiers))
	for i, t := range f.Tiers {
		out[i] = t.Tier
	}
	return out
}

func tierNames(f *Flow, tiers []Tier) string {
	out := make([]string, len(tiers))
	for i, t := range tiers {
		out[i] = f.Display(t)
	}
	return list(out)
}

func questionThing(what string, q Question) thing {
	says := []saying{
		{"label", q.Label},
		{"page", num(q.Page)},
		{"kind", strings.ReplaceAll(string(q.Type), "_", " ")},
		{"must be answered", yesNo(q.Required)},
		{"asked only if", q.AskIf},
		{"help", q.Help},
		{"filled in at first with", q.Preset},
		{"longest answer", num(q.MaxLength)},
		{"smallest", num(q.Min)},
		{"largest", num(q.Max)},
		{"months ahead at most", num(q.MaxMonths)},
		{"stand alone", list(q.Exclusive)},
		{"controls", list(q.Serves)},
	}
	values := make([]string, len(q.Options))
	for i, o := range q.Options {
		values[i] = o.Value
		says = append(says, saying{"choice " + o.Value, o.Label})
	}
	says = append(says, saying{orderOf + "the choices", list(values)})
	return thing{strings.ToLower(what) + " " + q.Key, fmt.Sprintf("%s “%s” (%s)", what, q.Label, q.Key), says}
}

func validationThing(v Validation) thing {
	return thing{"check " + v.ID, "Check of answers " + v.ID, []saying{{"refused when", v.when.text()}, {"says", v.Message}, {"at", v.Field}}}
}

func conditionThing(f *Flow, c ConditionRule) thing {
	due := "before go-live"
	if !c.Condition.Due.BeforeGoLive {
		due = fmt.Sprintf("%d days after the approval", c.Condition.Due.Days)
	}
	each := ""
	if e := c.EachLine; e != nil {
		each = fmt.Sprintf("what a line says under %s, until the day under %s, or before use from level %s", e.Measure, e.Until, e.First)
	}
	return thing{"condition " + c.Condition.Key, "Condition " + named(c.Condition.Label, c.Condition.Key), []saying{
		{"label", c.Condition.Label},
		{"text", c.Condition.Text},
		{"suggested when", c.when.text()},
		{"binding while it holds", yesNo(c.Binding)},
		{"always in tiers", tierNames(f, c.RequiredFor)},
		{"verified by", f.pack.roleName(c.Condition.Verifier)},
		{"due", due},
		{"one for each line", each},
		{"proof", c.Condition.Evidence},
		{"controls", list(c.Condition.Refs)},
	}}
}

// lineThings is the risk lines of a flow.
func lineThings(f *Flow) []thing {
	l := f.Lines
	says := []saying{
		{"fewest", fmt.Sprint(l.Min)},
		{"most", fmt.Sprint(l.Max)},
		{"at least one while", l.require.text()},
		{"score", list(l.score[:])},
		{"what is left", list(l.residual[:])},
		{"filled by the decision", list(l.Filled)},
	}
	for _, level := range l.Levels {
		says = append(says, saying{"level " + level.Name, fmt.Sprintf("from %d", level.Min)})
	}
	for i, a := range l.accept {
		says = append(says, saying{fmt.Sprintf("accepted by, choice %d", i+1), f.pack.roleName(a.by) + " when " + orAlways(a.when)})
	}
	out := []thing{{"lines", "Risk lines", says}}
	for _, q := range l.Fields {
		out = append(out, questionThing("Field of a line", q))
	}
	for _, v := range l.Checks {
		t := validationThing(v)
		t.key, t.name = "line "+t.key, "Check of a line "+v.ID
		out = append(out, t)
	}
	return out
}

func orAlways(e *expr) string {
	if e.always() {
		return "always"
	}
	return e.text()
}
