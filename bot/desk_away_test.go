package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	absence "steward/workflows/away"
)

// reception is an office in which people say when they are away.
type reception struct {
	*office

	absences []absence.Absence
}

func newReception(t *testing.T) (*reception, *bot.Desk) {
	t.Helper()
	r := &reception{office: newOffice(t)}
	return r, bot.NewDesk(r, r, r, func() string { r.ids++; return "draft-" + string(rune('a'+r.ids)) })
}

func (r *reception) Apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error) {
	if ev.About.Kind != workflows.KindAbsence {
		return r.office.Apply(ctx, ev)
	}
	if r.fail != nil {
		return workflows.Applied{}, r.fail
	}
	i := slices.IndexFunc(r.absences, func(a absence.Absence) bool { return a.ID == ev.About.ID })
	before := absence.Absence{}
	if i >= 0 {
		before = r.absences[i]
	} else {
		ev.About = workflows.AbsenceRef("AWAY-1")
	}
	out := absence.Step(before, ev, absence.Facts{Roster: r.Roster()})
	if out.Refusal == nil {
		r.absences = append(slices.DeleteFunc(r.absences, func(a absence.Absence) bool { return a.ID == before.ID }), out.State)
	}
	return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
}

func (r *reception) Absence(_ context.Context, id string) (absence.Absence, error) {
	for _, a := range r.absences {
		if a.ID == id {
			return a, nil
		}
	}
	return absence.Absence{}, workflows.ErrNotFound
}

func (r *reception) AbsencesOf(context.Context, workflows.PersonID) ([]absence.Absence, error) {
	return slices.DeleteFunc(slices.Clone(r.absences), func(a absence.Absence) bool { return !a.State.Open() }), nil
}

func value(f *card.Form, key string) string {
	for _, x := range f.Fields {
		if x.Key == key {
			return strings.Join(x.Value, ",")
		}
	}
	return "no such field"
}

func TestAwayCommand(t *testing.T) {
	who := bot.Who{Person: "ben", Via: workflows.Via{Surface: "slack", Link: "l"}, Key: "k"}
	for typed, want := range map[string][4]string{ // from, to, delegate, what is said on top
		"away":                   {"", "", "", ""},
		"away mon-fri mei":       {"2025-11-24", "2025-11-28", "mei", ""},
		"AWAY 22 Dec to 2 Jan":   {"2025-12-22", "2026-01-02", "", ""},
		"away tomorrow Zorro":    {"2025-11-25", "2025-11-25", "", "nobody called"},
		"away tomorrow Ana":      {"2025-11-25", "2025-11-25", "", "nobody called"}, // who cannot stand in is not offered
		"away tomorrow m":        {"2025-11-25", "2025-11-25", "", "people fit"},
		"away 31 February Yuki ": {"", "", "", "nobody called"},
	} {
		t.Run(typed, func(t *testing.T) {
			_, desk := newReception(t)
			r, err := desk.Command(t.Context(), who, typed)
			if err != nil || r.Kind != bot.ReplyOpen || r.Form == nil {
				t.Fatalf("%+v, %v", r, err)
			}
			got := [4]string{value(r.Form, view.KeyFrom), value(r.Form, view.KeyTo), value(r.Form, view.KeyDelegate), r.Form.Intro[0]}
			if !slices.Equal(got[:3], want[:3]) || !strings.Contains(got[3], want[3]) {
				t.Errorf("the form says %q, want %q", got, want)
			}
		})
	}
}

func TestAwayForm(t *testing.T) {
	office, desk := newReception(t)
	ctx, who := t.Context(), bot.Who{Person: "ben", Via: workflows.Via{Surface: "slack", Link: "l"}, Key: "k"}
	send := func(f *card.Form, v card.Values) bot.Reply {
		t.Helper()
		r, err := desk.Submit(ctx, who, bot.Submission{Form: f.ID, Revision: f.Revision, Values: v, Go: bot.GoNext})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	press := func(a card.Action) bot.Reply {
		t.Helper()
		r, err := desk.Press(ctx, who, a)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	open, err := desk.Command(ctx, who, "away tomorrow mei")
	if err != nil {
		t.Fatal(err)
	}
	values := card.Values{view.KeyFrom: {"2025-11-25"}, view.KeyTo: {"2025-11-26"}, view.KeyDelegate: {"ana"}, view.KeyHandOver: {"yes"}}
	wrong := send(open.Form, values)
	if wrong.Code != workflows.CodeField || !slices.ContainsFunc(wrong.Form.Fields, func(f card.Field) bool { return f.Key == view.KeyDelegate && f.Error != "" && f.Shown == "Ana Ruiz" }) {
		t.Fatalf("a delegate who cannot stand in: %+v", wrong)
	}
	values[view.KeyDelegate] = []string{"mei"}
	done := send(wrong.Form, values)
	if done.Kind != bot.ReplyNotice || done.Card == nil || !strings.Contains(done.Text, "Mei Chen stands in") || done.Path != "/away/AWAY-1" {
		t.Fatalf("%+v", done)
	}
	if again := send(wrong.Form, values); again.Kind != bot.ReplyNotice || !strings.Contains(again.Text, "saved before") || len(office.absences) != 1 {
		t.Errorf("a second press: %+v", again)
	}
	if home, err := desk.Home(ctx, who); err != nil || !strings.Contains(strings.Join(home.Groups[0].Cards[0].Lead, " "), "Mei Chen stands in") {
		t.Errorf("the home says %+v, %v", home.Groups[0], err)
	}
	if list, err := desk.Command(ctx, who, "away"); err != nil || list.Kind != bot.ReplyCard || !strings.Contains(list.Card.Lead[0], "Tue 25 Nov") {
		t.Errorf("what was said: %+v, %v", list, err)
	}
	change := press(card.Action{Verb: view.VerbAwayChange, About: "absence/AWAY-1", Revision: 1})
	if change.Form == nil || value(change.Form, view.KeyDelegate) != "mei" || value(change.Form, view.KeyHandOver) != "yes" {
		t.Fatalf("the form of a change: %+v", change)
	}
	office.absences[0].Revision++ // somebody was lost meanwhile
	values[view.KeyTo] = []string{"2025-11-27"}
	stale := send(change.Form, values)
	if stale.Code != workflows.CodeStale || stale.Form == nil {
		t.Fatalf("a change of what has changed: %+v", stale)
	}
	if r := send(stale.Form, values); r.Kind != bot.ReplyNotice || office.absences[0].To != "2025-11-27" {
		t.Errorf("%+v", r)
	}
	back := card.Action{Verb: view.VerbCameBack, About: "absence/AWAY-1", Revision: 1}
	if r := press(back); r.Code != workflows.CodeStale {
		t.Errorf("a button of before: %+v", r)
	}
	back.Revision = office.absences[0].Revision
	if r := press(back); r.Code != "" || office.absences[0].State != absence.StateCancelled {
		t.Errorf("%+v", r)
	}
	who.Person = "jack"
	if r := press(card.Action{Verb: view.VerbShow, About: "absence/AWAY-1"}); r.Code != workflows.CodeUnknown {
		t.Errorf("somebody else sees it: %+v", r)
	}
	office.fail = errors.New("the database is away")
	if _, err := desk.Press(ctx, bot.Who{Person: "ben"}, back); err == nil {
		t.Error("a fault was swallowed")
	}
}
