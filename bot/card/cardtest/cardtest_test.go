package cardtest_test

import (
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
)

func TestCatalogueKeepsTheLimits(t *testing.T) {
	names := map[string]bool{}
	unique := func(name string) {
		t.Helper()
		if names[name] {
			t.Errorf("%s is in the catalogue twice", name)
		}
		names[name] = true
	}
	for _, c := range cardtest.Cards() {
		unique("card " + c.Name)
		if err := card.Check(c.Card); err != nil {
			t.Errorf("card %s: %v", c.Name, err)
		}
	}
	for _, f := range cardtest.Forms() {
		unique("form " + f.Name)
		if err := card.CheckForm(f.Form); err != nil {
			t.Errorf("form %s: %v", f.Name, err)
		}
	}
	for _, h := range cardtest.Homes() {
		unique("home " + h.Name)
		if err := card.CheckHome(h.Home); err != nil {
			t.Errorf("home %s: %v", h.Name, err)
		}
	}
	for _, c := range cardtest.Charts() {
		unique("chart " + c.Name)
		if err := card.CheckChart(c.Chart); err != nil {
			t.Errorf("chart %s: %v", c.Name, err)
		}
	}
	if n := len(cardtest.Hostile()); n < 200 {
		t.Errorf("%d hostile texts, want 200", n)
	}
}
