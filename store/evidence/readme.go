package evidence

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strings"

	"steward/store/ledger"
)

//go:embed readme.html
var readmeHTML string

// readme is what the page says.
type readme struct {
	*summary
	Limits   []string // what the bundle is limited to
	Newest   string   // time of the last entry
	KeyFile  string
	Key      string
	Bars     []chartBar
	Statuses []counted
	Whats    []counted
	Proves   []string
	Not      []string
}

type counted struct {
	Name string
	N    int64
}

func countedOf(m map[string]int64) (out []counted) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, counted{k, m[k]})
	}
	return out
}

// writeReadme writes the page that explains the bundle.
func writeReadme(b *ledger.Bundle, s *summary) error {
	page, err := template.New("readme").Parse(readmeHTML)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = page.Execute(&out, readme{
		summary: s, Limits: limits(s), Newest: stamp(s.Last), KeyFile: ledger.KeyFile(s.Signer), Key: s.Signer.String(), Bars: s.bars(),
		Statuses: countedOf(s.ByStatus), Whats: countedOf(s.ByDecision), Proves: Proves(), Not: ProvesNot(),
	})
	if err != nil {
		return err
	}
	return b.Put(ledger.FileReadme, out.Bytes())
}

// limits says in sentences what the bundle is limited to.
func limits(s *summary) (out []string) {
	sc := s.Scope
	switch {
	case sc.From != "" && sc.To != "":
		out = append(out, "Period: from "+sc.From+" to "+sc.To+", both days included, in UTC.")
	case sc.From != "":
		out = append(out, "Period: from "+sc.From+" on, in UTC.")
	case sc.To != "":
		out = append(out, "Period: up to "+sc.To+", that day included, in UTC.")
	}
	for what, list := range map[string][]string{"Requests": sc.Requests, "Standards": sc.Standards, "Controls": sc.Controls} {
		if len(list) > 0 {
			out = append(out, what+": "+strings.Join(list, ", ")+".")
		}
	}
	slices.Sort(out)
	if sc.Whole() {
		out = append(out, "Nothing is left out: all requests, and the whole record.")
	}
	return out
}

// scopeJSON is the scope as the manifest keeps it.
func scopeJSON(s *summary) json.RawMessage {
	text, err := json.Marshal(s.Scope)
	if err != nil {
		panic("evidence: " + err.Error()) // strings and numbers only
	}
	return text
}

// Proves says what a bundle proves, for whoever reads one or is about to ask for one.
func Proves() []string {
	return []string{
		"No file of this bundle was changed, added or removed since it was signed.",
		"Every entry in record/records.jsonl stands in the record byte by byte as it was sealed, at the place that its line has.",
		"Entries about one request are numbered from 1 without a gap. In a bundle of the whole record they are all there; a part cannot show that none came after the last one in it.",
		"Every text (reasons, questions, what a decider was shown) is the one that was recorded at that moment. One that is missing was erased, and an entry says so.",
		"Whoever holds an older checkpoint can show that this record is its continuation, where nothing is left out: steward verify --against.",
	}
}

// ProvesNot says what a bundle does not prove.
func ProvesNot() []string {
	return []string{
		"Not that what people wrote is true, nor that a control works: the bundle is evidence for controls, and the judgement stays with the auditor.",
		"Not that nothing was decided elsewhere. Compare the population with the company's own list of AI tools and expenses.",
		"Not who a person is. People stand in it by the company's ids; ask for the list of people to read names and to see whether roles were right.",
		"Not that the key was in the right hands. Whoever has the database and the key could make another record and sign it; only a checkpoint that was kept elsewhere, in a mailbox or with the auditor, shows that. Ask for one.",
		"Not that the tables say what the record says: steward verify FILE checks that they were signed, and does not make them again. An entry that a table names can be looked up in record/records.jsonl.",
		"Not what was recorded in the last second before the checkpoint, nor after it.",
	}
}
