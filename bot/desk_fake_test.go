package bot_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// office is a desk over the company of cardtest, with drafts and inbox keys in memory. It is the engine, the reader and
// the drafts of the desk under test.
type office struct {
	nobodyAway
	nothingKept

	*cardtest.Company

	t      *testing.T
	desk   *bot.Desk
	kept   map[string]policy.Draft
	keys   map[string]workflows.Code
	ids    int
	fail   error  // given by the next Apply
	before func() // called once, before the next Apply
	events int    // that were applied and not repeats
	asked  []workflows.Event

	half, stale map[workflows.PersonID]bool // whose account is half-proved, or was not checked of late
	sure        workflows.Assurance         // of everybody; where it is set they press in the portal, else in Slack
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{Company: cardtest.NewCompany(), t: t, kept: map[string]policy.Draft{}, keys: map[string]workflows.Code{}}
	o.desk = bot.NewDesk(o, o, o, func() string {
		o.ids++
		return fmt.Sprintf("draft-%d", o.ids)
	})
	return o
}

func (o *office) Apply(_ context.Context, ev workflows.Event) (workflows.Applied, error) {
	o.asked = append(o.asked, ev)
	if before := o.before; before != nil {
		o.before = nil
		before()
	}
	if err := o.fail; err != nil {
		o.fail = nil
		return workflows.Applied{}, err
	}
	if code, used := o.keys[ev.Key]; used && ev.Key != "" {
		done := workflows.Applied{About: ev.About, Repeat: true}
		if code != "" {
			done.Refusal = &workflows.Refusal{Code: code}
		}
		return done, nil
	}
	done := o.Company.Apply(ev)
	if done.Refusal == nil || done.Refusal.Authority() {
		if ev.Key != "" {
			o.keys[ev.Key] = ""
		}
	}
	if done.Refusal != nil {
		if done.Refusal.Authority() && ev.Key != "" {
			o.keys[ev.Key] = done.Refusal.Code
		}
		return done, nil
	}
	o.events++
	finish := func(id string) {
		if d, ok := o.kept[id]; ok {
			d.Sent = done.About.ID
			o.kept[id] = d
		}
	}
	switch what := ev.What.(type) {
	case approval.Submitted:
		finish(what.Draft)
	case approval.Edited:
		finish(what.Draft)
	}
	return done, nil
}

func (o *office) Now() time.Time { return o.Company.Now }

func (o *office) Flow(_ context.Context, _, key string) (*policy.Flow, error) {
	f, ok := o.Pack.Flow(key)
	if !ok {
		return nil, workflows.ErrNotFound
	}
	return f, nil
}

func (o *office) Flows(context.Context) ([]*policy.Flow, error) { return o.Pack.Flows(), nil }

func (o *office) Request(_ context.Context, id string) (approval.Request, error) {
	r, ok := o.Requests[id]
	if !ok {
		return r, workflows.ErrNotFound
	}
	return r, nil
}

// People gives what was asked for and no more: people with three managers up, and holders of the roles.
func (o *office) People(_ context.Context, named []workflows.PersonID, roles []workflows.Role, _ time.Time) (workflows.Roster, error) {
	var out []workflows.Person
	for _, id := range named {
		for range 4 {
			p, ok := o.Company.People[id]
			if !ok {
				break
			}
			out = append(out, p)
			id = p.Manager
		}
	}
	for _, p := range o.Company.People {
		if p.Active && p.HasAny(roles...) {
			out = append(out, p)
		}
	}
	return workflows.NewRoster(out, o.Delegations), nil
}

func (o *office) System(_ context.Context, id string) (register.System, error) {
	s, ok := o.Systems[id]
	if !ok {
		return s, workflows.ErrNotFound
	}
	return s, nil
}

// SystemRows searches titles, too, as the store does.
func (o *office) SystemRows(_ context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	var out []workflows.SystemRow
	after := f.Before == ""
	for _, id := range slices.Backward(o.SystemIDs()) {
		row := cardtest.SystemRow(o.Systems[id])
		_, uses := o.Systems[id].User(f.User)
		fits := (f.User == "" || uses) && strings.Contains(strings.ToLower(row.ID+" "+row.Tool+" "+row.Vendor), strings.ToLower(f.Text))
		if after && fits {
			out = append(out, row)
		}
		after = after || id == f.Before
	}
	limit := f.Limit
	if limit == 0 {
		limit = 50
	}
	if len(out) > limit {
		return out[:limit], out[limit-1].ID, nil
	}
	return out, "", nil
}

func (o *office) AlikeSystems(_ context.Context, tool, vendor string, at int64, n int) ([]workflows.SystemRow, error) {
	var all []register.System
	for _, id := range o.SystemIDs() {
		all = append(all, o.Systems[id])
	}
	return cardtest.Alike(all, tool, vendor, at, n), nil
}

func (o *office) Waits(_ context.Context, who workflows.PersonID) ([]workflows.Wait, error) {
	return o.Company.Waits(who), nil
}

func (o *office) RequestRows(_ context.Context, viewer workflows.Person, f workflows.RequestFilter) ([]workflows.RequestRow, string, error) {
	var out []workflows.RequestRow
	for _, id := range slices.Backward(o.IDs()) {
		r := o.Requests[id]
		mine := !f.Mine || r.Requester == viewer.ID || r.Owner == viewer.ID
		if workflows.MaySee(viewer, r.Concerned()) && mine && strings.Contains(id+" "+r.Screening.Title, f.Text) {
			out = append(out, workflows.RequestRow{
				ID: id, Flow: r.Flow, Title: r.Screening.Title, Status: string(r.Status), Tier: string(r.Screening.Assessment.Tier),
				Stage: r.Screening.Plan.Stages[r.Stage].Key, Requester: r.Requester, Owner: r.Owner, SentAt: r.SentAt, EndedAt: r.EndedAt,
			})
		}
	}
	return out, "", nil
}

func (o *office) Draft(_ context.Context, id string) (policy.Draft, error) {
	d, ok := o.kept[id]
	if !ok {
		return d, workflows.ErrNotFound
	}
	return d, nil
}

func (o *office) SaveDraft(_ context.Context, d policy.Draft) (policy.Draft, error) {
	old, ok := o.kept[d.ID]
	if ok != (d.Revision > 0) || old.Revision != d.Revision || old.Sent != "" {
		return d, workflows.ErrConflict
	}
	d.Revision++
	o.kept[d.ID] = d
	return d, nil
}

func (o *office) DraftsOf(_ context.Context, who workflows.PersonID, form string) ([]policy.Draft, error) {
	var out []policy.Draft
	for _, d := range o.kept {
		if d.Person == who && d.Form == form && d.Sent == "" {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b policy.Draft) int { return b.SavedAt.Compare(a.SavedAt) })
	return out, nil
}

// The presser's side.

func (o *office) who(id workflows.PersonID) bot.Who {
	surface := "slack"
	if o.sure != "" {
		surface = workflows.SurfacePortal
	}
	return bot.Who{
		Person: id, Via: workflows.Via{Surface: surface, Link: "link-" + string(id)}, Assured: o.sure,
		Limited: o.half[id], Unchecked: o.stale[id],
	}
}

func (o *office) command(who workflows.PersonID, words string) bot.Reply {
	o.t.Helper()
	r, err := o.desk.Command(o.t.Context(), o.who(who), words)
	return o.checked(r, err)
}

func (o *office) press(who workflows.PersonID, a card.Action) bot.Reply {
	o.t.Helper()
	r, err := o.desk.Press(o.t.Context(), o.who(who), a)
	return o.checked(r, err)
}

// click presses a button by its label on a card.
func (o *office) click(who workflows.PersonID, c *card.Card, label string) bot.Reply {
	o.t.Helper()
	if c == nil {
		o.t.Fatalf("no card to press %q on", label)
	}
	for _, b := range append(slices.Clone(c.Buttons), c.More...) {
		if b.Label == label {
			return o.press(who, b.Action)
		}
	}
	o.t.Fatalf("no button %q on:\n%s", label, cardtest.Text(*c))
	return bot.Reply{}
}

// card gives a request's card as a person sees it.
func (o *office) card(who workflows.PersonID, id string) *card.Card {
	o.t.Helper()
	r, err := o.desk.Show(o.t.Context(), o.who(who), workflows.RequestRef(id))
	return o.checked(r, err).Card
}

// send sends a page with what it shows, changed by values.
func (o *office) send(who workflows.PersonID, f *card.Form, values card.Values) bot.Reply {
	o.t.Helper()
	return o.goes(who, f, values, bot.GoNext)
}

func (o *office) goes(who workflows.PersonID, f *card.Form, values card.Values, way bot.Go) bot.Reply {
	o.t.Helper()
	if f == nil {
		o.t.Fatal("no form to send")
	}
	r, err := o.desk.Submit(o.t.Context(), o.who(who), submission(f, values, way))
	return o.checked(r, err)
}

func submission(f *card.Form, values card.Values, way bot.Go) bot.Submission {
	s := bot.Submission{Form: f.ID, Revision: f.Revision, Values: card.Values{}, Go: way}
	for _, field := range f.Fields {
		if len(field.Value) > 0 {
			s.Values[field.Key] = field.Value
		}
	}
	maps.Copy(s.Values, values)
	return s
}

// checked holds every reply against the neutral limits.
func (o *office) checked(r bot.Reply, err error) bot.Reply {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
	if r.Card != nil {
		if err := card.Check(*r.Card); err != nil {
			o.t.Errorf("card of a reply: %v", err)
		}
	}
	if r.Form != nil {
		if err := card.CheckForm(*r.Form); err != nil {
			o.t.Errorf("form of a reply: %v", err)
		}
	}
	if r.Text != card.CleanLines(r.Text) {
		o.t.Errorf("text of a reply is not clean: %q", r.Text)
	}
	return r
}

// typed gives the values of a page of a flow for answers.
func (o *office) typed(f *card.Form, flow string, answers policy.Answers) card.Values {
	out := card.Values{}
	for _, field := range f.Fields {
		if q, ok := o.Company.Flow(flow).Question(field.Key); ok {
			out[field.Key] = view.Typed(q, answers[field.Key])
		}
	}
	return out
}

// request sends a whole request through the form and gives its id.
func (o *office) request(who workflows.PersonID, flow string, answers policy.Answers) string {
	o.t.Helper()
	r := o.press(who, card.Action{Verb: view.VerbRequest, Arg: flow})
	for range 6 {
		if r.Kind == bot.ReplyNotice {
			break
		}
		r = o.send(who, r.Form, o.typed(r.Form, flow, answers))
	}
	if r.Kind != bot.ReplyNotice || r.Card == nil {
		o.t.Fatalf("the request did not go through: %+v", r)
	}
	return r.Card.Kicker
}

func (o *office) FindPeople(_ context.Context, text string, _ int) (out []workflows.Person, err error) {
	for _, p := range o.Roster().All() {
		if p.Active && strings.Contains(strings.ToLower(p.Name+" "+p.Email), strings.ToLower(text)) {
			out = append(out, p)
		}
	}
	return out, nil
}
