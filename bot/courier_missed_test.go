package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/workflows"
)

// missed gives those who are not reached.
type missed struct {
	n     int
	fault error
}

func (m missed) Unreached(_ context.Context, mailed bool, n int) (out []workflows.Unreached, err error) {
	if mailed {
		return nil, errors.New("no e-mail is written here")
	}
	for i := range min(m.n, n) {
		out = append(out, workflows.Unreached{Person: workflows.PersonID(fmt.Sprint("P-", i+1)), Waits: 1, Since: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)})
	}
	return out, m.fault
}

// TestCourierNamesWhoIsNotReached: the daily message of a compliance lead does, says how many more there are, and leads to them.
func TestCourierNamesWhoIsNotReached(t *testing.T) {
	for name, c := range map[string]struct {
		reach bot.Unreached
		role  workflows.Role
		want  string // empty: it is moot
		state workflows.FinishState
	}{
		"one":                       {missed{n: 1}, workflows.ComplianceLead, "Ana Ruiz: ", workflows.FinishSent},
		"many":                      {missed{n: 14}, workflows.ComplianceLead, "and 4 more in the portal, under Deliveries", workflows.FinishSent},
		"nobody any more":           {missed{}, workflows.ComplianceLead, "", workflows.FinishMoot},
		"to who has no such role":   {missed{n: 1}, workflows.InternalAuditor, "", workflows.FinishMoot},
		"where nobody looks for it": {nil, workflows.ComplianceLead, "", workflows.FinishMoot},
		"a fault is tried again":    {missed{fault: errors.New("away")}, workflows.ComplianceLead, "", workflows.FinishRetry},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(cfg *bot.CourierConfig) { cfg.Reach = c.reach })
			p := b.house.people["P-3"]
			p.Roles = append(p.Roles, c.role)
			b.house.people["P-3"] = p
			b.queue.put(workflows.Delivery{
				Mail:    workflows.Mail{About: workflows.DirectoryRef(), Record: 20000, To: "P-3", Why: workflows.WhyRemind, Lane: workflows.LaneRemind},
				Account: account("P-3"),
			})
			b.drain(t, 1)
			ends := b.queue.ends(1)
			if end := ends[len(ends)-1]; end.State != c.state {
				t.Fatalf("ended as %+v", end)
			}
			if c.want == "" {
				return
			}
			sent := b.chat.sent[0].Card
			if text := cardtest.Text(sent); !strings.Contains(text, c.want) || !strings.Contains(text, "->/deliveries") || !strings.Contains(text, "since Fri 20 Nov") {
				t.Errorf("want %q:\n%s", c.want, text)
			}
			if err := card.Check(sent); err != nil {
				t.Error(err)
			}
		})
	}
}
