package cardtest

import (
	"slices"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// busy gives a company with several requests, for lists.
func busy() *Company {
	c := NewCompany()
	for _, a := range []policy.Answers{MeetingNotes(), PublicText(), Ranking(), MoodTracking(), Unsure()} {
		c.Send("ana", "ai-use", a, "")
	}
	c.Send("jack", "policy-exception", Printer(), "")
	c.Send("jack", "ai-use", with(MeetingNotes(), policy.Answers{"owner": text("jack"), "tool": text("Copilot for proposals")}), "")
	return c
}

func (c *Company) items(who workflows.PersonID) []view.Item {
	var out []view.Item
	waits := c.Waits(who)
	slices.SortStableFunc(waits, func(a, b workflows.Wait) int { return a.Due.Compare(b.Due) })
	for _, w := range waits {
		out = append(out, view.Item{Wait: w, Title: c.Requests[w.About.ID].Screening.Title + c.Systems[w.About.ID].Title})
	}
	return out
}

// duties gives what waits for a person as somebody else reads it, who does not read some more of it.
func (c *Company) duties(of, viewer workflows.PersonID, hidden int) view.Duties {
	out := view.Duties{Of: c.People[of], Viewer: c.People[viewer], Now: c.Now, Hidden: hidden}
	for _, i := range c.items(of) {
		duty := view.Duty{Wait: i.Wait}
		if i.Wait.About.Kind == workflows.KindSystem {
			duty.About = c.Entry(i.Wait.About.ID, viewer)
		} else {
			duty.About = c.Case(i.Wait.About.ID, viewer)
		}
		out.Known = append(out.Known, duty)
	}
	return out
}

func (c *Company) rows(who workflows.PersonID) []view.Row {
	var out []view.Row
	for _, id := range slices.Backward(c.IDs()) {
		r := c.Requests[id]
		if r.Requester != who && r.Owner != who {
			continue
		}
		row := workflows.RequestRow{
			ID: r.ID, Flow: r.Flow, Title: r.Screening.Title, Status: string(r.Status), Tier: string(r.Screening.Assessment.Tier),
			Requester: r.Requester, Owner: r.Owner, SentAt: r.SentAt, EndedAt: r.EndedAt,
		}
		if stages := r.Screening.Plan.Stages; r.EndedAt.IsZero() && r.Stage < len(stages) {
			row.Stage = stages[r.Stage].Key
		}
		out = append(out, view.Row{RequestRow: row, Flow: c.Flow(r.Flow)})
	}
	return out
}

func (c *Company) unfinished() []view.Unfinished {
	return []view.Unfinished{
		{ID: "d1", Flow: "ai-use", SavedAt: c.Now.Add(-46 * time.Minute)}, {ID: "d2", Flow: "policy-exception", SavedAt: c.Now.AddDate(0, 0, -3)},
	}
}

// lists gives the cards that are not about one request.
func lists() []Card {
	c := busy()
	c.at("25 15:00")
	joined := systemJoined()
	late := busy()
	late.at("27 16:00")
	used := systemUsed()
	away := view.Duties{Of: c.People["ben"], Viewer: c.People["helen"], Now: c.Now, Away: []view.Absence{absent("helen", nil)}}
	form := view.Form{Eyes: c.Eyes("ana"), Flow: c.Flow("ai-use"), Facts: c.Facts(c.Flow("ai-use"), "ana", ""), Names: c.Roster().Name}
	return []Card{
		{"inbox", view.Inbox(c.Eyes("ben"), c.items("ben"), 0)},
		{"inbox-many", view.Inbox(c.Eyes("ben"), append(c.items("ben"), c.items("ben")...), 37)},
		{"inbox-empty", view.Inbox(c.Eyes("mei"), nil, 0)},
		{"daily", view.Daily(late.Eyes("ben"), late.items("ben")[:3], view.Missed{})},
		{"daily-missed", view.Daily(late.Eyes("helen"), nil, view.Missed{All: 1, List: missed(late)[:1]})},
		{"daily-many-missed", view.Daily(late.Eyes("helen"), append(append(late.items("ben"), late.items("ben")...), late.items("ben")...), view.Missed{All: 14, List: missed(late)})},
		{"duties", view.ExplainDuties(late.duties("ben", "ben", 0))},
		{"duties-of-another", view.ExplainDuties(late.duties("ben", "helen", 0))},
		{"duties-hidden", view.ExplainDuties(view.Duties{Of: c.People["ben"], Viewer: c.People["arjun"], Now: c.Now, Hidden: 5})},
		{"duties-conditions", view.ExplainDuties(used.duties("ana", "helen", 1))},
		{"duties-away", view.ExplainDuties(away)},
		{"duties-none", view.ExplainDuties(view.Duties{Of: c.People["mei"], Viewer: c.People["mei"], Now: c.Now})},
		{"mine", view.Mine(c.Eyes("ana"), c.rows("ana"), false, nil)},
		{"mine-empty", view.Mine(c.Eyes("mei"), nil, false, nil)},
		{"mine-joined", view.Mine(c.Eyes("jack"), nil, false, joined.found())},
		{"mine-and-joined", view.Mine(c.Eyes("ana"), c.rows("ana"), false, joined.found())},
		{"start", view.Start(c.Eyes("ana"), c.Pack.Flows(), nil, nil)},
		{"start-drafts", view.Start(c.Eyes("ana"), c.Pack.Flows(), c.unfinished(), nil)},
		{"start-alike", view.Start(c.Eyes("arjun"), c.Pack.Flows(), c.unfinished(), []view.Entry{joined.Entry("AIS-1", "arjun")})},
		{"start-alike-joined", view.Start(c.Eyes("jack"), c.Pack.Flows(), nil, []view.Entry{joined.Entry("AIS-1", "jack")})},
		{"questions-ai-use", view.Questions(c.Flow("ai-use"))},
		{"questions-ai-impact", view.Questions(c.Flow("ai-impact"))},
		{"help", view.Help("", "")},
		{"help-unknown", view.Help("aprove", "")},
		{"help-nearest", view.Help("statsu", "status")},
		{"assessment-low", view.Assessment(form, c.Requests["AIR-2"].Screening)},
		{"assessment-medium", view.Assessment(form, c.Requests["AIR-1"].Screening)},
		{"assessment-high", view.Assessment(form, c.Requests["AIR-3"].Screening)},
		{"assessment-hold", view.Assessment(form, c.Requests["AIR-4"].Screening)},
	}
}

// Home is one home of the catalogue.
type Home struct {
	Name string
	Home card.Home
}

// Homes gives the homes of the catalogue.
func Homes() []Home {
	c := busy()
	c.at("25 15:00")
	ben := view.HomeFacts{Waits: c.items("ben"), All: 37, Mine: c.rows("ben")}
	ana := view.HomeFacts{Waits: c.items("ana"), All: len(c.items("ana")), Mine: c.rows("ana"), Drafts: c.unfinished()}
	return []Home{
		{"home-manager", view.Home(c.Eyes("ben"), ben)},
		{"home-requester", view.Home(c.Eyes("ana"), ana)},
		{"home-joined", view.Home(c.Eyes("jack"), view.HomeFacts{Uses: systemJoined().found()})},
		{"home-away", view.Home(c.Eyes("ben"), view.HomeFacts{Away: []view.Absence{absent("ben", nil), absent("ben", forMei)}})},
		{"home-empty", view.Home(c.Eyes("mei"), view.HomeFacts{})},
		{"home-inactive", view.NoHome(view.TextNotActive)},
	}
}

// Chart is one chart of the catalogue.
type Chart struct {
	Name  string
	Chart card.Chart
}

// Charts gives the charts of the catalogue: the two kinds, the smallest, the largest, and one with hostile labels.
func Charts() []Chart {
	weeks := []string{"6 Oct", "13 Oct", "20 Oct", "27 Oct", "3 Nov", "10 Nov", "17 Nov", "24 Nov"}
	full := card.Chart{Kind: card.ChartLine, Title: "61 of 200 permissions are still open"}
	burn := card.Series{Name: "Open"}
	for i := range card.MaxChartLabels {
		full.Labels = append(full.Labels, time.Date(2025, 11, 1+i, 0, 0, 0, 0, time.UTC).Format("2 Jan"))
		burn.Values = append(burn.Values, float64(200-i*7))
	}
	full.Series = []card.Series{burn}
	return []Chart{
		{"bar", card.Chart{Kind: card.ChartBar, Title: "Twice as many requests as in October", Labels: weeks, Series: []card.Series{
			{Name: "Approved", Values: []float64{2, 1, 3, 2, 4, 5, 4, 6}},
			{Name: "Rejected", Values: []float64{0, 1, 0, 0, 1, 0, 2, 1}},
			{Name: "Withdrawn", Values: []float64{0, 0, 0, 1, 0, 0, 0, 0}},
		}}},
		{"line-full", full},
		{"one", card.Chart{Kind: card.ChartBar, Title: "One request this week", Labels: []string{"24 Nov"}, Series: []card.Series{{Name: "Requests", Values: []float64{1}}}}},
		{"zero", card.Chart{Kind: card.ChartBar, Title: "Nothing happened", Labels: weeks[:2], Series: []card.Series{{Name: "Requests", Values: []float64{0, 0}}}}},
		{"hostile", card.Chart{Kind: card.ChartBar, Title: "<script>alert(1)</script>", Labels: []string{"<!channel>", "${name}"}, Series: []card.Series{
			{Name: "=cmd|' /C calc'!A0", Values: []float64{1, 2}},
		}}},
	}
}

// missed are people whom no message reaches.
func missed(c *Company) []view.MissedOne {
	var out []view.MissedOne
	for i, who := range []workflows.PersonID{"ben", "cleo", "dan"} {
		one := view.MissedOne{Name: c.People[who].Name}
		for _, item := range c.items(who) {
			one.Waits = append(one.Waits, item.Wait)
		}
		one.Unreached = workflows.Unreached{Person: who, Waits: max(len(one.Waits), 1), Since: c.Now.AddDate(0, 0, -3)}
		switch i {
		case 0:
			one.Due = c.Now.Add(-time.Hour)
		case 1:
			one.Due = c.Now.AddDate(0, 0, 2)
		}
		out = append(out, one)
	}
	return out
}
