package approval_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

var update = flag.Bool("update", false, "rewrite the scenarios in testdata")

// TestScenarios plays the stories in testdata/*.txt: blocks of commands, a line of dashes, and what happened. Lines that
// start with # are prose. With -update the outcomes are written anew, to be read in review.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			was, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			is := play(t, string(was))
			if *update {
				if err := os.WriteFile(file, []byte(is), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if is != string(was) {
				t.Errorf("%s tells another story now; run go test -run TestScenarios -update and read the difference:\n%s", file, firstDiff(string(was), is))
			}
		})
	}
}

// play runs all blocks and gives the file as it should be.
func play(t *testing.T, text string) string {
	t.Helper()
	c := newCompany()
	var out []string
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(block, "\n")
		if i := slices.Index(lines, "----"); i >= 0 {
			lines = lines[:i]
		}
		var commands []string
		for _, line := range lines {
			if !strings.HasPrefix(line, "#") {
				commands = append(commands, line)
			}
		}
		if len(commands) == 0 {
			out = append(out, strings.Join(lines, "\n"))
			continue
		}
		said, err := c.run(commands)
		if err != nil {
			t.Fatalf("%s: %v", commands[0], err)
		}
		out = append(out, strings.Join(lines, "\n")+"\n----\n"+strings.TrimRight(said, "\n"))
	}
	return strings.Join(out, "\n\n") + "\n"
}

// run plays the commands of one block.
func (c *company) run(lines []string) (string, error) {
	switch head := strings.Fields(lines[0]); head[0] {
	case "people":
		for _, line := range lines[1:] {
			if err := c.person(line); err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%d people", len(c.people)), nil
	case "plan":
		return fmt.Sprintf("%d stages", countPrefix(lines[1:], "stage ")), c.plan(lines[1:])
	case "again":
		c.r, c.delegations = approval.Request{}, nil
		return "a new request, the same people", nil
	case "delegation":
		return c.delegation(head[1:])
	case "time":
		c.at = when(head[1] + " " + head[2])
		return c.wakeUntil(), nil
	case "seats", "actions", "explain", "track", "timers", "attached":
		return c.read(head), nil
	}
	var said string
	for _, line := range lines {
		ev, err := c.event(words(line))
		if err != nil {
			return "", err
		}
		said += c.tell(c.step(ev))
	}
	return said, nil
}

// wakeUntil fires timers that fell due by now, oldest first, at their own time, as the engine does.
func (c *company) wakeUntil() string {
	now, said := c.at, ""
	for {
		timers := slices.Clone(c.r.Timers)
		slices.SortFunc(timers, func(a, b approval.Timer) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
		if len(timers) == 0 || timers[0].At.After(now) {
			c.at = now
			return cmp.Or(said, "nothing falls due")
		}
		c.at = timers[0].At
		said += c.at.UTC().Format(clock) + " " + timers[0].Name + "\n"
		said += c.tell(c.step(workflows.Event{
			Actor: workflows.System, What: approval.Woken{Woken: workflows.Woken{Name: timers[0].Name}},
		}))
	}
}

// delegation reads "FROM TO FIRST LAST named DATE".
func (c *company) delegation(w []string) (string, error) {
	if len(w) != 6 {
		return "", fmt.Errorf("delegation FROM TO FIRST LAST named DATE")
	}
	day := func(s string) time.Time { return when(s + " 00:00") }
	c.delegations = append(c.delegations, workflows.Delegation{
		ID: strconv.Itoa(len(c.delegations)), From: workflows.PersonID(w[0]), To: workflows.PersonID(w[1]),
		Starts: day(w[2]), Ends: day(w[3]).AddDate(0, 0, 1), NamedAt: day(w[5]),
	})
	return "noted", nil
}

// event reads "ACTOR [for PERSON] VERB ARG... [on STAGE/ROUND/REVISION] [late DURATION]".
func (c *company) event(w []string) (workflows.Event, error) {
	ev := workflows.Event{Actor: workflows.PersonID(w[0])}
	w = w[1:]
	if w[0] == "for" {
		ev.For, w = workflows.PersonID(w[1]), w[2:]
	}
	if n := len(w); n > 2 && w[n-2] == "on" {
		seen := strings.Split(w[n-1], "/")
		ev.Seen.Stage = seen[0]
		ev.Seen.Round, _ = strconv.Atoi(seen[1])
		ev.Seen.Revision, _ = strconv.Atoi(seen[2])
		w = w[:n-2]
	}
	what, err := c.what(w[0], append(w[1:], "", "", ""))
	ev.What = what
	return ev, err
}

func (c *company) what(verb string, a []string) (workflows.What, error) {
	c.own(a[0])
	switch verb {
	case "submits":
		return approval.Submitted{Flow: "ai-use"}, nil
	case "edits":
		return approval.Edited{}, nil
	case "approves":
		return approval.Decided{Approve: true, Conditions: choices(a), Reason: reason(a)}, nil
	case "rejects":
		return approval.Decided{Reason: reason(a)}, nil
	case "advises":
		return approval.Advised{Objection: a[0] == "objection", Reason: reason(a)}, nil
	case "rules":
		return approval.Ruled{Outcome: a[0], Tier: policy.Tier(field(a, "tier")), Reason: reason(a)}, nil
	case "asks":
		return approval.Asked{Text: reason(a)}, nil
	case "answers":
		id, _ := strconv.Atoi(a[0])
		return approval.Answered{Question: id, Text: reason(a)}, nil
	case "accepts":
		return approval.Accepted{}, nil
	case "declines":
		return approval.Declined{Reason: reason(a)}, nil
	case "withdraws":
		return approval.Withdrawn{Reason: reason(a)}, nil
	case "links":
		return approval.Linked{Key: a[0], Ref: a[1]}, nil
	case "names":
		return approval.Named{Person: workflows.PersonID(a[0]), Role: workflows.Role(field(a, "as")), Reason: reason(a)}, nil
	case "needs":
		return approval.EmergencyAsked{Until: a[0], Reason: reason(a)}, nil
	case "allows":
		return approval.EmergencyAllowed{Until: a[0], Reason: reason(a), Conditions: choices(a)}, nil
	case "refuses":
		return approval.EmergencyDeclined{Reason: reason(a)}, nil
	case "roster":
		return approval.RosterChanged{}, nil
	case "wakes":
		late, _ := time.ParseDuration(field(a, "late"))
		return approval.Woken{Woken: workflows.Woken{Name: a[0], Late: late}}, nil
	}
	return nil, fmt.Errorf("what is %q", verb)
}

// own puts "owner=ID" into the answers of the next screening.
func (c *company) own(arg string) {
	if owner, ok := strings.CutPrefix(arg, "owner="); ok {
		c.next.Answers = policy.Answers{"owner": {Text: owner}}
	}
}

// words splits at spaces, keeping what stands in double quotes together, with its quotes.
func words(line string) []string {
	var out []string
	quoted := false
	for part := range strings.SplitSeq(line, " ") {
		if quoted {
			out[len(out)-1] += " " + part
		} else if part != "" {
			out = append(out, part)
		}
		if strings.Count(part, `"`)%2 == 1 {
			quoted = !quoted
		}
	}
	return out
}

// reason gives the first quoted text that is not a condition.
func reason(a []string) string {
	for _, s := range a {
		if strings.HasPrefix(s, `"`) {
			return strings.Trim(s, `"`)
		}
	}
	return ""
}

func field(a []string, key string) string {
	for _, s := range a {
		if v, ok := strings.CutPrefix(s, key+"="); ok {
			return v
		}
	}
	return ""
}

// choices reads with=KEY,KEY and own="DATE text".
func choices(a []string) []approval.Choice {
	var out []approval.Choice
	if keys := field(a, "with"); keys != "" {
		for key := range strings.SplitSeq(keys, ",") {
			out = append(out, approval.Choice{Key: key})
		}
	}
	if own := strings.Trim(field(a, "own"), `"`); own != "" {
		due, text, _ := strings.Cut(own, " ")
		out = append(out, approval.Choice{Due: due, Text: text})
	}
	return out
}

// tell takes an outcome over and says what happened.
func (c *company) tell(out workflows.Outcome[approval.Request]) string {
	before := c.r
	c.r = out.State
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if out.Refusal != nil {
		say("refused %s%s: %s", out.Refusal.Code, strings.TrimSuffix(" at "+out.Refusal.Field, " at "), out.Refusal.Sentence)
	} else if len(out.Records)+len(out.Effects) == 0 {
		say("nothing happens")
		return b.String()
	} else {
		say("%s", stateLine(c.r))
	}
	for _, f := range out.Records {
		data, _ := json.Marshal(f.Data)
		line := "record " + f.Kind + " " + string(data)
		for _, name := range slices.Sorted(mapKeys(f.Texts)) {
			line += fmt.Sprintf(" %s=%q", name, f.Texts[name])
		}
		if len(f.Shown) > 0 {
			line += " (new content)"
		}
		say("%s", line)
	}
	for _, e := range out.Effects {
		say("%s", effectLine(e))
	}
	if out.Refusal == nil && !slices.Equal(before.Waits, c.r.Waits) {
		for _, w := range c.r.Waits {
			say("%s", waitLine(w))
		}
		if len(c.r.Waits) == 0 {
			say("waits for nobody")
		}
	}
	return b.String()
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func stateLine(r approval.Request) string {
	line := fmt.Sprintf("%s, round %d, revision %d, seq %d", r.Status, r.Round, r.Revision, r.Seq)
	if r.Status == approval.StatusOpen {
		line += ", stage " + r.Screening.Plan.Stages[r.Stage].Key
		if r.StageAt.IsZero() {
			line += " (held)"
		}
		if n := len(r.Pauses); n > 0 && r.Pauses[n-1].To.IsZero() {
			line += " (clock stands still)"
		}
	}
	return line
}

func effectLine(e workflows.Effect) string {
	switch e := e.(type) {
	case workflows.Notify:
		return strings.TrimSpace(fmt.Sprintf("notify %s %s %s", e.To, e.Why, e.Part))
	case workflows.Refresh:
		return "refresh all cards"
	case workflows.Wake:
		if e.At.IsZero() {
			return "cancel " + e.Name
		}
		return "wake " + e.Name + " at " + e.At.UTC().Format(clock)
	}
	if e, ok := e.(workflows.Tell); ok {
		return fmt.Sprintf("tell %s %s %+v", e.About, e.What.Kind(), e.What)
	}
	return fmt.Sprintf("%T", e)
}

func waitLine(w workflows.Wait) string {
	line := fmt.Sprintf("waits for %s: %s %s", w.Who, w.Why, w.Part)
	if w.Role != "" {
		line += " as " + string(w.Role)
	}
	if w.For != "" {
		line += " for " + string(w.For)
	}
	if !w.Due.IsZero() {
		line += ", due " + w.Due.UTC().Format(clock)
	}
	return line
}

func countPrefix(lines []string, prefix string) int {
	n := 0
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

func firstDiff(was, is string) string {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, now %d", len(a), len(b))
}

// read answers the commands that only look.
func (c *company) read(w []string) string {
	var b strings.Builder
	switch w[0] {
	case "seats":
		for _, s := range approval.Seats(c.r, c.roster(), c.at) {
			line := fmt.Sprintf("%v open=%t advice=%t", s.Roles, s.Open, s.Advice)
			if s.By != nil {
				line += " by " + string(s.By.Person)
			}
			for _, e := range s.May {
				line += fmt.Sprintf("; %s (%s)", e.Person, e.How)
			}
			fmt.Fprintln(&b, line)
		}
	case "actions":
		for _, a := range approval.Actions(c.r, workflows.PersonID(w[1]), c.roster(), c.at) {
			fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%s %s %v %v", a.Kind, a.Part, a.Roles, a.Outcomes), " []"))
		}
	case "explain":
		for _, x := range approval.Explain(c.r, c.roster(), c.at) {
			fmt.Fprintf(&b, "%s: %s\n", x.About, x.Text)
		}
	case "track":
		for _, x := range approval.Track(c.r, c.roster()) {
			fmt.Fprintf(&b, "%s %s", x.Stage.Key, x.State)
			if x.Held != "" {
				fmt.Fprintf(&b, " (%s)", x.Held)
			}
			fmt.Fprintln(&b)
		}
	case "timers":
		for _, x := range c.r.Timers {
			fmt.Fprintf(&b, "%s at %s\n", x.Name, x.At.UTC().Format(clock))
		}
	case "attached":
		for _, a := range c.r.Attached {
			fmt.Fprintf(&b, "%s: %s required=%t by=%v owner=%s verifier=%s go-live=%t due=%s\n", a.Key, a.Text, a.Required, a.By, a.Owner, a.Verifier, a.GoLive, a.Due.Format(time.RFC3339))
		}
		fmt.Fprintf(&b, "valid until %s\n", c.r.ValidUntil.Format(time.RFC3339))
	}
	return cmp.Or(b.String(), "nothing")
}
