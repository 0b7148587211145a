package surfacetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// applyVendor does what the engine does: step, record, effects.
func (m *Memory) applyVendor(ev workflows.Event) (workflows.Applied, error) {
	what, said := ev.What.(vendor.Kept)
	at := slices.IndexFunc(m.vendors, func(v vendor.Vendor) bool { return v.ID == ev.About.ID })
	if said && ev.About.ID == "" {
		if at = m.vendorNamed(what.Name, what.Plan); at < 0 {
			ev.About = workflows.VendorRef(fmt.Sprintf("%s-%d", workflows.VendorPrefix, len(m.vendors)+1))
		} else {
			ev.About = workflows.VendorRef(m.vendors[at].ID)
		}
	}
	before := vendor.Vendor{Flow: what.Flow}
	if at >= 0 {
		before = m.vendors[at]
	}
	zone, err := time.LoadLocation(m.pack.Organisation.Zone)
	if err != nil {
		return workflows.Applied{}, err
	}
	f := vendor.Facts{Roster: m.roster(), Zone: zone}
	f.Flow, _ = m.pack.Flow(before.Flow)
	if at < 0 {
		before = vendor.Vendor{}
	}
	out := vendor.Step(before, ev, f)
	if len(out.Records)+len(out.Effects) == 0 {
		return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
	}
	v := out.State
	if v.Records, err = m.record(ev, 0, v.Revision, out.Records); err != nil {
		return workflows.Applied{}, err
	}
	if at < 0 {
		m.vendors = append(m.vendors, v)
	} else {
		m.vendors[at] = v
	}
	for _, e := range out.Effects {
		m.effect(e, ev, v.Records)
	}
	return workflows.Applied{About: ev.About}, nil
}

// vendorNamed finds what is kept of a vendor and a plan; -1 where nothing is.
func (m *Memory) vendorNamed(name, plan string) int {
	key := func(s string) string { return workflows.NameKey(strings.ToLower(s)) }
	return slices.IndexFunc(m.vendors, func(v vendor.Vendor) bool { return key(v.Name) == key(name) && v.Plan == plan })
}

// keptOf gives what is kept of the vendor and the plan that answers name.
func (m *Memory) keptOf(flow *policy.Flow, a policy.Answers, today time.Time) []policy.KeptFact {
	rule := flow.VendorFacts
	if rule == nil {
		return nil
	}
	i := m.vendorNamed(a[rule.Vendor].Text, a[rule.Plan].Text)
	if i < 0 {
		return nil
	}
	return m.vendors[i].Kept(today.Format(time.DateOnly))
}

// Vendor implements [bot.Vendors].
func (m *Memory) Vendor(_ context.Context, id string) (vendor.Vendor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.vendors {
		if v.ID == id {
			return v, nil
		}
	}
	return vendor.Vendor{}, workflows.ErrNotFound
}

// VendorNamed implements [bot.Vendors].
func (m *Memory) VendorNamed(_ context.Context, name, plan string) (vendor.Vendor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.vendorNamed(name, plan); i >= 0 {
		return m.vendors[i], nil
	}
	return vendor.Vendor{}, workflows.ErrNotFound
}

// Vendors implements [bot.Vendors]; it gives all of them on one page.
func (m *Memory) Vendors(_ context.Context, text, after string, _ int) (out []vendor.Vendor, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.vendors {
		if after == "" && strings.Contains(strings.ToLower(v.Name), strings.ToLower(text)) {
			out = append(out, v)
		}
	}
	return out, nil
}
