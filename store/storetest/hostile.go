package storetest

import (
	"fmt"
	"strings"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// hostile are texts that have broken one layer or another of many programs.
func hostile() []string {
	return []string{
		`'; DROP TABLE requests; --`, `" OR 1=1 --`, `\'\"\\`, "`id`", `$1 ? ?? :x @y {"a":1}`, "{a,b}", `{"` + `"}`, "NULL", "",
		"<script>alert(1)</script>", "<!channel> <@U1> <https://evil|Approve>", "=cmd|'/c calc'!A1", "\u202egnp.exe", "a\u200bb", "\ufeffbom",
		"line\nline\r\n\ttab", "\x01\x1b[31mred", "emoji 👩‍👩‍👧 and \U0010ffff", "é vs e\u0301", "İıſß", strings.Repeat("x", 100_000), "%s%n%d", "../../etc/passwd",
	}
}

func hostileChecks() []check {
	return []check{
		{"every text comes back as it was written", func(d *db) {
			d.people()
			for i, text := range hostile() {
				id := fmt.Sprintf("AIR-%d", i+1)
				r := asked(id)
				r.Screening.Title = text
				r.Screening.Answers["tool"] = policy.Answer{Text: text, List: []string{text}}
				r.Votes = []approval.Vote{{Cast: cast(1, yuki), Conditions: []approval.Choice{{Text: text}}}}
				r.Votes[0].Reason = text
				r.Questions = []approval.Question{{Cast: cast(2, rahul), Text: text, Answer: text}}
				r.Waits[0].Part = text
				d.save(zero(), r)
				same(d, d.request(id), r)
				after := next(r)
				after.Waits = r.Waits[:1]
				d.save(r, after)
				same(d, d.request(id), after)
			}
		}},
		{"every text is safe as a key, a name or a search", func(d *db) {
			for i, text := range hostile() {
				if text == "" {
					continue
				}
				if len(text) > 2000 {
					text = text[:2000] // the longest key that an index takes
				}
				c := person(workflows.PersonID(text), "", workflows.Role(fmt.Sprintf("role-%d", i)))
				c.Row.Name, c.Row.Email = text, text
				d.do(func(tx engine.Tx) error {
					_, first, err := tx.Enter(d.ctx, text, now())
					if !first {
						d.Errorf("the key %q counts as taken", text)
					}
					return firstError(err, tx.PutPeople(d.ctx, []directory.Change{c}))
				})
				r, _ := d.roster(engine.Need{People: []workflows.PersonID{c.Row.ID}}, now())
				if p, ok := r.Person(c.Row.ID); !ok || p.Name != text {
					d.Errorf("not found again: %q", text)
				}
				found, err := d.store.FindPeople(d.ctx, text, 200)
				d.must(err)
				if len(found) == 0 {
					d.Errorf("not found by its name: %q", text)
				}
			}
		}},
		{"what not both databases can keep is refused by both", func(d *db) {
			d.people()
			for _, text := range []string{"zero\x00byte", "broken\xff"} {
				title, vote, question, advice, ruling, stage := asked("AIR-1"), asked("AIR-2"), asked("AIR-3"), asked("AIR-4"), asked("AIR-5"), asked("AIR-6")
				title.Screening.Title = text
				c := cast(1, yuki)
				c.Reason = text
				vote.Votes = []approval.Vote{{Cast: c}}
				question.Questions = []approval.Question{{Cast: cast(1, yuki), Text: text}}
				advice.Advices = []approval.Advice{{Cast: c}}
				ruling.Rulings = []approval.Ruling{{Cast: c}}
				stage.Why = text
				who := person("P-x", "")
				who.Row.Name = text
				away := delegation("D-1", yuki, rahul)
				away.Reason = text
				tries := []func(engine.Tx) error{
					func(tx engine.Tx) error { return tx.PutPeople(d.ctx, []directory.Change{who}) },
					func(tx engine.Tx) error { return tx.PutDelegation(d.ctx, away) },
					func(tx engine.Tx) error {
						_, err := tx.PutAssets(d.ctx, []directory.Asset{{Kind: "risk", ID: "r", Name: text, Owner: ana}})
						return err
					},
					func(tx engine.Tx) error { _, _, err := tx.Enter(d.ctx, text, now()); return err },
					func(tx engine.Tx) error {
						_, err := tx.SaveDraft(d.ctx, policy.Draft{ID: text, Person: ana})
						return err
					},
					func(engine.Tx) error {
						_, err := d.store.PutNotice(d.ctx, workflows.Notice{Person: ana, Gist: text})
						return err
					},
					func(engine.Tx) error { return d.store.UpdateNotice(d.ctx, 1, text, now()) },
				}
				for _, r := range []approval.Request{title, vote, question, advice, ruling, stage} {
					tries = append(tries, func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, zero(), r) })
				}
				for i, try := range tries {
					var err error
					if i == 5 || i == 6 { // outside a transaction
						err = try(nil)
					} else {
						err = d.store.Do(d.ctx, try)
					}
					if err == nil || !strings.Contains(err.Error(), "zero byte") {
						d.Errorf("try %d with %q: got %v", i, text, err)
					}
				}
			}
		}},
	}
}
