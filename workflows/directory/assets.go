package directory

import (
	"slices"
	"strings"

	"steward/workflows"
)

// Assets is a file of systems or subjects that was read without a mistake.
type Assets struct {
	Source string // hex SHA-256 of the file
	Rows   []Asset
	Notes  []string
}

// KindSystem is the kind of assets of systems.csv.
const KindSystem = "system"

func criticalities() []string { return []string{"critical", "high", "medium", "low"} }

// SubjectKinds are the kinds of subjects.csv.
func SubjectKinds() []string { return []string{"supplier", "policy", "dataset", "risk"} }

// ReadSystems reads systems.csv. Owners must be people of the directory. The error is [Problems].
func ReadSystems(data []byte, known Known) (Assets, error) {
	f := newAssetFile(data, known, columns{
		required: []string{"system", "name", "owner_email", "criticality"},
		optional: []string{"in_scope", "reason_out_of_scope"},
	})
	for _, l := range f.lines {
		a := Asset{Kind: KindSystem, ID: f.id(l, "system"), InScope: true, OutReason: f.text(l, "reason_out_of_scope", 3*maxName)}
		if f.has("in_scope") {
			a.InScope = f.yes(l, "in_scope")
		}
		if !a.InScope && a.OutReason == "" {
			f.bad(l.number, "reason_out_of_scope", "is empty; a system that is out of scope needs a reason")
		}
		f.add(l, a, "system")
	}
	return f.done()
}

// ReadSubjects reads subjects.csv: suppliers, policies, data sets and risks. The error is [Problems].
func ReadSubjects(data []byte, known Known) (Assets, error) {
	f := newAssetFile(data, known, columns{required: []string{"kind", "id", "name", "owner_email", "criticality"}})
	for _, l := range f.lines {
		f.add(l, Asset{Kind: f.oneOf(l, "kind", SubjectKinds()), ID: f.id(l, "id"), InScope: true}, "id")
	}
	return f.done()
}

// assetFile is a file of assets on its way to being understood.
type assetFile struct {
	table
	owners map[string]Row
	first  map[[2]string]int
	out    []Asset
}

func newAssetFile(data []byte, known Known, want columns) *assetFile {
	f := &assetFile{table: readTable(data, want), owners: map[string]Row{}, first: map[[2]string]int{}}
	for _, r := range known.People {
		if r.Email != "" {
			f.owners[emailKey(r.Email)] = r
		}
	}
	return f
}

// add reads what all kinds of assets have.
func (f *assetFile) add(l line, a Asset, idColumn string) {
	a.Name = f.text(l, "name", maxName)
	if f.cell(l, "name") == "" {
		f.bad(l.number, "name", "is empty")
	}
	a.Criticality = f.oneOf(l, "criticality", criticalities())
	a.Owner = f.owner(l)
	key := [2]string{a.Kind, a.ID}
	if first, twice := f.first[key]; twice && a.ID != "" {
		f.bad(l.number, idColumn, "%q stands in line %d already", a.ID, first)
	} else {
		f.first[key] = l.number
	}
	f.out = append(f.out, a)
}

func (f *assetFile) owner(l line) workflows.PersonID {
	email := f.cell(l, "owner_email")
	r, ok := f.owners[emailKey(email)]
	switch {
	case email == "":
		f.bad(l.number, "owner_email", "is empty")
	case !ok:
		f.bad(l.number, "owner_email", "nobody in the directory has the address %q; import people first", shorten(email))
	case !r.Active:
		f.bad(l.number, "owner_email", "%s has left; name somebody who is here", r.ID)
	}
	return r.ID
}

func (f *assetFile) done() (Assets, error) {
	if len(f.lines) == 0 && len(f.problems) == 0 {
		f.bad(0, "", "the file has no rows")
	}
	slices.SortStableFunc(f.out, func(a, b Asset) int { return strings.Compare(a.Kind+"\x00"+a.ID, b.Kind+"\x00"+b.ID) })
	return Assets{Source: f.source, Rows: f.out, Notes: f.notes}, f.problems.err()
}
