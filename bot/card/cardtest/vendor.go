package cardtest

import (
	"slices"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// keeper is who keeps facts about vendors in the company.
const keeper = "rosa"

// kept is what Rosa keeps of a vendor, as somebody sees it; change makes another one of it.
func kept(viewer workflows.PersonID, change func(*vendor.Vendor)) view.Vendor {
	c := NewCompany()
	rosa := workflows.Person{ID: keeper, Name: "Rosa Diaz", Manager: "marek", Active: true, Roles: []workflows.Role{workflows.SupplierManager}}
	rosa.Hours = c.People["ana"].Hours
	c.People[keeper] = rosa
	v := vendor.Vendor{
		ID: "VEN-3", Name: "Otter.ai, Inc.", Plan: "business_contract", Flow: "ai-use", State: vendor.StateKept,
		Keepers: []workflows.Role{workflows.SupplierManager}, Seq: 2, Revision: 2, Records: 3,
		Facts: []vendor.Fact{
			{Key: "data_location", Answer: []string{"eu_eea"}, Proof: "https://otter.example/terms", Seen: "2025-11-20", Until: "2026-11-20", By: keeper, At: c.Now},
			{Key: "vendor_assurances", Answer: []string{"no_training", "dpa"}, Proof: "Contract of 2025, annex 3", Seen: "2025-11-20", Until: "2026-11-20", By: keeper, At: c.Now},
		},
	}
	if change != nil {
		change(&v)
	}
	return view.Vendor{Vendor: v, Flow: c.Flow("ai-use"), Roster: c.Roster(), Viewer: c.People[viewer], Now: c.Now}
}

// aging makes it one of which a fact counts not much longer.
func aging(v *vendor.Vendor) {
	at := NewCompany().Now
	v.Facts = slices.Clone(v.Facts)
	v.Facts[0].Seen, v.Facts[0].Until, v.Facts[0].Asked = "2024-12-10", "2025-12-10", at
	v.Waits = []workflows.Wait{{
		About: workflows.VendorRef(v.ID), Who: keeper, Why: workflows.WhyVendorFact, Part: "data_location", Since: at, Due: at.AddDate(0, 0, 17),
	}}
}

// outdated makes it one of which a fact counts no longer.
func outdated(v *vendor.Vendor) {
	v.Facts = slices.Clone(v.Facts[:1])
	v.Facts[0].Seen, v.Facts[0].Until, v.Facts[0].Over = "2024-11-10", "2025-11-10", true
}

// withdrawn makes it one of which nothing is kept any more.
func withdrawn(v *vendor.Vendor) {
	v.ID, v.Name, v.Plan, v.State, v.Facts = "VEN-4", "Zoom", "own", vendor.StateEmpty, nil
}

func hostileVendor(text string) view.Vendor {
	return kept(keeper, func(v *vendor.Vendor) {
		v.Name, v.Facts = text, slices.Clone(v.Facts)
		v.Facts[0].Proof = text
	})
}

// vendors are the cards about what is kept of vendors.
func vendors() []Card {
	eyes := kept(keeper, nil).Eyes()
	return []Card{
		{"vendor", view.VendorCard(kept(keeper, nil))},
		{"vendor-compliance", view.VendorCard(kept("helen", nil))},
		{"vendor-aging", view.VendorCard(kept(keeper, aging))},
		{"vendor-outdated", view.VendorCard(kept(keeper, outdated))},
		{"vendor-withdrawn", view.VendorCard(kept(keeper, withdrawn))},
		{"vendors", view.Vendors(eyes, []view.Vendor{kept(keeper, nil), kept(keeper, withdrawn)}, false)},
		{"vendors-none", view.Vendors(eyes, nil, false)},
		{"kept-backed", view.Request(backed(nil))},
		{"kept-backed-details", view.Details(backed(nil))},
		{"kept-differs", view.Request(backed(policy.Answers{"data_location": text("other")}))},
		{"kept-differs-details", view.Details(backed(policy.Answers{"data_location": text("other")}))},
	}
}

// backed is a request of Ana whose vendor answers are kept, as Ben sees it; more are answers of her own.
func backed(more policy.Answers) view.Case {
	c := NewCompany()
	v := kept(keeper, nil)
	c.People[keeper], _ = v.Roster.Person(keeper)
	answers := with(MeetingNotes(), policy.Answers{"data_location": text("eu_eea"), "vendor_assurances": many("no_training", "dpa")})
	c.Kept = v.Vendor.Kept("2025-11-24")
	return c.Case(c.Send("ana", "ai-use", with(answers, more), ""), "ben")
}

// vendorForms are the forms of what is kept of a vendor, and the page that it fills in.
func vendorForms() []Form {
	v := kept(keeper, nil)
	empty := v
	empty.Vendor = vendor.Vendor{Flow: "ai-use"}
	fresh := policy.Draft{ID: "d-vendor", Form: view.VerbVendor, Revision: 1, Answers: policy.Answers{}}
	change := policy.Draft{ID: "d-vendor-change", Form: view.VerbVendorChange, Revision: 1, Answers: policy.Answers{}, About: workflows.VendorRef(v.Vendor.ID)}
	view.FillVendor(&change, v)
	wrong := view.Sheet{Draft: fresh, Errors: map[string]string{
		vendor.FieldName:                    "Say which vendor it is.",
		vendor.FieldProof + "data_location": "Say where this stands: a link, or in words. Without a proof it is not kept.",
	}}
	filled := func(own policy.Answers) func(*view.Form, *view.Sheet) {
		return func(f *view.Form, s *view.Sheet) {
			f.Facts.Kept, f.Names = v.Vendor.Kept("2025-11-24"), v.Roster.Name
			s.Draft.Answers = with(with(s.Draft.Answers, policy.Answers{"data_location": text("eu_eea"), "vendor_assurances": many("no_training", "dpa")}), own)
		}
	}
	return []Form{
		{"vendor", view.VendorForm(empty, view.Sheet{Draft: fresh})},
		{"vendor-wrong", view.VendorForm(empty, wrong)},
		{"vendor-change", view.VendorForm(v, view.Sheet{Draft: change})},
		{"intake-2-filled", page("ai-use", 2, "ana", MeetingNotes(), filled(nil))},
		{"intake-2-differs", page("ai-use", 2, "ana", MeetingNotes(), filled(policy.Answers{"data_location": text("other")}))},
	}
}
