package simulation_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/policy"
)

// The years of the simulation: the clocks change four times in each of its zones that has summer time, in the north and in
// the south, and the shipped calendars know their holidays.
var (
	simBegin = time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC)
	simEnd   = time.Date(2028, 2, 2, 0, 0, 0, 0, time.UTC)
)

// simZones are where the people of the simulation work, and by which calendar. Two calendars are of the simulation itself:
// shifts that begin and end in the hours that the clocks skip or show twice.
var simZones = []struct{ zone, calendar string }{
	{"Europe/London", "GB-ENG"},
	{"Europe/Madrid", "ES-MD"},
	{"America/New_York", "US-NY"},
	{"America/Santiago", "EARLY"},
	{"America/St_Johns", "NIGHT"},
	{"America/Sao_Paulo", "BR-SP"},
	{"Asia/Kolkata", "IN-KA"},
	{"Asia/Kathmandu", "default"},
	{"Asia/Tokyo", "JP"},
	{"Australia/Lord_Howe", "NIGHT"},
	{"Australia/Sydney", "AU-NSW"},
	{"Pacific/Auckland", "NIGHT"},
}

// In St John's and Auckland the clocks change at two or three at night, in Lord Howe by half an hour at two, in Santiago at
// midnight, always before or on a Sunday.
const simCalendars = `
  NIGHT: {from: "02:00", to: "10:00", weekend: [friday, saturday]}
  EARLY: {from: "00:00", to: "08:00", weekend: [friday, monday]}
`

// simPack is the shipped pack with the calendars of the simulation.
func simPack(t testing.TB) *policy.Pack {
	t.Helper()
	files := fstest.MapFS{}
	shipped := policy.EmbeddedFS()
	entries, err := fs.ReadDir(shipped, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := fs.ReadFile(shipped, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() == "calendars.yaml" {
			text = append(text, simCalendars...)
		}
		files[e.Name()] = &fstest.MapFile{Data: text}
	}
	pack, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// staff are the two hundred people: a head, three directors, twenty managers of eight people each, and sixteen who hold a
// role. Who holds a role never asks and never owns, so that who may decide can be told without the rules that are judged.
type staff struct {
	list  []workflows.PersonID
	of    map[workflows.PersonID]*member
	roles map[workflows.Role][]workflows.PersonID
	teams [][]workflows.PersonID // of each manager
	heads []workflows.PersonID   // the managers
}

// member is a person as the oracle knows them.
type member struct {
	row   directory.Row
	diary *diary
	chat  string    // the surface of their account; empty for the portal alone
	left  time.Time // when they left; zero while they work
	away  []*absence
}

const (
	simManagers = 20
	simTeam     = 8
)

// hire makes everybody.
func hire(pack *policy.Pack) *staff {
	s := &staff{of: map[workflows.PersonID]*member{}, roles: map[workflows.Role][]workflows.PersonID{}}
	diaries := map[string]*diary{}
	add := func(manager workflows.PersonID, roles ...workflows.Role) workflows.PersonID {
		n := len(s.list)
		id := workflows.PersonID(fmt.Sprintf("P-%03d", n))
		at := simZones[(n*7+n/12)%len(simZones)]
		if diaries[at.zone] == nil {
			zone, err := time.LoadLocation(at.zone)
			if err != nil {
				panic(err)
			}
			diaries[at.zone] = newDiary(pack.Calendars[at.calendar], zone, simBegin, simEnd.AddDate(1, 6, 0))
		}
		s.list = append(s.list, id)
		s.of[id] = &member{
			row: directory.Row{
				Person:   workflows.Person{ID: id, Name: "Person " + string(id), Email: strings.ToLower(string(id)) + "@example.com", Manager: manager, Active: true, Roles: roles},
				ZoneName: at.zone, Calendar: at.calendar,
			},
			diary: diaries[at.zone], chat: []string{"slack", "teams", "slack", "teams", ""}[n%5],
		}
		for _, r := range roles {
			s.roles[r] = append(s.roles[r], id)
		}
		return id
	}
	head := add("", workflows.TopManagement)
	directors := []workflows.PersonID{add(head), add(head), add(head)}
	for i := range simManagers {
		m := add(directors[i%3])
		var team []workflows.PersonID
		for range simTeam {
			team = append(team, add(m))
		}
		s.heads, s.teams = append(s.heads, m), append(s.teams, team)
	}
	for i, role := range []workflows.Role{
		"ciso", "ciso", "dpo", "dpo", workflows.LegalCounsel, workflows.LegalCounsel, workflows.AIGovernance, workflows.AIGovernance,
		workflows.ComplianceLead, workflows.ComplianceLead, workflows.InternalAuditor, workflows.TopManagement,
		workflows.Administrator, "hr_lead", "it_operations", "supplier_manager",
	} {
		add(directors[i%3], role)
	}
	return s
}

// changes is the file by which everybody comes.
func (s *staff) changes() []directory.Change {
	var out []directory.Change
	for _, id := range s.list {
		m := s.of[id]
		c := directory.Change{Row: m.row}
		if m.chat != "" {
			c.Accounts = []workflows.Account{{
				ID: m.chat + ":" + string(id), Person: id, Surface: m.chat, User: "U-" + string(id), Confirmed: true, Proof: workflows.ProofImport,
			}}
		}
		out = append(out, c)
	}
	return out
}

// active says whether somebody works there at a time.
func (s *staff) active(id workflows.PersonID, at time.Time) bool {
	m := s.of[id]
	return m != nil && (m.left.IsZero() || at.Before(m.left))
}

// manager gives the nearest superior who works there.
func (s *staff) manager(id workflows.PersonID, at time.Time) workflows.PersonID {
	for id = s.of[id].row.Manager; id != "" && !s.active(id, at); {
		id = s.of[id].row.Manager
	}
	return id
}

// surfaces names where somebody gets messages.
func (m *member) surfaces() []string {
	if m.chat == "" {
		return []string{workflows.SurfacePortal}
	}
	return []string{workflows.SurfacePortal, m.chat}
}
