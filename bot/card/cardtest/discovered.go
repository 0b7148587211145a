package cardtest

import (
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/register"
)

// see shows a tool in use, as a list of the company does.
func (c *Company) see(file string) {
	flow := c.Flow("ai-use")
	c.seen = &register.Found{Flow: flow.Key, Policy: flow.Policy(), Version: flow.Version, Governors: flow.Register.Governors}
	c.applySystem(workflows.Event{Actor: workflows.System, At: c.Now, About: workflows.SystemRef("AIS-1"), What: register.Seen{
		Tool: "Fireflies", Vendor: "Fireflies.ai Corp.", Source: "Sign-in log", By: "IT operations", At: c.Now.AddDate(0, 0, -1), Accounts: 14,
		LastUsed: "2025-11-20", File: file,
	}})
}

// systemSeen is a tool that was seen and asked for by nobody.
func systemSeen() *Company {
	c := NewCompany().at("24 09:00")
	c.see("one")
	return c
}

// systemSeenOwned has somebody who is to ask for approval.
func systemSeenOwned() *Company {
	c := systemSeen().at("24 11:00")
	c.Use("cleo", "AIS-1", register.HandedOver{To: "ana", Reason: "Her team uses it in the calls with customers."})
	return c.at("25 09:30")
}

func systemSeenAsked() *Company {
	c := systemSeenOwned()
	c.applySystem(workflows.Event{Actor: "ana", At: c.Now, About: workflows.SystemRef("AIS-1"), What: workflows.Requested{Request: "AIR-9"}})
	return c
}

func systemSeenLate() *Company {
	c := systemSeen()
	c.Until(time.Date(2025, 12, 24, 10, 0, 0, 0, time.UTC))
	return c
}

func systemSeenStopped() *Company {
	c := systemSeen().at("24 11:00")
	c.Use("cleo", "AIS-1", register.Revoked{Reason: "Nobody needs it, and its accounts are closed."})
	return c.at("24 12:00")
}

// systemSeenOff was suspended, and is in use all the same.
func systemSeenOff() *Company {
	c := systemSuspended()
	c.see("two")
	return c
}

// seenScenes gives the scenes of tools that were seen.
func seenScenes() []Scene {
	return []Scene{
		{"seen", systemSeen()},
		{"seen-owned", systemSeenOwned()},
		{"seen-asked", systemSeenAsked()},
		{"seen-late", systemSeenLate()},
		{"seen-stopped", systemSeenStopped()},
		{"seen-off", systemSeenOff()},
	}
}

// seenShots lists the cards about tools that were seen.
func seenShots() []systemShot {
	return []systemShot{
		{"seen-governor", systemSeen, "cleo", view.System},
		{"seen-employee", systemSeen, "jack", view.System},
		{"seen-owner", systemSeenOwned, "ana", systemMessage(workflows.WhySeen, "")},
		{"seen-details", systemSeenOwned, "ana", view.SystemDetails},
		{"seen-explain", systemSeenOwned, "ana", view.SystemExplain},
		{"seen-asked-owner", systemSeenAsked, "ana", view.System},
		{"seen-late-governor", systemSeenLate, "cleo", systemMessage(workflows.WhyEscalated, register.SeenPart)},
		{"seen-stopped-governor", systemSeenStopped, "helen", systemMessage(workflows.WhyStop, "")},
		{"seen-off-governor", systemSeenOff, "cleo", systemMessage(workflows.WhySeen, "")},
	}
}
