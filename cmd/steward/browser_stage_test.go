package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// stagehand makes what pages show.
type stagehand struct {
	t       *testing.T
	a       *app
	surfers map[workflows.PersonID]*surfer
}

func (s stagehand) as(who workflows.PersonID) *surfer {
	s.t.Helper()
	if s.surfers[who] == nil {
		s.surfers[who] = newSurfer(s.t, s.a.url())
		s.surfers[who].do(http.MethodPost, "/sign-in", url.Values{"person": {string(who)}})
	}
	return s.surfers[who]
}

// draft begins a request and fills in so many pages of it; it gives the address of the next page.
func (s stagehand) draft(who workflows.PersonID, pages int) string {
	s.t.Helper()
	b := s.as(who)
	_, at, body := b.do(http.MethodPost, "/requests/new", url.Values{"flow": {flowAIUse}})
	for range pages {
		form := url.Values{"revision": {between(body, `name="revision" value="`, `"`)}, "go": {"next"}}
		for key, answer := range otter().answers() {
			for _, one := range append(answer.List, answer.Text) {
				if one != "" {
					form.Add("f."+key, one)
				}
			}
		}
		if status, _, _ := b.do(http.MethodPost, at, form); status != http.StatusOK {
			s.t.Fatalf("a page of the form is answered with %d", status)
		}
		_, _, body = b.do(http.MethodGet, at, nil)
	}
	return at
}

// propose asks a second person for a change and gives the address of the proposal.
func (s stagehand) propose(who workflows.PersonID, path string, form url.Values) string {
	s.t.Helper()
	b := s.as(who)
	_, _, body := b.do(http.MethodGet, path, nil)
	for _, hidden := range regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`).FindAllStringSubmatch(body, -1) {
		form.Add(hidden[1], hidden[2])
	}
	status, at, body := b.do(http.MethodPost, path, form)
	if status != http.StatusOK || !strings.HasPrefix(at, "/settings/proposals/") {
		s.t.Fatalf("%s is answered with %d at %s\n%s", path, status, at, body)
	}
	return at
}

// otherPolicy stores a policy that differs from the one in force, and gives its hash.
func (s stagehand) otherPolicy() string {
	s.t.Helper()
	files, now := fstest.MapFS{}, policy.Embedded()
	for _, name := range now.Files() {
		text := strings.ReplaceAll(now.Text(name), "On trial with a few people", "Tried out by a few people")
		files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "{tier: limited, min: 20}", "{tier: limited, min: 25}"))}
	}
	next, err := policy.Load(files)
	if err != nil {
		s.t.Fatal(err)
	}
	asked, no, err := s.a.engine.Propose(s.t.Context(), workflows.ProposalAsk{
		What: workflows.ProposePolicy, From: now.Hash, To: next.Hash, Reason: "A first try.", Actor: arjun, Via: cliVia(),
	}, next)
	if err == nil && no == nil {
		_, no, err = s.a.engine.SettleProposal(s.t.Context(), workflows.ProposalAct{ID: asked.ID, Do: workflows.DoWithdraw, From: now.Hash, To: next.Hash, Actor: arjun, Via: cliVia()})
	}
	if err != nil || no != nil {
		s.t.Fatal(no, err)
	}
	return next.Hash
}

// deliveries makes one message that failed for good and one that waits, on a platform that the demo does not have.
func (s stagehand) deliveries() (dead, waiting string) {
	s.t.Helper()
	ctx := s.t.Context()
	for i, id := range []string{"AIR-12", "AIR-11"} {
		about := workflows.RequestRef(id)
		err := s.a.store.Do(ctx, func(tx engine.Tx) error {
			mail := workflows.Mail{About: about, Record: 900 + i, To: ben, Why: workflows.WhyDecide, Lane: workflows.LaneOutcome, At: s.a.clock.Now()}
			if err := tx.PutMails(ctx, []workflows.Mail{mail}); err != nil {
				return err
			}
			mails, err := tx.TakeMails(ctx, s.a.clock.Now(), 100)
			if err != nil {
				return err
			}
			account := workflows.Account{Surface: "slack", Tenant: "T1", User: "U1", Person: ben}
			for _, m := range mails {
				if m.Record == mail.Record {
					err = tx.Expand(ctx, m, []engine.Outgoing{{Key: "browser/" + id, Account: account, Why: m.Why, Lane: m.Lane, Bucket: "slack/post"}})
				}
			}
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		if i > 0 {
			continue
		}
		claimed, err := s.a.store.Claim(ctx, []string{"slack"}, 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			s.t.Fatal(claimed, err)
		}
		dead = fmt.Sprintf("/deliveries/%d", claimed[0].ID)
		_ = s.a.store.Finish(ctx, claimed[0], workflows.Finish{State: workflows.FinishFailed, Reason: "account_inactive"}) // it says that nothing was sent
	}
	rows, _, err := s.a.store.DeliveryRows(ctx, workflows.DeliveryFilter{About: workflows.RequestRef("AIR-11"), Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Account.Surface == "slack" {
			waiting = fmt.Sprintf("/deliveries/%d", r.ID)
		}
	}
	return dead, waiting
}
