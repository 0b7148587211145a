package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

func exportRegisterChecks() []check {
	return []check{
		{"the register of an export says what the systems say", func(d *db) {
			s, _, key := d.toldAndSealed()
			about := s.entry("AIR-1")
			bundle := d.export(store.EvidenceOrder{Key: key})
			d.checked(bundle, key)
			files := d.unzip(bundle)
			rows := d.rowsOf(files["ai_register.csv"])
			if n := d.number("SELECT count(*) FROM ai_systems"); int64(len(rows)) != n || n < 2 {
				d.Errorf("the register has %d systems, want %d", len(rows), n)
			}
			for _, row := range rows {
				x := d.system(workflows.SystemRef(row["ai_system_id"]))
				same(d, row, map[string]string{
					"ai_system_id": x.ID, "title": x.Title, "tool": x.Tool, "vendor": x.Vendor, "plan": x.Plan, "owner": string(x.Owner), "role": x.Role,
					"stage": string(x.State), "tier": string(x.Tier), "legal_class": x.LegalClass, "policy_version": fmt.Sprintf("%d %s", x.Version, x.Policy[:12]),
					"intended_use": x.Use, "data_classes": strings.Join(x.Data, "; "), "hosting": x.Hosting, "user_count": strconv.Itoa(len(x.Joined)), "affected": strings.Join(x.Affected, "; "),
					"impact_assessment_ref": "", "approved_at": stamped(x.ApprovedAt), "expires_at": stamped(x.ValidUntil),
					"conditions_open": strconv.Itoa(len(x.Tasks) / 2), "last_review": "", "next_review": "", "approval": map[bool]string{false: "approval"}[x.ApprovedAt.IsZero()],
					"tier_by_rules": "", "tier_reason": "",
				})
			}
			conditions := d.rowsOf(files["ai_conditions.csv"])
			tasks := d.system(about).Tasks
			if len(conditions) != len(tasks) || len(tasks) != 2 {
				d.Fatalf("%d conditions, want %d", len(conditions), len(tasks))
			}
			for i, t := range tasks {
				same(d, conditions[i], map[string]string{
					"ai_system_id": about.ID, "request": "AIR-1", "condition": t.Key, "text": t.Text, "owner": string(rahul), "verifier_role": string(t.Verifier),
					"due_at": stamped(t.Due), "go_live": "false", "state": string(t.State), "proof": t.Proof, "proved_by": string(t.ProvedBy),
					"proved_at": stamped(t.ProvedAt), "verified_by": string(t.VerifiedBy), "verified_at": stamped(t.VerifiedAt),
					"assessment": "", "risk_lines": "",
				})
			}
			if tasks[0].State != register.TaskVerified || tasks[1].State != register.TaskProved {
				d.Errorf("the conditions are %+v", tasks)
			}
			for _, name := range []string{"ai_register.jsonl", "ai_register.xlsx", "ai_conditions.jsonl", "ai_conditions.xlsx"} {
				if len(files[name]) == 0 {
					d.Errorf("%s is missing", name)
				}
			}
			for name, want := range map[string]string{"index.csv": "ai_register.csv; ai_conditions.csv", "README.html": "ai_conditions.csv", "record/records.jsonl": `"kind":"system"`} {
				if !bytes.Contains(files[name], []byte(want)) {
					d.Errorf("%s lacks %q", name, want)
				}
			}
		}},
		{"who joined is counted, and a renewal is a round of decisions", func(d *db) {
			s, sealer, key := d.toldAndSealed()
			about := s.entry("AIR-1")
			s.by(dan, about, register.Joined{Within: true, Accepts: true})
			s.by(helen, about, register.JoinAgreed{Who: dan})
			s.by(cleo, s.renew(about, nil), approval.Decided{Approve: true})
			s.told(func() bool { return s.system(about).Round == 2 })
			d.sealAll(sealer)
			bundle := d.export(store.EvidenceOrder{Key: key})
			d.checked(bundle, key)
			files := d.unzip(bundle)
			for _, row := range d.rowsOf(files["ai_register.csv"]) {
				if row["ai_system_id"] == about.ID && (row["user_count"] != "1" || row["expires_at"] != stamped(s.system(about).ValidUntil)) {
					d.Errorf("the register says %v", row)
				}
			}
			if !slices.ContainsFunc(d.rowsOf(files["ai_decisions.csv"]), func(row map[string]string) bool {
				return row["request"] == "AIR-1" && row["round"] == "2" && row["decider"] == string(cleo) && row["decision"] == "approve"
			}) {
				d.Errorf("the decision on the renewal is missing:\n%s", files["ai_decisions.csv"])
			}
		}},
		{"a part of the record has the systems of its requests, and no others", func(d *db) {
			s, _, key := d.toldAndSealed()
			for request, want := range map[string][]string{"AIR-1": {s.entry("AIR-1").ID}, "AIR-2": {s.entry("AIR-2").ID}, "AIR-4": nil} {
				bundle := d.export(store.EvidenceOrder{Key: key, Scope: workflows.EvidenceScope{Requests: []string{request}}})
				d.checked(bundle, key)
				files := d.unzip(bundle)
				if got := column(d.rowsOf(files["ai_register.csv"]), "ai_system_id"); !slices.Equal(got, want) {
					d.Errorf("%s: the register has %v, want %v", request, got, want)
				}
				for _, other := range []string{s.entry("AIR-1").ID, s.entry("AIR-2").ID} {
					told := bytes.Contains(files["record/records.jsonl"], []byte(`"about":{"kind":"system","id":"`+other+`"}`))
					if told != slices.Contains(want, other) {
						d.Errorf("%s: the record tells of %s: %v", request, other, told)
					}
				}
			}
		}},
	}
}

func stamped(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
