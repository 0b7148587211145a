package policy

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// The two files of a pack that are no flows. A folder that leaves them out gets the shipped ones.
const (
	organisationFile = "organisation.yaml"
	calendarsFile    = "calendars.yaml"
)

//go:embed pack/*.yaml
var embedded embed.FS

// Pack is a checked policy pack: everything the organisation says about who is asked what, and who decides. It is read
// only and safe for concurrent use.
type Pack struct {
	// Hash identifies the pack: SHA-256 over the sorted file names and their bytes, in hex.
	Hash         string
	Organisation Organisation
	Calendars    map[string]Calendar // by calendar code; "default" is always there

	files map[string]string
	flows []*Flow // by key
}

// EmbeddedFS gives the files of the shipped pack, for an operator who wants to start from them.
func EmbeddedFS() fs.FS {
	sub, err := fs.Sub(embedded, "pack")
	if err != nil {
		panic(fmt.Sprintf("policy: embedded pack: %v", err)) // cannot happen: the folder is in the binary
	}
	return sub
}

// Embedded gives the pack that ships with Steward. It compiles the pack anew at each call (some ten milliseconds): keep the
// result.
func Embedded() *Pack {
	p, err := Load(EmbeddedFS())
	if err != nil {
		panic(fmt.Sprintf("policy: the shipped pack is broken:\n%v", err)) // a test loads it, so a release cannot get here
	}
	return p
}

// Load reads the YAML files of a folder as one pack. organisation.yaml and calendars.yaml may be left out. The error is
// [Problems] where the pack has mistakes: all of them, not the first.
func Load(fsys fs.FS) (*Pack, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read policy folder: %w", err)
	}
	files := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !isYAML(e.Name()) {
			continue
		}
		text, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read policy file %s: %w", e.Name(), err)
		}
		files[e.Name()] = string(text)
	}
	return assemble(files)
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// assemble completes and checks a set of files.
func assemble(files map[string]string) (*Pack, error) {
	for _, name := range []string{organisationFile, calendarsFile} {
		if _, ok := files[name]; ok {
			continue
		}
		text, err := fs.ReadFile(embedded, "pack/"+name)
		if err != nil {
			return nil, fmt.Errorf("read shipped %s: %w", name, err)
		}
		files[name] = string(text)
	}
	l := loader{pack: &Pack{files: files, Hash: hashFiles(files), Calendars: map[string]Calendar{}}}
	l.load()
	if len(l.problems) > 0 {
		return nil, l.problems.sorted()
	}
	return l.pack, nil
}

// loader builds a pack from its files.
type loader struct {
	pack     *Pack
	problems Problems
	flows    []*flowReader
}

// load goes through the files in two passes: a flow about another request sees that flow's questions, so all questions are
// read before the first expression is compiled.
func (l *loader) load() {
	for _, name := range []string{organisationFile, calendarsFile} {
		if r, root := parse(name, l.pack.files[name], &l.problems); root != nil && name == organisationFile {
			l.pack.Organisation = r.organisation(root)
		} else if root != nil {
			l.pack.Calendars = r.calendars(root)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.pack.files)) {
		if name == organisationFile || name == calendarsFile {
			continue
		}
		r, root := parse(name, l.pack.files[name], &l.problems)
		if root == nil {
			continue
		}
		l.flows = append(l.flows, newFlowReader(r, root, l.pack.Organisation))
	}
	l.names()
	for _, f := range l.flows {
		f.bind(l.pack)
	}
	if len(l.flows) == 0 && len(l.problems) == 0 {
		l.problems = append(l.problems, Problem{File: ".", Message: "the pack has no flow", Hint: "add a file like ai-use.yaml"})
	}
}

// names enters the flows into the pack and reports keys and prefixes that two flows share.
func (l *loader) names() {
	keys, prefixes := map[string]bool{}, map[string]bool{}
	for _, f := range l.flows {
		f.unique(keys, f.top.place("flow"), "flow", f.flow.Key)
		f.unique(prefixes, f.top.place("prefix"), "prefix", f.flow.Prefix)
		l.pack.flows = append(l.pack.flows, f.flow)
	}
	slices.SortStableFunc(l.pack.flows, func(a, b *Flow) int { return strings.Compare(a.Key, b.Key) })
}

// Flow gives the flow with this key.
func (p *Pack) Flow(key string) (*Flow, bool) {
	for _, f := range p.flows {
		if f.Key == key {
			return f, true
		}
	}
	return nil, false
}

// Flows gives all flows, by key.
func (p *Pack) Flows() []*Flow { return slices.Clone(p.flows) }

// Role gives what the pack says of a role.
func (p *Pack) Role(role workflows.Role) (RoleInfo, bool) { return p.Organisation.role(role) }

// Hours gives the working hours of a calendar code in a zone. A code the pack does not know has the default calendar.
func (p *Pack) Hours(code string, zone *time.Location) workflows.Hours {
	c, ok := p.Calendars[code]
	if !ok {
		c = p.Calendars[DefaultCalendar]
	}
	return workflows.Hours{
		Zone: zone, From: c.From, To: c.To, Weekend: slices.Clone(c.Weekend), Holidays: maps.Clone(c.Holidays),
	}
}
