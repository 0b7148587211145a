package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// organisationThings is what holds for all flows.
func organisationThings(p *Pack) []thing {
	o := p.Organisation
	out := []thing{{key: "all", name: "For all requests", says: []saying{
		{"time zone", o.Zone},
		{"calendar", o.Calendar},
		{"an unanswered question reminds after working days", numbers(o.Questions.Remind)},
		{"and the clock runs again after working days", num(o.Questions.Resume)},
	}}}
	for _, r := range o.Roles {
		out = append(out, thing{"role " + string(r.Key), "Role " + named(r.Label, string(r.Key)), []saying{
			{"name", r.Label},
			{"what it does", r.Note},
			{"worked out for each request", only(r.Relation)},
			{"decides", yesNo(r.Decides)},
			{"compliance", yesNo(r.Compliance)},
			{"administers Steward", yesNo(r.Administers)},
		}})
	}
	for _, key := range slices.Sorted(maps.Keys(o.Switches)) {
		on := "off"
		if o.Switches[key] {
			on = "on"
		}
		out = append(out, thing{"switch " + key, "Switch " + key, []saying{{"switched", on}}})
	}
	for _, d := range o.Identity.TrustedDomains {
		out = append(out, thing{"domain " + d, "Trusted e-mail domain " + d, nil})
	}
	for _, v := range o.Views {
		says := []saying{{"name", v.Label}}
		for _, risk := range v.Risks {
			says = append(says, saying{strings.ReplaceAll(risk.Key, "_", " "), list(risk.Categories)})
		}
		out = append(out, thing{"view " + v.Key, named(v.Label, v.Key), says})
	}
	return out
}

// calendarThings is the working weeks and the days off.
func calendarThings(p *Pack) []thing {
	var out []thing
	for _, code := range slices.Sorted(maps.Keys(p.Calendars)) {
		c := p.Calendars[code]
		days := make([]string, len(c.Weekend))
		for i, d := range c.Weekend {
			days[i] = d.String()
		}
		says := []saying{{"working day", clockOf(c.From) + " to " + clockOf(c.To)}, {"days off each week", list(days)}}
		for _, day := range slices.Sorted(maps.Keys(c.Holidays)) {
			says = append(says, saying{day, c.Holidays[day]})
		}
		out = append(out, thing{code, "Calendar " + code, says})
	}
	return out
}

func clockOf(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

func numbers(n []int) string {
	out := make([]string, len(n))
	for i, v := range n {
		out[i] = fmt.Sprint(v)
	}
	return list(out)
}

// roleName is a role as the pack names it.
func (p *Pack) roleName(r workflows.Role) string {
	if info, ok := p.Role(r); ok {
		return info.Label
	}
	return string(r)
}

func (p *Pack) roleNames(roles []workflows.Role) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = p.roleName(r)
	}
	return list(out)
}

// RoleDetails says what two sets of roles differ in, with the names that the pack has for them: the roles that are gained
// and those that are lost.
func (p *Pack) RoleDetails(from, to []workflows.Role) (gained, lost []RoleInfo) {
	return p.roleInfos(workflows.RolesWithout(to, from)), p.roleInfos(workflows.RolesWithout(from, to))
}

func (p *Pack) roleInfos(roles []workflows.Role) []RoleInfo {
	var out []RoleInfo
	for _, r := range roles {
		info, ok := p.Role(r)
		if !ok {
			info = RoleInfo{Key: r, Label: r.Words()}
		}
		out = append(out, info)
	}
	return out
}
