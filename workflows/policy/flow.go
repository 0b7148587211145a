package policy

import (
	"slices"

	"steward/workflows"
)

// Flow is the policy of one kind of request. It is read only and safe for concurrent use.
type Flow struct {
	Key     string // "ai-use"
	Title   string
	Prefix  string // of the ids of its requests: "AIR" gives AIR-42
	Version int
	Scope   Scope
	// About names what a request is about where it is not new: "ai_system" is chosen before the form opens.
	About string
	// RequesterIs names the relation that may ask; empty means everybody.
	RequesterIs workflows.Role
	Serves      []string // control ids the whole form serves
	Keep        string   // how long it is kept, in words
	Carried     Carried
	Tiers       []TierInfo // lowest first
	LegalRanks  []string   // legal classes, lowest first
	Questions   []Question // by page, then in the order of the file
	Validations []Validation
	Rules       []Rule
	Conditions  []ConditionRule
	Lines       *RiskLines // nil where the flow has none
	Chains      []Chain    // in the order of Tiers
	// Triggers are the changes that make an approval be asked for again.
	Triggers  []string
	Emergency *Emergency // nil where the flow has none
	Override  *Override  // nil where nobody may name another tier
	Renewal   *Renewal   // nil where a renewal takes the full chain
	Register  *Register  // nil where its requests bring nothing to the AI register
	// VendorFacts says which answers are kept once for each vendor and plan; nil where none are.
	VendorFacts *VendorFacts

	pack     *Pack
	terms    map[string]*expr // by question key: the compiled ask_if
	vars     []variable
	examples []example
	lineCase []lineExample

	legalNames map[string]string
}

// Scope says, to people, what to ask for and what not.
type Scope struct{ For, NotFor string }

// Carried names answers of the linked request that are shown, not asked, and that conditions may read. What was decided on counts as
// long as they, and those that only have to be the same, are what they were.
type Carried struct {
	From string // flow key
	Keys []string
	Same []string
}

// TierInfo is one tier of a flow.
type TierInfo struct {
	Tier    Tier
	Display string // what people see
	Meaning string
	// MinPoints is the number of points from which the points alone give this tier; ByPoints says whether they can.
	MinPoints int
	ByPoints  bool
}

// Validation refuses answers. It belongs to the page of its field.
type Validation struct {
	ID      string
	Field   string
	Message string
	when    *expr
}

// Rule is one rule of the assessment.
type Rule struct {
	ID         string
	Points     int
	Floor      Tier
	LegalClass string
	Category   string
	View       string
	Reason     string
	Question   string
	Refs       []string
	when       *expr
}

// ConditionRule is a condition with the rule that suggests it.
type ConditionRule struct {
	Condition   Condition // as it looks when it neither holds nor is required
	Binding     bool      // required: it cannot be unticked while it holds
	RequiredFor []Tier    // attached in these tiers in any case
	EachLine    *EachLine // it stands for the measures of the risk lines; nil for what is one thing to do
	when        *expr
}

// Emergency is the short way for what cannot wait: the full chain must finish before its end.
type Emergency struct {
	Tiers    []Tier
	Approver workflows.Role
	MaxDays  int
	FollowUp string
}

// Override says who, together, may name another tier, and how far down.
type Override struct {
	Roles  []workflows.Role
	Limits []OverrideLimit
}

// OverrideLimit forbids a tier below Tier while its condition holds.
type OverrideLimit struct {
	Tier    Tier
	Message string
	when    *expr
}

// Renewal is the short chain of an unchanged renewal: the owner's attest and one stage.
type Renewal struct {
	Stages         map[Tier][]string // stage keys that remain
	MinIndependent int
}

// Register says how the end of a request fills an entry of the AI register: each member names the question whose answer it takes,
// or is empty.
type Register struct {
	Tool, Vendor, Plan, Use, Role, Data, Hosting, Affected, Users string

	Builders  []string         // answers of Role by which we build it, or a part of it
	Governors []workflows.Role // look after the entry

	// Groups are the answers of Users by which an approval covers more people than who asked for it; none covers nobody else.
	Groups map[Coverage][]string
}

// Coverage says whom an approval covers beside who asked for it: they join without a word of their manager. The names are stored.
type Coverage string

// Whom an approval covers.
const (
	CoversNobody     Coverage = ""
	CoversEveryone   Coverage = "everyone"
	CoversDepartment Coverage = "department" // that of who asked
	CoversTeam       Coverage = "team"       // who has the same manager as who asked, or has them as manager
)

// Coverages gives those that a flow may name, the widest first.
func Coverages() []Coverage { return []Coverage{CoversEveryone, CoversDepartment, CoversTeam} }

// Covers says whom an approval covers by the answer of the question about its users.
func (r Register) Covers(users string) Coverage {
	for _, c := range Coverages() {
		if slices.Contains(r.Groups[c], users) {
			return c
		}
	}
	return CoversNobody
}

// Builds says whether we build a system, or a part of it, by the answer of the question about our role.
func (r Register) Builds(role string) bool { return slices.Contains(r.Builders, role) }

// Question gives a question by key.
func (f *Flow) Question(key string) (Question, bool) {
	i := slices.IndexFunc(f.Questions, func(q Question) bool { return q.Key == key })
	if i < 0 {
		return Question{}, false
	}
	return f.Questions[i], true
}

// Pages gives the number of pages of the form, without the preview. The risk lines are a page of their own.
func (f *Flow) Pages() int {
	n := 0
	for _, q := range f.Questions {
		n = max(n, q.Page)
	}
	if f.Lines != nil {
		n++
	}
	return n
}

// LinesPage is the page of the risk lines; 0 where the flow has none.
func (f *Flow) LinesPage() int {
	if f.Lines == nil {
		return 0
	}
	return f.Pages()
}

// Tier gives what the flow says of a tier.
func (f *Flow) Tier(t Tier) (TierInfo, bool) {
	i := f.rank(t)
	if i < 0 {
		return TierInfo{}, false
	}
	return f.Tiers[i], true
}

// LegalName gives the words for a legal class; the class itself where the flow has none.
func (f *Flow) LegalName(class string) string {
	if name := f.legalNames[class]; name != "" {
		return name
	}
	return class
}

// Display gives what people see of a tier; the value itself for a tier the flow does not have.
func (f *Flow) Display(t Tier) string {
	if info, ok := f.Tier(t); ok {
		return info.Display
	}
	return string(t)
}

// Chain gives the chain of a tier.
func (f *Flow) Chain(t Tier) (Chain, bool) {
	i := slices.IndexFunc(f.Chains, func(c Chain) bool { return c.Tier == t })
	if i < 0 {
		return Chain{}, false
	}
	return f.Chains[i], true
}

// rank gives the place of a tier, lowest first; -1 for a tier the flow does not have.
func (f *Flow) rank(t Tier) int {
	return slices.IndexFunc(f.Tiers, func(i TierInfo) bool { return i.Tier == t })
}

func (f *Flow) higher(a, b Tier) Tier {
	if f.rank(b) > f.rank(a) {
		return b
	}
	return a
}

// strictest gives the highest tier that people decide: the way a rule takes that cannot be evaluated.
func (f *Flow) strictest() Tier {
	for _, info := range slices.Backward(f.Tiers) {
		if info.Tier != TierProhibited {
			return info.Tier
		}
	}
	return ""
}
