package register_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// The people who join: Uma is in Ana's team and department, Ugo in neither. Mia manages Ugo, and Tom manages Mia.
const (
	uma workflows.PersonID = "P-uma"
	ugo workflows.PersonID = "P-ugo"
	mia workflows.PersonID = "P-mia"
	max workflows.PersonID = "P-max" // reports to Tom, as Mia does
	tom workflows.PersonID = "P-tom" // nobody manages him
)

func joiners(delegations []workflows.Delegation, gone ...workflows.PersonID) workflows.Roster {
	all := people(gone...).All()
	for i, p := range all {
		if p.ID == ana {
			all[i].Department = "Sales"
		}
	}
	for id, as := range map[workflows.PersonID]workflows.Person{
		uma: {Manager: ben, Department: "Sales"}, ugo: {Manager: mia, Department: "Research"}, mia: {Manager: tom}, max: {Manager: tom}, tom: {},
	} {
		as.ID, as.Name, as.Active = id, string(id), !slices.Contains(gone, id)
		all = append(all, as)
	}
	return workflows.NewRoster(all, delegations)
}

// shared is a system whose approval covers so many.
func shared(t *testing.T, covers policy.Coverage, tasks ...register.Task) *play {
	t.Helper()
	d := approved(tasks...)
	d.Covers = covers
	p := &play{T: t, at: start(), roster: joiners(nil)}
	p.decided(d)
	return p
}

func yes() register.Joined { return register.Joined{Within: true, Accepts: true} }

// users gives who joined and who asks.
func (p *play) users() (users, asks []workflows.PersonID) {
	for _, u := range p.s.Joined {
		users = append(users, u.Who)
	}
	for _, a := range p.s.Asks {
		if a.State == register.AskOpen {
			asks = append(asks, a.Who)
		}
	}
	return users, asks
}

func (p *play) kinds() string {
	var out []string
	for _, f := range p.last.Records {
		out = append(out, f.Kind)
	}
	return strings.Join(out, " ")
}

func TestCovered(t *testing.T) {
	for covers, joins := range map[policy.Coverage][]workflows.PersonID{
		policy.CoversNobody: nil, policy.CoversTeam: {uma, ben}, policy.CoversDepartment: {uma}, policy.CoversEveryone: {uma, ben, ugo, tom},
	} {
		t.Run("it covers "+string(covers), func(t *testing.T) {
			for _, who := range []workflows.PersonID{uma, ben, ugo, tom} {
				p := shared(t, covers)
				p.by(who, yes())
				users, asks := p.users()
				if at := slices.Contains(joins, who); at != slices.Equal(users, []workflows.PersonID{who}) || at == slices.Equal(asks, []workflows.PersonID{who}) {
					t.Errorf("%s asks, users are %v, asking are %v", who, users, asks)
				}
				if slices.Contains(p.s.Told, who) || workflows.MaySee(workflows.Person{ID: who, Active: true}, p.s.Concerned()) {
					t.Errorf("%s reads the system by joining it", who)
				}
			}
		})
	}
	p := shared(t, policy.CoversDepartment)
	all := p.roster.All()
	for i, who := range all {
		if who.ID == ana {
			all[i].Department, all[i].Active = "Research", false
		}
	}
	p.roster = workflows.NewRoster(all, nil)
	p.by(uma, yes())
	if users, _ := p.users(); !slices.Equal(users, []workflows.PersonID{uma}) || p.kinds() != register.FactJoined {
		t.Errorf("the group is not the one of the decision: users are %v after %s", users, p.kinds())
	}
}

// TestUsersAreToldToStop: and read no more by that.
func TestUsersAreToldToStop(t *testing.T) {
	for kind, what := range map[string]register.What{
		"suspended": register.Suspended{Reason: "The vendor trains on our recordings."}, "revoked": register.Revoked{Reason: "The vendor trains on our recordings."},
	} {
		p := shared(t, policy.CoversDepartment)
		p.by(uma, yes())
		p.by(gina, what)
		if p.told()[uma] != workflows.WhyStop || slices.Contains(p.s.Told, uma) {
			t.Errorf("%s: told are %v, readers %v", kind, p.told(), p.s.Told)
		}
	}
}

func TestAnswers(t *testing.T) {
	p := shared(t, policy.CoversTeam)
	p.refused(ugo, register.Joined{Accepts: true}, workflows.CodeField)
	p.refused(ugo, register.Joined{Within: true}, workflows.CodeField)
	p.refused(ana, yes(), workflows.CodeDecided)
	p.refused(ugo, register.Left{}, workflows.CodeNotNow)
	p.by(ugo, yes())
	if got := p.waits(); !slices.Equal(got, []string{"join P-mia P-ugo"}) || p.told()[mia] != workflows.WhyJoin || slices.Contains(p.s.Told, mia) {
		t.Errorf("it waits for %v, told are %v", got, p.told())
	}
	p.refused(ugo, yes(), workflows.CodeDecided)
	p.refused(ugo, register.JoinAgreed{Who: ugo}, workflows.CodeOwnRequest)
	for _, who := range []workflows.PersonID{ana, ben, gina, tom, max} {
		p.refused(who, register.JoinAgreed{Who: ugo}, workflows.CodeNotEntitled)
	}
	p.refused(mia, register.JoinAgreed{Who: uma}, workflows.CodeUnknown)
	p.refused(mia, register.JoinRefused{Who: ugo, Reason: "No."}, workflows.CodeField)
	p.by(mia, register.JoinRefused{Who: ugo, Reason: why})
	if a, _ := p.s.Ask(ugo); a.State != register.AskRefused || a.By != mia || a.Reason != why || p.told()[ugo] != workflows.WhyJoined || len(p.s.Waits) > 0 {
		t.Errorf("the ask is %+v, told are %v", a, p.told())
	}
	if f := p.last.Records[0]; f.Kind != register.FactJoinRefused || f.Texts["reason"] != why {
		t.Errorf("the record is %+v", f)
	}
	p.refused(mia, register.JoinAgreed{Who: ugo}, workflows.CodeDecided)
	p.by(ugo, yes())
	p.by(mia, register.JoinAgreed{Who: ugo})
	if u, is := p.s.User(ugo); !is || u.By != mia || len(p.s.Asks) > 0 || p.told()[ugo] != workflows.WhyJoined {
		t.Errorf("the user is %+v, asks are %+v, told are %v", u, p.s.Asks, p.told())
	}
	p.refused(mia, register.JoinAgreed{Who: ugo}, workflows.CodeDecided)
	p.by(ugo, register.Left{})
	if _, is := p.s.User(ugo); is || p.kinds() != register.FactLeft {
		t.Errorf("they are a user after they left: %s", p.kinds())
	}
}

// TestFallbacks has somebody answer where the line manager cannot.
func TestFallbacks(t *testing.T) {
	day := 24 * time.Hour
	away := func(handOver bool, named time.Time) []workflows.Delegation {
		return []workflows.Delegation{{ID: "1", From: mia, To: max, Starts: start().Add(-day), Ends: start().Add(day), NamedAt: named, HandOver: handOver}}
	}
	for name, c := range map[string]struct {
		roster workflows.Roster
		who    workflows.PersonID
		want   []string
	}{
		"the manager has left":              {joiners(nil, mia), ugo, []string{"join P-tom P-ugo"}},
		"there is no manager":               {joiners(nil), tom, []string{"join P-cleo P-tom", "join P-gina P-tom"}},
		"the manager is away":               {joiners(away(false, start().Add(-day))), ugo, []string{"join P-mia P-ugo", "join P-max P-ugo"}},
		"their delegate was named too late": {joiners(away(false, start().Add(time.Hour))), ugo, []string{"join P-mia P-ugo"}},
		"but open work was handed over":     {joiners(away(true, start().Add(time.Hour))), ugo, []string{"join P-mia P-ugo", "join P-max P-ugo"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := shared(t, policy.CoversNobody)
			p.roster = c.roster
			if p.by(c.who, yes()); !slices.Equal(p.waits(), c.want) {
				t.Errorf("it waits for %v, want %v", p.waits(), c.want)
			}
			for _, w := range p.s.Waits {
				q := *p
				q.by(w.Who, register.JoinAgreed{Who: c.who})
			}
		})
	}
	p := shared(t, policy.CoversNobody)
	p.roster = joiners(nil)
	all := slices.DeleteFunc(p.roster.All(), func(one workflows.Person) bool { return one.ID == cleo })
	p.roster = workflows.NewRoster(all, nil)
	if p.by(gina, yes()); len(p.s.Waits) > 0 {
		t.Errorf("the only one who looks after it answers for herself: %v", p.waits())
	}
}

func TestSilence(t *testing.T) {
	p := shared(t, policy.CoversNobody)
	p.by(ugo, yes())
	p.wake("join/remind/P-ugo", start().AddDate(0, 0, 2))
	if want := map[workflows.PersonID]workflows.Why{mia: workflows.WhyRemind}; !maps.Equal(p.told(), want) {
		t.Errorf("told are %v", p.told())
	}
	p.wake("join/late/P-ugo", start().AddDate(0, 0, 5))
	if got := p.waits(); !slices.Equal(got, []string{"join P-mia P-ugo", "join P-tom P-ugo"}) || p.told()[tom] != workflows.WhyJoin {
		t.Errorf("it waits for %v, told are %v", got, p.told())
	}
	p.wake("join/end/P-ugo", start().AddDate(0, 0, 14))
	if users, asks := p.users(); len(users)+len(asks)+len(p.s.Waits) > 0 || p.told()[ugo] != workflows.WhyJoined || p.kinds() != register.FactJoinEnded {
		t.Errorf("silence leaves users %v, asking %v, told %v by %s", users, asks, p.told(), p.kinds())
	}
	p.by(ugo, yes())

	p = shared(t, policy.CoversNobody)
	p.by(ugo, yes())
	p.at = start().AddDate(0, 0, 4)
	p.by(workflows.System, register.Woken{Woken: workflows.Woken{Name: "join/remind/P-ugo", Late: 48 * time.Hour}})
	if p.kinds() != register.FactSkipped || len(p.told()) > 0 {
		t.Errorf("after an outage it says %s, told are %v", p.kinds(), p.told())
	}
}

// TestNoLongerJoinable ends what was asked with the approval, and lets nobody join after it.
func TestNoLongerJoinable(t *testing.T) {
	for name, end := range map[string]func(*play){
		"suspended": func(p *play) { p.by(ana, register.Suspended{Reason: why}) },
		"retired":   func(p *play) { p.by(ana, register.Retired{Reason: why}) },
		"revoked":   func(p *play) { p.by(gina, register.Revoked{Reason: why}) },
		"expired":   func(p *play) { p.wake("expire", p.s.ValidUntil) },
	} {
		t.Run(name, func(t *testing.T) {
			p := shared(t, policy.CoversTeam)
			p.by(uma, yes())
			p.by(ugo, yes())
			if name == "expired" {
				p.s.Asks[0].At = p.s.ValidUntil.AddDate(0, 0, -1) // asked on the last day
			}
			end(p)
			a, _ := p.s.Ask(ugo)
			if a.State != register.AskEnded || p.told()[ugo] != workflows.WhyJoined || !strings.Contains(p.kinds(), register.FactJoinEnded) {
				t.Errorf("the ask is %+v, told are %v by %s", a, p.told(), p.kinds())
			}
			if users, _ := p.users(); !slices.Equal(users, []workflows.PersonID{uma}) {
				t.Errorf("users are %v", users)
			}
			code := workflows.CodeNotNow
			if p.s.State.Over() {
				code = workflows.CodeClosed
			}
			p.refused(ben, yes(), code)
		})
	}
	p := shared(t, policy.CoversTeam)
	p.at = p.s.ValidUntil // and the timer is late
	p.refused(uma, yes(), workflows.CodeNotNow)
}

// TestGone has users leave the company: they cease to be users, and nobody is asked about them any more.
func TestGone(t *testing.T) {
	p := shared(t, policy.CoversTeam)
	p.by(uma, yes())
	p.by(ugo, yes())
	p.by(ben, yes())
	p.roster = joiners(nil, uma, ugo)
	p.by(workflows.System, register.RosterChanged{})
	if users, asks := p.users(); !slices.Equal(users, []workflows.PersonID{ben}) || len(asks)+len(p.s.Waits) > 0 {
		t.Errorf("users are %v, asking are %v, waiting %v", users, asks, p.s.Waits)
	}
	p.by(workflows.System, register.RosterChanged{})
	if len(p.last.Records) > 0 {
		t.Errorf("nothing changed, and it says %s", p.kinds())
	}
}

// TestKeptByRenewal keeps users through a later round, and asks it anew whom it covers.
func TestKeptByRenewal(t *testing.T) {
	p := shared(t, policy.CoversEveryone)
	p.by(ugo, yes())
	d := approved()
	d.Round, d.Covers = 2, policy.CoversTeam
	p.decided(d)
	if users, _ := p.users(); !slices.Equal(users, []workflows.PersonID{ugo}) {
		t.Errorf("users are %v", users)
	}
	if p.by(tom, yes()); len(p.s.Waits) == 0 {
		t.Error("it covers those whom it covered before")
	}
}
