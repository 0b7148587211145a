package storetest

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// seats is a list of tools that are used in the company: the names are given, and stand for the file, too.
func seats(file string, at time.Time, names ...string) directory.Tools {
	list := directory.Tools{Source: strings.Repeat(file, 64)[:64]}
	for i, name := range names {
		list.Rows = append(list.Rows, directory.Tool{
			Name: name, Vendor: "CANARY " + name + ", Inc.", Accounts: i + 3, LastUsed: "2026-11-20", Source: "CANARY sign-in log", By: "CANARY IT operations", At: at,
		})
	}
	return list
}

// sees imports such a list.
func (s *story) sees(file string, names ...string) engine.Discovered {
	s.Helper()
	out, err := s.engine.ImportTools(s.ctx, seats(file, s.engine.Now(), names...), workflows.System, workflows.Via{Surface: "cli"}, false)
	s.must(err)
	s.work()
	return out
}

// seenAs gives the newest entry of a tool.
func (s *story) seenAs(tool string) (about workflows.Ref) {
	s.Helper()
	s.do(func(tx engine.Tx) error {
		rows, err := tx.NamedSystems(s.ctx, tool, "")
		if err == nil {
			about = workflows.SystemRef(rows[0].ID)
		}
		return err
	})
	return about
}

// work carries out what waits.
func (s *story) work() {
	s.Helper()
	_, err := s.engine.Work(s.ctx)
	s.must(err)
}

// discovers tells of two tools that were seen: one gets an owner, one is stopped; both are seen again.
func (s *story) discovers() {
	s.Helper()
	one := s.sees("a", "Fireflies", "Perplexity")
	if len(one.New) != 2 {
		s.Fatalf("seen: %+v", one)
	}
	s.by(cleo, workflows.SystemRef(one.New[0].ID), register.HandedOver{To: marek, Reason: "CANARY his team uses it in calls."})
	s.by(cleo, workflows.SystemRef(one.New[1].ID), register.Revoked{Reason: "CANARY nobody needs it, the accounts are closed."})
	s.sees("b", "Fireflies")
}

func discoverChecks() []check {
	return []check{
		{"tools of the same name are found whatever marks they are written with, and no others", func(d *db) {
			d.systems(3, func(i int, s *register.System) {
				s.Tool, s.Vendor = []string{"", "Otter.ai", "Otter", "X"}[i], []string{"", "Otter.ai, Inc.", "", "X Corp."}[i]
			})
			for typed, want := range map[[2]string][]string{
				{"OTTER AI", ""}: {"AIS-1"}, {"Otter-ai", "Otter.ai Inc"}: {"AIS-1"}, {"Otter.ai", "Somebody Else"}: nil, {"otter", "Otter.ai"}: {"AIS-2"},
				{"x", ""}: {"AIS-3"}, {"", ""}: nil, {"%", ""}: nil, {"Otter.ai Business", ""}: nil, {"a\x00", ""}: nil,
			} {
				d.do(func(tx engine.Tx) error {
					rows, err := tx.NamedSystems(d.ctx, typed[0], typed[1])
					var ids []string
					for _, r := range rows {
						ids = append(ids, r.ID)
					}
					if !slices.Equal(ids, want) {
						d.Errorf("%q finds %v, want %v", typed, ids, want)
					}
					return err
				})
			}
		}},
		{"what was only seen is kept without a request and an owner, as often as there is such", func(d *db) {
			s := d.story()
			out := s.sees("a", "Fireflies", "Perplexity")
			for _, r := range out.New {
				x := d.system(workflows.SystemRef(r.ID))
				if x.State != register.StateDiscovered || x.Request+string(x.Requester+x.Owner) != "" || x.Tool != r.Tool {
					d.Errorf("the entry is %+v", x)
				}
			}
			rows, _, err := d.store.SystemRows(d.ctx, workflows.SystemFilter{State: string(register.StateDiscovered)})
			if d.must(err); len(rows) != 2 || rows[0].Owner != "" || rows[0].Request != "" {
				d.Errorf("the register has %+v", rows)
			}
			d.clean()
		}},
		{"what was only seen and then changed is found, and what is wrong is said", func(d *db) {
			s := d.story()
			about := workflows.SystemRef(s.sees("a", "Fireflies").New[0].ID)
			s.by(cleo, about, register.HandedOver{To: rahul, Reason: because})
			d.clean()
			was := d.system(about)
			for says, change := range map[string]func(*register.System){
				"but no record says that it was decided on": func(x *register.System) { x.State = register.StateApproved },
				"its sighting is not the one":               func(x *register.System) { x.Sighting.Accounts++ },
				"its policy is not the one":                 func(x *register.System) { x.Governors = nil },
				"what the register says of it is not":       func(x *register.System) { x.Use = "Everything." },
				"its tier is not the one":                   func(x *register.System) { x.Tier = "minimal" },
				"its validity is not the one":               func(x *register.System) { x.ApprovedAt = x.Since },
				"its list of conditions is not the one":     func(x *register.System) { x.Tasks = []register.Task{{Key: "dpa"}} },
				"its owner is not the one":                  func(x *register.System) { x.Owner = ana },
				"the policy of its entry is not stored":     func(x *register.System) { x.Policy = "x" },
			} {
				now := was
				change(&now)
				set := func(x register.System) {
					d.exec("UPDATE ai_systems SET head = ?, state = ?, owner = ?, tier = ?, policy = ?, approved_at = ? WHERE id = ?",
						string(encode(x)), string(x.State), string(x.Owner), string(x.Tier), x.Policy, max(0, x.ApprovedAt.UnixMilli()), about.ID)
				}
				set(now)
				d.wrong(about, says)
				set(was)
				d.clean()
			}
		}},
		{"a request is of what was seen while it is open, and the register has one entry of it in the end", func(d *db) {
			s := d.story()
			about := workflows.SystemRef(s.sees("a", "Otter.ai").New[0].ID)
			s.by(ana, s.ask(nil), approval.Withdrawn{Reason: "Not needed after all."})
			s.work()
			if x := d.system(about); x.Request != "" || x.State != register.StateDiscovered {
				d.Errorf("withdrawn, and the entry is %s of %q", x.State, x.Request)
			}
			r := s.ask(nil)
			s.work()
			if x := d.system(about); x.Request != r.ID || len(x.Waits) > 0 {
				d.Errorf("asked for by %s, and the entry is of %q, with %v", r.ID, x.Request, x.Waits)
			}
			s.by(ana, r, approval.Withdrawn{Reason: "Not needed after all."})
			s.work()
			s.approved()
			s.work()
			x := d.system(about)
			if x.Request != "AIR-3" || !x.State.Live() || d.number("SELECT count(*) FROM ai_systems") != 1 {
				d.Errorf("the entry is %s of %q", x.State, x.Request)
			}
			if out := s.sees("b", "Otter.ai"); len(out.Known) != 1 {
				d.Errorf("seen once more: %+v", out)
			}
			d.clean()
		}},
		{"what was seen is used in an emergency, and the decision takes its place though nothing was told to the entry before", func(d *db) {
			s := d.story()
			about := workflows.SystemRef(s.sees("a", "Otter.ai").New[0].ID)
			r := s.ask(policy.Answers{"owner": {Text: string(ana)}})
			s.work()
			day := s.clock.Now().AddDate(0, 0, 5).Format(time.DateOnly)
			s.by(ana, r, approval.EmergencyAsked{Until: day, Reason: because})
			s.by(cleo, r, approval.EmergencyAllowed{Until: day, Reason: because})
			s.by(ben, r, approval.Decided{Approve: true})
			s.by(yuki, r, approval.Decided{Approve: true})
			s.by(dan, r, approval.Advised{})
			s.by(cleo, r, approval.Decided{Approve: true})
			s.work()
			x := d.system(about)
			if x.Request != r.ID || x.Emergency || !x.State.Live() || !x.ApprovedAt.Equal(s.request(r.ID).EndedAt) {
				d.Errorf("the entry is %s of %q, by an emergency approval: %v, approved at %s", x.State, x.Request, x.Emergency, x.ApprovedAt)
			}
			d.clean()
		}},
		{"an export of everything has what was only seen, once, and one as of before says the same again", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			s.approved()
			out := s.sees("a", "Fireflies", "Perplexity")
			sealer := d.store.NewSealer(key)
			d.sealAll(sealer)
			size := d.number("SELECT max(size) FROM log_checkpoints")
			first := d.export(store.EvidenceOrder{Key: key})
			states := map[string]string{}
			for _, row := range d.rowsOf(d.unzip(first)["ai_register.csv"]) {
				states[row["tool"]] = row["stage"]
			}
			if len(states) != 3 || states["Fireflies"] != "discovered" || states["Perplexity"] != "discovered" {
				d.Errorf("the register of the export: %v", states)
			}
			s.by(cleo, workflows.SystemRef(out.New[0].ID), register.Revoked{Reason: because})
			s.sees("b", "Perplexity")
			d.sealAll(sealer)
			if again := d.export(store.EvidenceOrder{Key: key, At: size}); !bytes.Equal(first, again) {
				d.Error("the same checkpoint gives other bytes later")
			}
		}},
	}
}
