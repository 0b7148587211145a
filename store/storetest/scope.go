package storetest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// spread is a story whose requests lie days apart, sealed.
type spread struct {
	*story
	key ledger.Key
	// rejected ended on the 23rd of November; code was sent on that day, is evidence for a control of its own, and was withdrawn on
	// the 30th; later and impact are of the 2nd of December and open, and impact is of a flow that serves one standard alone.
	rejected, code, later, impact string
}

func (d *db) spread() *spread {
	d.Helper()
	s := &spread{story: d.story(), key: newKey(d)}
	d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: s.key.Public().String()}))
	rejected := s.ask(nil)
	s.by(ben, rejected, approval.Decided{Reason: because})
	code := s.ask(policy.Answers{"data": {List: []string{"internal", "personal", "source_code"}}})
	s.by(ben, code, approval.Decided{Approve: true})
	s.clock.Set(now().AddDate(0, 0, 7))
	s.by(ana, code, approval.Withdrawn{Reason: "Not needed any more."})
	s.clock.Set(now().AddDate(0, 0, 9))
	later := s.ask(nil)
	s.by(ben, later, approval.Decided{Approve: true})
	s.by(dan, later, approval.Advised{Objection: true, Reason: because})
	impact := s.by(lena, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-impact", Answers: harmless(), Linked: later.ID})
	s.rejected, s.code, s.later, s.impact = rejected.ID, code.ID, later.ID, impact.ID
	d.sealAll(d.store.NewSealer(s.key))
	return s
}

// harmless are the answers of an assessment in which no harm was seen.
func harmless() policy.Answers {
	text := func(s string) policy.Answer { return policy.Answer{Text: s} }
	none := policy.Answer{List: []string{"nothing_seen"}}
	return policy.Answers{
		"purpose": text("Minutes of calls, so that nobody has to write them."), "people": text("About ten people of the account team."),
		"harm_individuals": none, "harm_society": none, "misuse": text("Somebody could believe the minutes without reading them."),
		"oversight": text("Whoever was in the call corrects the minutes."), "consulted": {List: []string{"users"}}, "result": text("go"),
	}
}

// scoped is what a scope has to choose.
type scoped struct {
	workflows.EvidenceScope

	population []string
	decisions  []string // request, decider and decision
}

// scopes say for what each filter is there, of days, controls and standards, and of several at once.
func (s *spread) scopes() map[string]scoped {
	no, yes := s.rejected+" P-ben reject", s.code+" P-ben approve"
	then := []string{s.later + " P-ben approve", s.later + " P-dan objection"}
	days := func(from, to string) workflows.EvidenceScope { return workflows.EvidenceScope{From: from, To: to} }
	controls := func(ids ...string) workflows.EvidenceScope { return workflows.EvidenceScope{Controls: ids} }
	both := days("2026-11-24", "")
	both.Standards = []string{"27001"}
	neither := days("2026-12-01", "2026-12-31")
	neither.Controls = []string{"27001:A.8.4"}
	return map[string]scoped{
		"everything":                       {workflows.EvidenceScope{}, []string{s.rejected, s.code, s.later, s.impact}, append([]string{no, yes}, then...)},
		"the first day":                    {days("2026-11-23", "2026-11-23"), []string{s.rejected, s.code}, []string{no, yes}},
		"days on which one was open":       {days("2026-11-24", "2026-11-25"), []string{s.code}, nil},
		"the day on which it ended":        {days("2026-11-30", "2026-11-30"), []string{s.code}, nil},
		"a day between":                    {days("2026-12-01", "2026-12-01"), nil, nil},
		"from then on":                     {days("2026-12-01", ""), []string{s.later, s.impact}, then},
		"until then":                       {days("", "2026-12-01"), []string{s.rejected, s.code}, []string{no, yes}},
		"after all of it":                  {days("2027-01-01", "2027-01-31"), []string{s.later, s.impact}, nil},
		"before all of it":                 {days("2026-10-01", "2026-10-31"), nil, nil},
		"a control of a rule":              {controls("27001:A.8.4"), []string{s.code}, []string{yes}},
		"a control of a flow":              {controls("42001:8.4"), []string{s.impact}, nil},
		"either of them":                   {controls("42001:8.4", "27001:A.8.4"), []string{s.code, s.impact}, []string{yes}},
		"a control that nothing serves":    {controls("27001:A.7.14"), nil, nil},
		"a standard":                       {workflows.EvidenceScope{Standards: []string{"27001"}}, []string{s.rejected, s.code, s.later}, append([]string{no, yes}, then...)},
		"the other standard":               {workflows.EvidenceScope{Standards: []string{"42001"}}, []string{s.rejected, s.code, s.later, s.impact}, append([]string{no, yes}, then...)},
		"a standard in a period":           {both, []string{s.code, s.later}, then},
		"a control in a period without it": {neither, nil, nil},
		"a request":                        {workflows.EvidenceScope{Requests: []string{s.later}}, []string{s.later}, then},
	}
}

// chosen compares an export with what its scope has to choose: the rows are those of the export of everything.
func (s *spread) chosen(name string, want scoped, everything []map[string]string) {
	s.Helper()
	bundle := s.export(store.EvidenceOrder{Key: s.key, Scope: want.EvidenceScope})
	s.checked(bundle, s.key)
	files := s.unzip(bundle)
	population := column(s.rowsOf(files["population.csv"]), "request")
	if !slices.Equal(population, want.population) {
		s.Errorf("%s: the population is %q, want %q", name, population, want.population)
	}
	decisions := s.rowsOf(files["ai_decisions.csv"])
	if got := column(decisions, "request", "decider", "decision"); !slices.Equal(got, want.decisions) {
		s.Errorf("%s: the decisions are %q, want %q", name, got, want.decisions)
	}
	for _, row := range decisions {
		if !slices.ContainsFunc(everything, func(one map[string]string) bool { return fmt.Sprint(one) == fmt.Sprint(row) }) {
			s.Errorf("%s: the export of everything has no such row: %v", name, row)
		}
	}
	var told []string // requests whose entries are in the record
	for _, m := range regexp.MustCompile(`"about":\{"kind":"request","id":"([^"]+)"`).FindAllSubmatch(files["record/records.jsonl"], -1) {
		told = append(told, string(m[1]))
	}
	slices.Sort(told)
	told = slices.Compact(told)
	if want := slices.Sorted(slices.Values(want.population)); !slices.Equal(told, want) {
		s.Errorf("%s: the record tells of %q, want %q", name, told, want)
	}
}

// column gives some columns of rows, with spaces between.
func column(rows []map[string]string, names ...string) (out []string) {
	for _, row := range rows {
		var cells []string
		for _, n := range names {
			cells = append(cells, row[n])
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

// drawn draws a sample as the README of a bundle says: the requests whose SHA-256 of seed, colon and id is smallest.
func drawn(population []string, seed string, n int) (out []string) {
	for _, id := range population {
		sum := sha256.Sum256([]byte(seed + ":" + id))
		out = append(out, hex.EncodeToString(sum[:])+" "+id)
	}
	slices.SortFunc(out, cmp.Compare)
	return out[:min(n, len(out))]
}

// picture gives the pieces of the bars in a README with their heights, and what is written below the bars.
func picture(page string) (pieces, below []string) {
	for _, m := range regexp.MustCompile(`<rect class="(\w+)"[^>]* height="(\d+)"/>`).FindAllStringSubmatch(page, -1) {
		pieces = append(pieces, m[1]+" "+m[2])
	}
	for _, m := range regexp.MustCompile(`<text [^>]*>([^<]*)</text>`).FindAllStringSubmatch(page, -1) {
		below = append(below, m[1])
	}
	return pieces, below
}

func scopeChecks() []check {
	return []check{
		{"an export has the requests and decisions that its scope asks for, and no others", func(d *db) {
			s := d.spread()
			everything := d.rowsOf(d.unzip(d.export(store.EvidenceOrder{Key: s.key}))["ai_decisions.csv"])
			for name, want := range s.scopes() {
				s.chosen(name, want, everything)
			}
		}},
		{"a sample is drawn by hashes that anybody can compute, from what the scope leaves", func(d *db) {
			s := d.spread()
			for range 20 {
				s.ask(nil)
			}
			d.sealAll(d.store.NewSealer(s.key))
			for _, seed := range []string{"1", "42", "audit-2026"} {
				for _, scope := range []workflows.EvidenceScope{{}, {From: "2026-11-23", To: "2026-12-01"}, {Standards: []string{"27001"}}} {
					for _, n := range []int{1, 5, 100} {
						scope.Sample, scope.Seed = n, seed
						files := d.unzip(d.export(store.EvidenceOrder{Key: s.key, Scope: scope}))
						want := drawn(column(d.rowsOf(files["population.csv"]), "request"), seed, n)
						rows := d.rowsOf(files["sample.csv"])
						if got := column(rows, "sha256_of_seed_and_request", "request"); len(got) == 0 || !slices.Equal(got, want) {
							d.Errorf("%+v: drawn are %q, want %q", scope, got, want)
						}
						if rows[0]["number"] != "1" || rows[0]["title"] != d.request(rows[0]["request"]).Screening.Title {
							d.Errorf("%+v: the first is %v", scope, rows[0])
						}
					}
				}
			}
		}},
		{"README.html has a bar for each month, with the numbers of the table below it", func(d *db) {
			s := d.spread()
			for _, c := range []struct {
				from, to      string
				pieces, below []string
				rows          []string
			}{
				{
					"", "",
					[]string{"yes 70", "no 70", "other 0", "yes 70", "no 0", "other 70"},
					[]string{"2026-11", "2", "2026-12", "2"},
					[]string{`<td>2026-11</td><td class="n">1</td><td class="n">1</td><td class="n">0</td>`, `<td>2026-12</td><td class="n">1</td><td class="n">0</td><td class="n">1</td>`},
				},
				{
					"2026-12-01", "2026-12-31",
					[]string{"yes 70", "no 0", "other 70"},
					[]string{"2026-12", "2"},
					[]string{`<td>2026-12</td><td class="n">1</td><td class="n">0</td><td class="n">1</td>`},
				},
				{"2026-10-01", "2026-10-31", nil, nil, nil},
			} {
				scope := workflows.EvidenceScope{From: c.from, To: c.to}
				page := string(d.unzip(d.export(store.EvidenceOrder{Key: s.key, Scope: scope}))["README.html"])
				pieces, below := picture(page)
				if !slices.Equal(pieces, c.pieces) || !slices.Equal(below, c.below) || strings.Count(page, "<rect") != len(pieces) {
					d.Errorf("%+v: the picture has %q, and below %q", scope, pieces, below)
				}
				for _, row := range c.rows {
					if !strings.Contains(page, row) {
						d.Errorf("%+v: the table lacks %s", scope, row)
					}
				}
			}
		}},
	}
}
