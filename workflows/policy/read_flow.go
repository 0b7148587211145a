package policy

import (
	"regexp"

	"go.yaml.in/yaml/v4"

	"steward/workflows"
)

// flowReader builds one flow from its file.
type flowReader struct {
	*reader

	top  mapping
	flow *Flow
	org  Organisation
	// asks and places keep the nodes of ask_if and of the question, by key, for the second pass.
	asks, places map[string]*yaml.Node
	scope        *scope
	lines        *scope // with the fields of a risk line; nil where the flow has none
}

// newFlowReader does the first pass: everything another flow may want to know, and nothing that needs another flow.
func newFlowReader(r *reader, root *yaml.Node, org Organisation) *flowReader {
	f := &flowReader{
		reader: r, org: org, flow: &Flow{terms: map[string]*expr{}},
		asks: map[string]*yaml.Node{}, places: map[string]*yaml.Node{},
	}
	f.top = r.mapping(root, "flow", "version", "title", "prefix", "scope", "about", "requester", "serves", "keep", "carried",
		"tiers", "questions", "risk_lines", "validations", "rules", "conditions", "approval_chains", "override", "renewal",
		"register", "vendor_facts", "re_approval_triggers", "emergency_path", "examples", "line_examples")
	f.top.need("flow", "version", "title", "prefix", "tiers", "questions", "approval_chains", "examples")
	f.head()
	f.tiers()
	f.questions()
	return f
}

// bind does the second pass, with all flows known.
func (f *flowReader) bind(p *Pack) {
	f.flow.pack = p
	f.riskLineFields()
	f.carried(p)
	if !f.scopes() {
		return
	}
	f.askIfs()
	f.presets()
	f.riskLineRules()
	f.validations()
	f.rules()
	f.conditions()
	f.chains()
	f.override()
	f.renewal()
	f.register()
	f.vendorFacts()
	f.emergency()
	f.readExamples()
}

func (f *flowReader) head() {
	flow := f.flow
	flow.Key, flow.Title, flow.Prefix = f.top.str("flow"), f.top.str("title"), f.top.str("prefix")
	if flow.Key != "" && !flowPattern.MatchString(flow.Key) {
		f.bad(f.top.place("flow"), "use small letters, digits and -", "%q cannot be the key of a flow", flow.Key)
	}
	if flow.Prefix != "" && !prefixPattern.MatchString(flow.Prefix) {
		f.bad(f.top.place("prefix"), "two to five capital letters, as in AIR-42", "%q cannot be a prefix", flow.Prefix)
	}
	if of := takenPrefix(flow.Prefix); of != "" {
		f.bad(f.top.place("prefix"), "choose another one", "%s is the prefix of %s", flow.Prefix, of)
	}
	f.within(f.top.place("title"), "title", flow.Title, titleMax)
	if flow.Version = f.top.num("version"); f.top.has("version") && flow.Version < 1 {
		f.bad(f.top.place("version"), "", "the version begins at 1")
	}
	if f.top.has("scope") {
		m := f.mapping(f.top.place("scope"), "request_for", "no_request_for")
		flow.Scope = Scope{For: m.str("request_for"), NotFor: m.str("no_request_for")}
	}
	flow.About = f.top.choice("about", "subject", []string{"ai_system"})
	flow.RequesterIs = workflows.Role(f.top.choice("requester", "relation", []string{string(workflows.Owner)}))
	flow.Serves = f.refs(f.top, "serves")
	flow.Keep = f.top.str("keep")
	flow.Triggers = f.top.strs("re_approval_triggers")
	seen := map[string]bool{}
	for i, n := range f.top.items("re_approval_triggers") {
		f.unique(seen, n, "trigger", flow.Triggers[i])
	}
}

// takenPrefix says what has a prefix that no flow can have; empty where it is free.
func takenPrefix(prefix string) string {
	switch prefix {
	case workflows.SystemPrefix:
		return "the AI register"
	case workflows.AbsencePrefix:
		return "absences"
	case workflows.VendorPrefix:
		return "what is kept of vendors"
	}
	return ""
}

// refPattern is what the id of a control, a clause or an article looks like. Whether it exists the catalogue knows.
var refPattern = regexp.MustCompile(`^(27001|42001|AIAct|GDPR|NIST):\S.{0,79}$`)

var (
	flowPattern   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	prefixPattern = regexp.MustCompile(`^[A-Z]{2,5}$`)
)

func (f *flowReader) refs(m mapping, key string) []string {
	var out []string
	for _, n := range m.items(key) {
		ref := f.text(n)
		if ref != "" && !refPattern.MatchString(ref) {
			f.bad(n, "write it as 42001:A.5.4, 27001:8.2, AIAct:50(1), GDPR:35 or NIST:MAP 1.1", "%q is no reference", ref)
			continue
		}
		out = append(out, ref)
	}
	return out
}

// roleOf reads a role, relations included.
func (f *flowReader) roleOf(m mapping, key string) workflows.Role {
	return workflows.Role(m.choice(key, "role", f.org.roleKeys()))
}

func (f *flowReader) roles(m mapping, key string) []workflows.Role {
	var out []workflows.Role
	for _, name := range m.choices(key, "role", f.org.roleKeys()) {
		out = append(out, workflows.Role(name))
	}
	return out
}

// when reads an optional condition.
func (f *flowReader) when(m mapping, key string) *expr {
	if !m.has(key) {
		return nil
	}
	return f.scope.compile(f.reader, m.place(key))
}
