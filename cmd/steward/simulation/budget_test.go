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
// or an answer, the outcome. Nobody gets more than one daily message a day.
const (
	budgetMessages = 20
	budgetEach     = 3
	budgetReviews  = 3 // of access, which do not take part here: each takes at least the message that opens it
)

// budget counts new messages of each person on each surface.
func (j *judge) budget() {
	j.t.Helper()
	perDay, perWeek, daily := map[string]int{}, map[string]int{}, map[string]int{}
	quarters, asks, things := map[string]int{}, map[string]int{}, map[string]map[string]bool{}
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
		if m.why == workflows.WhyDecide {
			asks[quarter]++ // an edit is as much to decide as a request
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
	j.quarters(quarters, asks, things)
}

// quarters holds the number of messages of a quarter against that of things they were about.
func (j *judge) quarters(messages, asks map[string]int, things map[string]map[string]bool) {
	j.t.Helper()
	managers := map[string]int{}
	for quarter, n := range messages {
		about := len(things[quarter])
		if allowed := max(budgetMessages, about*budgetEach); n > allowed {
			j.t.Errorf("%s: %d messages about %d requests, and %d are allowed", quarter, n, about, allowed)
		}
		if who := workflows.PersonID(strings.Fields(quarter)[1]); slices.Contains(j.heads, who) && max(about, asks[quarter]) <= 6 {
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
