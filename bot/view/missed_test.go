package view_test

import (
	"fmt"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

// TestDailyLeavesNothingOut: whatever a list of the daily message does not name, it counts, and it leads to where the rest is.
func TestDailyLeavesNothingOut(t *testing.T) {
	c := cardtest.NewCompany()
	eyes := c.Eyes("helen")
	var items []view.Item
	for i := range 14 {
		items = append(items, view.Item{Title: "Otter.ai", Wait: workflows.Wait{About: workflows.RequestRef(fmt.Sprint("AIR-", i+1)), Who: "helen", Why: workflows.WhyDecide, Since: c.Now}})
	}
	var list []view.MissedOne
	for i := range view.MaxListed {
		one := view.MissedOne{Name: fmt.Sprint("Person ", i), Unreached: workflows.Unreached{Waits: 4, Since: c.Now, Due: c.Now.AddDate(0, 0, i-1)}}
		for n := range 5 {
			one.Waits = append(one.Waits, workflows.Wait{About: workflows.RequestRef(fmt.Sprint("AIR-", n))})
		}
		list = append(list, one)
	}
	for name, d := range map[string]struct {
		items  []view.Item
		missed view.Missed
		want   []string
		not    string
	}{
		"what is due":    {items, view.Missed{}, []string{"and 4 more in the portal", "Open in the portal ->/"}, "/deliveries"},
		"who is missed":  {nil, view.Missed{List: list, All: 23}, []string{"23 people for whom", "and 13 more in the portal, under Deliveries", "->/deliveries", "AIR-0, AIR-1, AIR-2 and 2 more"}, "Nothing waits for you"},
		"both":           {items, view.Missed{List: list, All: 11}, []string{"and 4 more in the portal", "and 1 more in the portal, under Deliveries", "->/deliveries", "Open in the portal ->/"}, ""},
		"a few of both":  {items[:2], view.Missed{List: list[:1], All: 1}, []string{"1 person for whom", "which is over"}, " more in the portal"},
		"one with a lot": {nil, view.Missed{List: []view.MissedOne{{Name: strings.Repeat("x", 400), Unreached: workflows.Unreached{Waits: 7, Since: c.Now}}}, All: 1}, []string{"7 things, since"}, ""},
	} {
		out := view.Daily(eyes, d.items, d.missed)
		if err := card.Check(out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		text := cardtest.Text(out)
		for _, want := range d.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", name, want, text)
			}
		}
		if d.not != "" && strings.Contains(text, d.not) {
			t.Errorf("%s says %q:\n%s", name, d.not, text)
		}
	}
}
