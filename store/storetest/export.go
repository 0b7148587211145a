package storetest

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defenseunicorns/go-oscal/src/pkg/validation" // has the schemas of OSCAL in it, of 1.1.2 too
	"github.com/xuri/excelize/v2"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// export gives a bundle.
func (d *db) export(o store.EvidenceOrder) []byte {
	d.Helper()
	var out bytes.Buffer
	o.Build = "test"
	d.must(d.store.ExportEvidence(d.ctx, &out, o))
	return out.Bytes()
}

// checked checks a bundle with the key.
func (d *db) checked(bundle []byte, key ledger.Key) ledger.BundleReport {
	d.Helper()
	r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), ledger.CheckOptions{Keys: []ledger.Verifier{key.Public()}})
	d.must(err)
	for _, p := range r.Problems {
		d.Error(p)
	}
	return r
}

type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

// unzip gives the files of a bundle.
func (d *db) unzip(bundle []byte) map[string][]byte {
	d.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	d.must(err)
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		d.must(err)
		out[f.Name], err = io.ReadAll(r)
		d.must(err)
	}
	return out
}

// rowsOf reads a CSV file as maps by column.
func (d *db) rowsOf(text []byte) (out []map[string]string) {
	d.Helper()
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	d.must(err)
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, c := range all[0] {
			m[c] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// formulas are texts that a spreadsheet would carry out.
func formulas() []string {
	return []string{
		"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", " =1", "\u200b=1",
		"\u00a0@x", "\"=1", `=HYPERLINK("https://evil.example","x")`,
	}
}

func exportChecks() []check {
	return []check{
		{"two exports at one checkpoint are the same bytes, also after more of every kind was recorded", func(d *db) {
			s, sealer, key := d.toldAndSealed()
			size, err := d.store.SealedUpTo(d.ctx, 0)
			d.must(err)
			scopes := map[string]workflows.EvidenceScope{
				"whole": {}, "sample": {Sample: 3, Seed: "42"}, "one request": {Requests: []string{"AIR-1"}}, "a day": {From: "2026-11-23", To: "2026-11-23"},
				"a standard": {Standards: []string{"42001"}}, "a control": {Controls: []string{"42001:A.10.3"}},
				"one that is open": {Requests: []string{s.open.ID}}, "from today on": {From: s.clock.Now().Format(time.DateOnly)},
			}
			before := map[string][]byte{}
			for name, scope := range scopes {
				before[name] = d.export(store.EvidenceOrder{Scope: scope, Key: key})
				r := d.checked(before[name], key)
				if whole := scope.Whole(); r.Whole != whole || r.Records == 0 || (whole && r.Records != size) {
					d.Errorf("%s: %+v", name, r)
				}
			}
			s.goOn()
			d.noted(301, 2500) // as much as is read in some pages
			more := d.sealAll(sealer) - size
			for name, scope := range scopes {
				if !bytes.Equal(before[name], d.export(store.EvidenceOrder{Scope: scope, Key: key, At: size})) {
					d.Errorf("%s: at the same checkpoint the bytes differ", name)
				}
			}
			newest := d.export(store.EvidenceOrder{Key: key})
			if r := d.checked(newest, key); r.Records != size+more || bytes.Equal(before["whole"], newest) {
				d.Errorf("at the newest checkpoint: %+v", r)
			}
			err = d.store.ExportEvidence(d.ctx, io.Discard, store.EvidenceOrder{Key: key, At: size - 1})
			d.is(err, workflows.ErrNotFound)
			oldest := d.number("SELECT min(size) FROM log_checkpoints")
			for at, says := range map[int64]string{
				1:               fmt.Sprintf("there is no checkpoint of 1 records here; the oldest is that of %d", oldest),
				size + 1:        fmt.Sprintf("there is no checkpoint of %d records here; the nearest are those of %d and %d", size+1, size, size+more),
				size + more + 1: fmt.Sprintf("there is no checkpoint of %d records here; the newest is that of %d", size+more+1, size+more),
			} {
				_, err := d.store.SealedUpTo(d.ctx, at)
				if d.is(err, workflows.ErrNotFound); err == nil || !strings.HasSuffix(err.Error(), says) {
					d.Errorf("at %d it says %v, want %q", at, err, says)
				}
			}
			err = d.store.ExportEvidence(d.ctx, io.Discard, store.EvidenceOrder{Key: key, Scope: workflows.EvidenceScope{Requests: []string{"AIR-999"}}})
			d.is(err, workflows.ErrNotFound)
		}},
		{"a bundle is refused where a sealed entry is missing, at whatever place", func(d *db) {
			_, key := d.sealedStory()
			size, err := d.store.SealedUpTo(d.ctx, 0)
			d.must(err)
			d.disarm("log_leaves")
			for _, leaf := range []int64{size - 1, size / 2, 0} {
				d.exec("DELETE FROM log_leaves WHERE idx = ?", leaf)
				if err := d.store.ExportEvidence(d.ctx, io.Discard, store.EvidenceOrder{Key: key}); err == nil {
					d.Errorf("without leaf %d of %d it is written", leaf, size)
				}
			}
		}},
		{"a bundle is signed by the newest key, and verifies by the older one that vouches for it, at whatever checkpoint", func(d *db) {
			sealer, first := d.sealedStory()
			older, err := d.store.SealedUpTo(d.ctx, 0)
			d.must(err)
			d.sealAll(sealer)
			second := newKey(d)
			d.must(d.story().engine.UseKey(d.ctx, workflows.KeyAdded(first.Vouch(second.Public()))))
			d.noted(301, 5)
			d.sealAll(d.store.NewSealer(second))
			for _, at := range []int64{older, 0} {
				bundle := d.export(store.EvidenceOrder{Key: second, At: at})
				if _, there := d.unzip(bundle)[ledger.FileVouches]; !there {
					d.Errorf("at %d nothing vouches", at)
				}
				for name, keys := range map[string][]ledger.Verifier{
					"the older key": {first.Public()}, "both": {first.Public(), second.Public()}, "none": nil,
				} {
					r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), ledger.CheckOptions{Keys: keys})
					d.must(err)
					if !r.OK() || r.Signer != second.Public().ID() {
						d.Errorf("at %d, by %s: %v, signed by %s", at, name, r.Problems, r.Signer)
					}
				}
				r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), ledger.CheckOptions{Keys: []ledger.Verifier{second.Public()}})
				d.must(err)
				if old := at == older; r.OK() == old { // the older checkpoint is signed by the older key, which the newer one does not vouch for
					d.Errorf("at %d, by the newer key alone: %v", at, r.Problems)
				}
			}
		}},
		{"whoever takes a bundle slowly holds up nobody else", func(d *db) {
			_, key := d.sealedStory()
			const slow = 20 // more than there are connections
			may, ended := make(chan struct{}), make(chan error, slow)
			begun := make(chan struct{}, slow)
			for range slow {
				go func() {
					w := writerFunc(func(p []byte) (int, error) {
						select {
						case begun <- struct{}{}:
						default:
						}
						<-may
						return len(p), nil
					})
					ended <- d.store.ExportEvidence(d.ctx, w, store.EvidenceOrder{Key: key, Scope: workflows.EvidenceScope{Requests: []string{"AIR-1"}}})
				}()
			}
			for range slow {
				<-begun
			}
			d.clean() // it reads everything
			close(may)
			for range slow {
				d.must(<-ended)
			}
		}},
		{"the OSCAL of an export is as its schema wants it, also where there is nothing to tell", func(d *db) {
			_, key := d.sealedStory()
			for _, scope := range []workflows.EvidenceScope{{}, {Requests: []string{"AIR-1"}}, {From: "2026-11-23", To: "2026-11-23"}, {From: "2001-01-01", To: "2001-01-31"}} {
				file := d.unzip(d.export(store.EvidenceOrder{Scope: scope, Key: key}))["oscal/assessment-results.json"]
				v, err := validation.NewValidator(file)
				d.must(err)
				if err := v.Validate(); err != nil || v.GetModelType() != "assessment-results" {
					d.Errorf("%+v: %s: %v", scope, v.GetModelType(), err)
				}
			}
		}},
		{"the tables of an export say what the requests say", func(d *db) {
			_, key := d.sealedStory()
			files := d.unzip(d.export(store.EvidenceOrder{Key: key}))
			population, votes := d.rowsOf(files["population.csv"]), 0
			if n := d.number("SELECT count(*) FROM requests"); int64(len(population)) != n {
				d.Errorf("the population has %d requests, want %d", len(population), n)
			}
			decisions := map[string][]map[string]string{}
			for _, row := range d.rowsOf(files["ai_decisions.csv"]) {
				decisions[row["request"]] = append(decisions[row["request"]], row)
			}
			for _, row := range population {
				r := d.request(row["request"])
				if row["title"] != r.Screening.Title || row["requester"] != string(r.Requester) || row["owner"] != string(r.Owner) ||
					row["status"] != string(r.Status) || row["tier"] != string(r.Screening.Assessment.Tier) || !strings.Contains(row["controls"], "42001:A.10.3") {
					d.Errorf("the population says of %s: %v", r.ID, row)
				}
				if want := len(r.Votes) + len(r.Rulings) + len(r.Advices); len(decisions[r.ID]) != want {
					d.Errorf("%s has %d decisions, want %d", r.ID, len(decisions[r.ID]), want)
				}
				for _, v := range r.Votes {
					votes++
					if !hasVote(decisions[r.ID], v) {
						d.Errorf("%s: the vote %+v is not among %v", r.ID, v, decisions[r.ID])
					}
				}
			}
			if votes == 0 || len(files["exceptions.csv"]) == 0 {
				d.Error("nothing was decided")
			}
			var oscal map[string]any
			d.must(json.Unmarshal(files["oscal/assessment-results.json"], &oscal))
			for name, text := range files {
				if name != "population.xlsx" && bytes.Contains(text, []byte("satisfied")) {
					d.Errorf("%s says that something is satisfied", name)
				}
			}
			for what, want := range map[string]string{"exceptions.csv": "refused,P-lena", "index.csv": "42001:A.10.3", "policies.csv": "policies/", "README.html": "sha256sum --check"} {
				if !bytes.Contains(files[what], []byte(want)) {
					d.Errorf("%s lacks %q", what, want)
				}
			}
		}},
		{"README.html says how far the bundle goes, and its recipes are those of this bundle", func(d *db) {
			sealer, key := d.sealedStory()
			d.sealAll(sealer)
			size, err := d.store.SealedUpTo(d.ctx, 0)
			d.must(err)
			files := d.unzip(d.export(store.EvidenceOrder{Key: key, Scope: workflows.EvidenceScope{Sample: 2, Seed: "42"}}))
			page := string(files["README.html"])
			var last struct{ At int64 }
			lines := bytes.Split(bytes.TrimSpace(files["record/records.jsonl"]), []byte("\n"))
			d.must(json.Unmarshal(lines[len(lines)-1], &last))
			first := d.rowsOf(files["sample.csv"])[0]
			for _, want := range []string{
				"The newest of them is from " + time.UnixMilli(last.At).UTC().Format("2006-01-02T15:04:05.000Z") + ".",
				fmt.Sprintf("stands in the record as an entry after number %d,", size),
				"All files are dated 1980, so that", "Keep the ZIP as you got it", "steward verify FILE.zip --key", fmt.Sprintf("of at most\n%d entries", size),
				"SHA-256 of the 16 bytes of the salt and then of the text", "record/gaps.jsonl has what the tree needs in place of entries that are left out",
				"keys of the policy in policies/", "printf %s '42:" + first["request"] + "' | sha256sum",
			} {
				if !strings.Contains(page, want) {
					d.Errorf("it lacks %q", want)
				}
			}
			if sum := sha256.Sum256([]byte("42:" + first["request"])); hex.EncodeToString(sum[:]) != first["sha256_of_seed_and_request"] {
				d.Errorf("the recipe does not give the hash of %v", first)
			}
			if all, wide := strings.Count(page, "<table"), strings.Count(page, `<div class="wide"`); all == 0 || all != wide {
				d.Errorf("%d of %d tables scroll by themselves on a narrow screen", wide, all)
			}
			var text struct{ Commitment, Salt, Value string }
			d.must(json.Unmarshal(bytes.SplitN(files["record/texts.jsonl"], []byte("\n"), 2)[0], &text))
			salt, err := hex.DecodeString(text.Salt)
			d.must(err)
			if sum := sha256.Sum256(append(salt, text.Value...)); len(salt) != 16 || hex.EncodeToString(sum[:]) != text.Commitment {
				d.Errorf("the formula does not give the commitment of %+v", text)
			}
		}},
		{"no cell of an export is a formula, and the texts stand beside as they are", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			for _, f := range formulas() {
				r := s.ask(policy.Answers{"tool": {Text: f + "x"}})
				s.by(ben, r, approval.Decided{Reason: f + " because it is so, and that is long enough."})
			}
			d.sealAll(d.store.NewSealer(key))
			files := d.unzip(d.export(store.EvidenceOrder{Key: key, Scope: workflows.EvidenceScope{Sample: 5, Seed: "x"}}))
			for name, text := range files {
				switch {
				case strings.HasSuffix(name, ".csv"):
					d.noFormula(name, text)
				case strings.HasSuffix(name, ".xlsx"):
					d.noFormulaCell(name, text)
				}
			}
			lines := bytes.Split(bytes.TrimSpace(files["ai_decisions.jsonl"]), []byte("\n"))
			for i, f := range formulas() {
				var row struct{ Reason string }
				d.must(json.Unmarshal(lines[i], &row))
				if want := strings.TrimSpace(f + " because it is so, and that is long enough."); row.Reason != want {
					d.Errorf("the reason is %q, want %q", row.Reason, want)
				}
			}
		}},
		{"what an erasure named shows as erased, and the bundle verifies; a text that is missing without one is refused", func(d *db) {
			sealer, key := d.sealedStory()
			d.disarm("log_texts")
			c := d.words("SELECT commitment FROM log_texts WHERE name = 'reason' AND about_id = 'AIR-1' ORDER BY n")[0]
			d.exec("DELETE FROM log_texts WHERE commitment = ?", c)
			err := d.store.ExportEvidence(d.ctx, io.Discard, store.EvidenceOrder{Key: key})
			d.is(err, ledger.ErrLacking)
			data, err := json.Marshal(map[string][]string{"commitments": {c}})
			d.must(err)
			rec := workflows.Record{V: 1, About: workflows.Ref{Kind: workflows.KindPeople, ID: "P-gone"}, N: 1, At: now().UnixMilli(), Actor: ana, What: workflows.FactErased, Data: data, Build: "test"}
			d.do(func(tx engine.Tx) error {
				return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}})
			})
			d.sealAll(sealer)
			for _, scope := range []workflows.EvidenceScope{{}, {Requests: []string{"AIR-1"}}} {
				bundle := d.export(store.EvidenceOrder{Key: key, Scope: scope})
				if r := d.checked(bundle, key); r.Erased != 1 {
					d.Errorf("%d texts are erased, want 1", r.Erased)
				}
				if !bytes.Contains(d.unzip(bundle)["ai_decisions.csv"], []byte("[erased]")) {
					d.Error("no decision shows it")
				}
			}
		}},
	}
}

// hasVote says whether one of the rows is the vote.
func hasVote(rows []map[string]string, v approval.Vote) bool {
	for _, row := range rows {
		if row["decider"] == string(v.Person) && row["stage"] == v.Stage && row["reason"] == v.Reason && strings.HasPrefix(row["decision"], "approve") == v.Approve &&
			row["decided_at"] == v.At.UTC().Format("2006-01-02T15:04:05.000Z") && row["why_entitled"] == v.Entitled && row["opened_at"] != "" {
			return true
		}
	}
	return false
}

// noFormula looks at each cell as a spreadsheet does.
func (d *db) noFormula(name string, text []byte) {
	d.Helper()
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	d.must(err)
	for _, row := range all {
		for _, cell := range row {
			seen := strings.TrimLeft(cell, " \t\r\n\u00a0\u200b\"")
			if seen != "" && strings.ContainsAny(string([]rune(seen)[:1]), "=+-@\uff1d\uff0b\uff0d\uff20") {
				d.Errorf("%s has the cell %q", name, cell)
			}
		}
	}
}

// noFormulaCell opens a workbook.
func (d *db) noFormulaCell(name string, book []byte) {
	d.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	d.must(err)
	defer func() { d.must(f.Close()) }()
	cells := 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		d.must(err)
		for y, row := range rows {
			for x := range row {
				at, err := excelize.CoordinatesToCellName(x+1, y+1)
				d.must(err)
				formula, err := f.GetCellFormula(sheet, at)
				d.must(err)
				kind, err := f.GetCellType(sheet, at)
				d.must(err)
				if cells++; formula != "" || (kind != excelize.CellTypeInlineString && row[x] != "") {
					d.Errorf("%s, %s is %v %q", name, at, kind, formula)
				}
			}
		}
	}
	if cells == 0 {
		d.Errorf("%s is empty", name)
	}
}
