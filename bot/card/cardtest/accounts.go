package cardtest

import (
	"time"

	"steward/bot/view"
	"steward/workflows"
)

// accounts gives the cards about whose account something is.
func accounts() []Card {
	c := NewCompany()
	c.at("25 15:00")
	link := func(id string, who workflows.PersonID, surface string, state workflows.LinkState, proof workflows.Proof) workflows.Link {
		l := workflows.Link{
			Account: workflows.Account{ID: id, Person: who, Surface: surface, Confirmed: state == workflows.LinkLinked, Proof: proof}, State: state,
		}
		if state == workflows.LinkLinked {
			l.UsedAt = c.Now.AddDate(0, 0, -1)
		}
		return l
	}
	proposed := link("acc-9f2c41d07b3e5a68", "ana", "slack", workflows.LinkProposed, workflows.ProofNone)
	half := link("acc-17d9e0b2c4f6a835", "cleo", "slack", workflows.LinkLinked, workflows.ProofPerson)
	whole := link("teams:cleo", "cleo", "teams", workflows.LinkLinked, workflows.ProofImport)
	ended := link("acc-17d9e0b2c4f6a835", "cleo", "slack", workflows.LinkEnded, workflows.ProofNone)
	jacks := link("slack:jack", "jack", "slack", workflows.LinkLinked, workflows.ProofImport)
	ana, jack, cleo := c.Eyes("ana").Viewer, c.Eyes("jack").Viewer, c.Eyes("cleo")
	at := c.Now.Add(-time.Hour)
	return []Card{
		{"account-whose", view.AreYou(view.Whose{Link: proposed, Person: ana, Name: "ana.r", Email: "Ana@example.com"})},
		{"account-whose-message", view.AreYou(view.Whose{Link: proposed, Person: ana})},
		{"account-linked", view.LinkedNow(proposed, ana, false)},
		{"account-linked-half", view.LinkedNow(half, cleo.Viewer, true)},
		{"account-not-you", view.NotYou("slack")},
		{"account-list", view.Accounts(cleo, []workflows.Link{whole, half})},
		{"account-list-one", view.Accounts(cleo, []workflows.Link{half})},
		{"account-list-none", view.Accounts(cleo, nil)},
		{"account-came", view.LinkNews(cleo, view.AccountNews{Link: half})},
		{"account-came-file", view.LinkNews(cleo, view.AccountNews{Link: whole, Do: workflows.LinkImport, At: at})},
		{"account-moved", view.LinkNews(cleo, view.AccountNews{Link: whole, Do: workflows.LinkImport, At: at, Part: workflows.PartMoved})},
		{"account-went", view.LinkNews(cleo, view.AccountNews{Link: ended, Do: workflows.LinkEnd, At: at, By: jack})},
		{"account-taken", view.LinkNews(cleo, view.AccountNews{Link: jacks, Do: workflows.LinkReplace, At: at, Part: workflows.PartTaken, From: cleo.Viewer, To: jack})},
		{"account-passed", view.LinkNews(cleo, view.AccountNews{
			Link: jacks, Do: workflows.LinkImport, At: at, Part: workflows.PassedPart(3), From: ana, To: jack,
		})},
	}
}
