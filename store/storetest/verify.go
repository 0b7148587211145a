package storetest

import (
	"fmt"
	"slices"
	"strings"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// verified runs the check of the whole database.
func (d *db) verified() store.Report {
	d.Helper()
	report, err := d.store.Verify(d.ctx, nil)
	d.must(err)
	return report
}

// clean checks that nothing is wrong.
func (d *db) clean() store.Report {
	d.Helper()
	report := d.verified()
	if !report.OK() {
		d.Fatalf("false alarm: %v", report.Problems)
	}
	return report
}

// found checks that something is wrong, and that the first problem says so.
func (d *db) found(what string, about workflows.Ref, n int, says string) {
	d.Helper()
	report := d.verified()
	if report.OK() {
		d.Errorf("%s: not found", what)
		return
	}
	p := report.Problems[0]
	if !strings.HasPrefix(p.String(), about.String()) || strings.Contains(p.String(), "record") != (n > 0) && !strings.Contains(says, "record") {
		d.Errorf("it reads %q", p)
	}
	if p.About != about || p.N != n || !strings.Contains(p.Wrong, says) {
		d.Errorf("%s: found %q, want record %d of %s: %s", what, p, n, about, says)
	}
}

// wrong wants the report to have a problem of a thing among its others.
func (d *db) wrong(about workflows.Ref, says string) {
	d.Helper()
	report := d.verified()
	if !slices.ContainsFunc(report.Problems, func(p store.Problem) bool { return p.About == about && strings.Contains(p.Wrong, says) }) {
		d.Errorf("%q is not said, but %v", says, report.Problems)
	}
}

func verifyChecks() []check {
	return []check{
		{"what a real engine wrote verifies, and the report counts it", func(d *db) {
			s := d.story()
			s.everything()
			var last, total int64
			report, err := d.store.Verify(d.ctx, func(done, all int64) { last, total = done, all })
			d.must(err)
			if !report.OK() {
				d.Fatalf("false alarm: %v", report.Problems)
			}
			if n := d.number("SELECT count(*) FROM log_entries"); report.Records != n || last != n || total != n {
				d.Errorf("%d records, progress %d of %d, want %d", report.Records, last, total, n)
			}
			if n := d.number("SELECT count(*) FROM log_texts"); report.Texts != n {
				d.Errorf("%d texts, want %d", report.Texts, n)
			}
			if report.Requests != 6 || report.Things != 20 {
				d.Errorf("%d requests, %d things", report.Requests, report.Things)
			}
			missing := []string{}
			for _, table := range evidence() {
				if d.number("SELECT count(*) FROM "+table) == 0 {
					missing = append(missing, table)
				}
			}
			same(d, missing, nil)
		}},
		{"an empty database verifies", func(d *db) { d.clean() }},
		{"more records than one page verify, and a text without a record is found in any gap", func(d *db) {
			people := workflows.Ref{Kind: workflows.KindPeople, ID: "directory"}
			for i := range 5 {
				var entries []engine.Entry
				for j := range 450 {
					n := i*450 + j + 1
					rec := workflows.Record{V: 1, About: people, N: n, At: now().UnixMilli(), Actor: ana, What: "people_imported", Build: "test"}
					entries = append(entries, engine.Entry{Record: rec, Bytes: encode(rec)})
				}
				d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, entries) })
			}
			if report := d.clean(); report.Records != 2250 {
				d.Errorf("%d records", report.Records)
			}
			for i, id := range []string{"a", "directory", "z"} {
				d.exec("INSERT INTO log_texts (commitment, about_kind, about_id, n, name, salt, value) SELECT ?, 'people', ?, 9999, 'x', entry, entry FROM log_entries WHERE n = 1", id, id)
				if report := d.verified(); report.Found != int64(i+1) {
					d.Errorf("%d found after %d strays: %v", report.Found, i+1, report.Problems)
				}
			}
			d.disarm("log_entries")
			d.exec("DELETE FROM log_texts")
			d.exec("DELETE FROM log_entries WHERE n BETWEEN 10 AND 2000")
			d.found("a large hole", people, 10, "and all up to number 2000")
		}},
		{"a changed cell is found, in every column of every table that bears witness", func(d *db) {
			s := d.story()
			s.everything()
			d.clean()
			for _, table := range evidence() {
				d.disarm(table)
				for _, m := range d.mutations(table) {
					if table != "log_entries" || m.columns[m.column] != "id" { // the order in the table says nothing before it is sealed
						m.try(d)
					}
				}
			}
			d.clean()
		}},
		{"a removed row is found, in every such table", func(d *db) {
			s := d.story()
			s.everything()
			d.clean()
			for _, table := range evidence() {
				if table == "policies" || table == "requests" {
					continue // the database refuses: others point to them
				}
				d.disarm(table)
				d.removals(table)
			}
			d.clean()
		}},
		{"records that were swapped, forged, repeated or cut off are found where they stand", forgeries},
		{"a head that was changed with its columns is found", heads},
	}
}

// evidence lists the tables that verify reads.
func evidence() []string {
	return []string{
		"log_entries", "log_texts", "log_files", "requests", "ai_systems", "rounds", "votes", "rulings", "advices", "questions", "waits", "readers", "policies", "policy_in_force",
		"proposals", "accounts", "absences", "delegations", "vendors",
	}
}

// forgeries tampers with whole records.
func forgeries(d *db) {
	s := d.story()
	r := s.ask(nil)
	s.by(ben, r, approval.Decided{Approve: true})
	d.clean()
	d.disarm("log_entries")
	d.disarm("log_texts")
	rows, err := d.store.History(d.ctx, r)
	d.must(err)
	last := len(rows)
	of := func(n int) string { return fmt.Sprintf("about_id = '%s' AND n = %d", r.ID, n) }
	swap := func(a, b int) {
		d.exec("UPDATE log_entries SET n = 999 WHERE " + of(a))
		d.exec(fmt.Sprintf("UPDATE log_entries SET n = %d WHERE ", a) + of(b))
		d.exec(fmt.Sprintf("UPDATE log_entries SET n = %d WHERE ", b) + of(999))
	}
	swap(1, 2)
	d.found("swapped", r, 1, "its bytes are about")
	swap(1, 2)
	d.clean()

	forged := rows[last-1].Record
	forged.N, forged.What, forged.After, forged.Texts, forged.Shown = last+1, "reminded", nil, nil, ""
	forge := func(raw []byte) {
		d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: forged, Bytes: raw}}) })
	}
	good := string(encode(forged))
	for _, c := range []struct{ what, raw, says string }{
		{"a record more", good, "it is the last record"},
		{"no JSON", "{", "not the JSON of one"},
		{"something after it", good + "{}", "something follows"},
		{"another version", strings.Replace(good, `"v":1`, `"v":2`, 1), "version"},
		{"a field twice", strings.Replace(good, `"v":1`, `"v":1,"v":1`, 1), "not written as"},
		{"white space", strings.Replace(good, `"v":1`, `"v": 1`, 1), "not written as"},
		{"an unknown field", strings.Replace(good, `"v":1`, `"v":1,"x":1`, 1), "not the JSON of one"},
		{"another order", strings.Replace(good, `{"v":1,`, "{", 1)[:len(good)-7] + `,"v":1}`, "not written as"},
		{"data of another shape", strings.Replace(good, `"data":{`, `"data":{"round":"x",`, 1), "its data cannot be read"},
	} {
		forge([]byte(c.raw))
		d.found(c.what, r, last+1, c.says)
		d.exec("DELETE FROM log_entries WHERE " + of(last+1))
	}
	d.clean()
	activations(d)

	d.exec("DELETE FROM log_texts WHERE " + of(last))
	d.exec("DELETE FROM log_entries WHERE " + of(last))
	d.found("cut off", r, last-1, "it is the last record")
	d.exec("DELETE FROM log_texts WHERE about_id = '" + r.ID + "'")
	d.exec("DELETE FROM log_entries WHERE about_id = '" + r.ID + "'")
	d.found("all records gone", r, 0, "no record of it")
}

// activations forges records of the policy.
func activations(d *db) {
	pack := workflows.Ref{Kind: workflows.KindPolicy, ID: "pack"}
	rec := workflows.Record{V: 1, About: pack, N: 2, At: now().UnixMilli(), Actor: ana, What: "policy_activated", Build: "test"}
	for _, c := range []struct{ data, says string }{
		{`{"from":"x","to":"y"}`, "not in force"}, {`{"from":1}`, "cannot be read"}, {`"x"`, "cannot be read"},
	} {
		rec.Data = []byte(c.data)
		d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}}) })
		d.found("a forged activation", pack, 2, c.says)
		d.exec("DELETE FROM log_entries WHERE about_kind = 'policy' AND n = 2")
	}
	d.clean()
	rec.What, rec.Data = "policy_seen", nil
	d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{{Record: rec, Bytes: encode(rec)}}) })
	d.clean()
}

// heads changes what the machine keeps in one JSON text, and the columns that repeat it.
func heads(d *db) {
	s := d.story()
	s.everything()
	d.clean()
	for _, c := range []struct{ id, from, to, columns, says string }{
		{"AIR-1", `"status":"approved"`, `"status":"rejected"`, "status = 'rejected'", "the request is rejected"},
		{"AIR-1", `"requester":"P-ana"`, `"requester":"P-cleo"`, "requester = 'P-cleo'", "requester"},
		{"AIR-1", `"owner":"P-lena","sent`, `"owner":"P-cleo","sent`, "owner = 'P-cleo'", "owner"},
		{"AIR-1", `"accepted":"2026`, `"accepted":"2025`, "", "acceptance"},
		{"AIR-1", `"key":"own-1"`, `"key":"own-9"`, "", "conditions"},
		{"AIR-6", `"records":`, `"accepted":"2026-11-23T09:00:00Z","records":`, "", "acceptance"},
		{"AIR-5", `AII-7`, `AII-8`, "", "reference"},
		{"AIR-5", `"outsider":true`, `"outsider":false`, "", ""},
		{"AIR-5", because, "No reason.", "", "was named"},
		{"AIR-1", `"head`, `"head`, "head = 'no JSON'", "cannot be read"},
		{"AIR-1", `"shown":"`, `"shown":"0`, "", "content shown"},
		{"AIR-2", `"round":2`, `"round":1`, "round = 1", ""},
	} {
		var head string
		d.must(d.raw.QueryRowContext(d.ctx, d.placeholders("SELECT head FROM requests WHERE id = ?"), c.id).Scan(&head))
		changed := strings.Replace(head, c.from, c.to, 1)
		if changed == head && c.from != c.to {
			if c.says != "" {
				d.Errorf("%s has no %s in %s", c.id, c.from, head)
			}
			continue
		}
		columns := c.columns
		if !strings.HasPrefix(columns, "head") {
			columns = strings.TrimPrefix(columns+", head = '"+strings.ReplaceAll(changed, "'", "''")+"'", ", ")
		}
		var restore []string
		for _, set := range []string{"status", "requester", "owner", "round"} {
			var v string
			d.must(d.raw.QueryRowContext(d.ctx, d.placeholders("SELECT CAST("+set+" AS TEXT) FROM requests WHERE id = ?"), c.id).Scan(&v))
			restore = append(restore, set+" = '"+v+"'")
		}
		d.exec("UPDATE requests SET "+columns+" WHERE id = ?", c.id)
		report := d.verified()
		told := slices.ContainsFunc(report.Problems, func(p store.Problem) bool {
			return p.About.ID == c.id && strings.Contains(p.Wrong, c.says)
		})
		if !told {
			d.Errorf("%s -> %s in %s: found %v", c.from, c.to, c.id, report.Problems)
		}
		d.exec("UPDATE requests SET "+strings.Join(restore, ", ")+", head = ? WHERE id = ?", head, c.id)
		d.clean()
	}
}
