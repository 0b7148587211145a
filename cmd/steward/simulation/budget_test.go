package simulation_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// The budget of messages: in a quarter at most 20 new ones for a manager with six requests and three reviews of access. Whoever
// has more to do than that, because they hold a role, gets at most three about each request: what has to be decided, a reminder
// or an answer, the outcome. Nobody gets more than one daily message a day. A usual quarter of a manager is one in which they are
// reminded no more often than they are asked, and what counts is what they hear of requests: not that they stand in, or who joins.
const (
	budgetMessages = 20
	budgetEach     = 3
	budgetReviews  = 3 // of access, which do not take part here: each takes at least the message that opens it
)

// budget counts new messages of each person on each surface.
func (j *judge) budget() {
	j.t.Helper()
	perDay, perWeek, daily := map[string]int{}, map[string]int{}, map[string]int{}
	quarters, things := map[string]int{}, map[string]map[string]bool{}
	asks, reminders, others := map[string]int{}, map[string]int{}, map[string]int{}
	for _, m := range j.out.sent {
		local := m.at.In(j.of[m.to].diary.zone)
		who := m.surface + " " + string(m.to) + " "
		day := who + local.Format(time.DateOnly)
		year, week := local.ISOWeek()
		perDay[day]++
		perWeek[fmt.Sprintf("%s%d-%02d", who, year, week)]++
		if m.why == workflows.WhyRemind {
			daily[day]++
		}
		quarter := fmt.Sprintf("%s%d-Q%d", who, local.Year(), (int(local.Month())+2)/3)
		quarters[quarter]++
		if things[quarter] == nil {
			things[quarter] = map[string]bool{}
		}
		things[quarter][m.about.ID] = true
		switch {
		case m.why == workflows.WhyDecide:
			asks[quarter]++ // an edit is as much to decide as a request
		case m.why == workflows.WhyRemind:
			reminders[quarter]++
		case m.about.Kind != workflows.KindRequest:
			others[quarter]++
		}
	}
	for day, n := range daily {
		if n > 1 {
			j.t.Errorf("%d daily messages: %s", n, day)
		}
	}
	for _, surface := range []string{workflows.SurfacePortal, "slack", "teams"} {
		j.t.Logf("%s: new messages a person and day with any: %s; a week with any: %s; a quarter with any: %s", surface,
			spread(perDay, surface), spread(perWeek, surface), spread(quarters, surface))
	}
	usual := map[string]bool{}
	for quarter, n := range quarters {
		usual[quarter] = max(asks[quarter], len(things[quarter])) <= 6 && reminders[quarter] <= asks[quarter] && n > others[quarter]
	}
	j.quarters(quarters, others, things, usual)
}

// quarters holds the number of messages of a quarter against that of things they were about.
func (j *judge) quarters(messages, others map[string]int, things map[string]map[string]bool, usual map[string]bool) {
	j.t.Helper()
	managers := map[string]int{}
	for quarter, n := range messages {
		about := len(things[quarter])
		if allowed := max(budgetMessages, about*budgetEach); n > allowed {
			j.t.Errorf("%s: %d messages about %d requests, and %d are allowed", quarter, n, about, allowed)
		}
		if who := workflows.PersonID(strings.Fields(quarter)[1]); slices.Contains(j.heads, who) && usual[quarter] {
			n -= others[quarter]
			managers[quarter] = n
			if n > budgetMessages-budgetReviews {
				j.t.Errorf("%s: %d messages to a manager about %d requests leave no room for %d reviews of access", quarter, n, about, budgetReviews)
			}
		}
	}
	if len(managers) == 0 {
		j.t.Error("no manager had a usual quarter: the budget shows nothing")
	}
	j.t.Logf("a quarter of a manager of 8 with at most 6 requests: %s", spread(managers, ""))
}

// spread gives the middle, the 95th of a hundred and the most.
func spread(counts map[string]int, surface string) string {
	var all []int
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if strings.HasPrefix(key, surface) {
			all = append(all, counts[key])
		}
	}
	if len(all) == 0 {
		return "none"
	}
	slices.Sort(all)
	return fmt.Sprintf("p50 %d, p95 %d, max %d", all[len(all)/2], all[len(all)*95/100], all[len(all)-1])
}
