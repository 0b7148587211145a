package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// More people, who decide in the embedded pack, and an owner.
const (
	cleo  = workflows.PersonID("P-cleo")
	dan   = workflows.PersonID("P-dan")
	nadia = workflows.PersonID("P-nadia")
	lena  = workflows.PersonID("P-lena")
)

// story drives a real engine with the embedded pack.
type story struct {
	*db
	engine *engine.Engine
	clock  *engine.Clock
	open   workflows.Ref // a request of the story that nobody has decided on
}

func (d *db) story() *story {
	d.Helper()
	s := &story{db: d, clock: engine.NewClock(now)}
	s.engine = engine.New(engine.Config{
		Store: d.store, Now: s.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	})
	_, err := s.engine.EnsurePack(d.ctx, policy.Embedded())
	d.must(err)
	d.people()
	d.must(s.engine.ImportPeople(d.ctx, directory.Plan{Source: "file", Changes: []directory.Change{
		person(cleo, marek, workflows.AIGovernance), person(dan, helen, "dpo"), person(nadia, marek, workflows.LegalCounsel),
		person(lena, marek), person(rahul, marek),
	}}, workflows.System, workflows.Via{Surface: "cli"}))
	return s
}

// by applies an event that has to be allowed, and lets a minute pass.
func (s *story) by(who workflows.PersonID, about workflows.Ref, what workflows.What) workflows.Ref {
	s.Helper()
	done, err := s.engine.Apply(s.ctx, workflows.Event{
		Actor: who, Via: workflows.Via{Surface: "portal"}, About: about, What: what,
	})
	s.must(err)
	if done.Refusal != nil {
		s.Fatalf("%s by %s about %s: %s", what.Kind(), who, about, done.Refusal.Sentence)
	}
	s.clock.Set(s.clock.Now().Add(time.Minute))
	return done.About
}

func (s *story) ask(more policy.Answers) workflows.Ref {
	s.Helper()
	return s.by(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-use", Answers: answers(more)})
}

func answers(more policy.Answers) policy.Answers {
	text := func(s string) policy.Answer { return policy.Answer{Text: s} }
	list := func(s ...string) policy.Answer { return policy.Answer{List: s} }
	a := policy.Answers{
		"tool": text("Otter.ai"), "vendor": text("Otter.ai, Inc."), "plan": text("business_contract"),
		"purpose": text("Minutes of customer calls <b>& notes</b>, read by the account team after a person checked them."),
		"status":  text("planned"), "owner": text(string(lena)), "users": text("my_team"), "our_role": text("use_as_is"),
		"affected": list("employees"), "exposure": list("internal_draft"), "data": list("internal", "personal"),
		"data_location": text("eu_eea"), "vendor_assurances": list("no_training", "dpa", "security_report"),
		"concerns": list("inaccurate"), "practices": list("none"), "areas": list("none"), "autonomy": text("drafts"),
		"system_access": list("reads_workspace"),
	}
	maps.Copy(a, more)
	return a
}

const because = "Because it is written in the contract that we have."

// approved tells of a request that is approved: question, objection overruled, conditions of one's own, acceptance.
func (s *story) approved() workflows.Ref {
	s.Helper()
	r := s.ask(nil)
	s.by(ben, r, approval.Decided{Approve: true, Conditions: []approval.Choice{{Text: "Ask me again in June.", Due: "2027-06-01"}}})
	s.by(yuki, r, approval.Asked{Text: "Who reads the minutes?"})
	s.by(ana, r, approval.Answered{Question: s.request(r.ID).Questions[0].ID, Text: "The account team & nobody else."})
	s.by(dan, r, approval.Advised{Objection: true, Reason: "Nobody has told the customers that they are recorded."})
	s.by(yuki, r, approval.Decided{Approve: true, Reason: because, Conditions: []approval.Choice{{Text: "Tell the customers.", Due: "2027-01-15"}}})
	s.by(lena, r, approval.Accepted{})
	s.by(cleo, r, approval.Decided{Approve: true, Reason: because})
	return r
}

// everything tells a story in which every kind of row and nearly every kind of record occurs.
func (s *story) everything() {
	s.Helper()
	s.approved()
	// edited after a vote, then rejected, with a question left open
	r := s.ask(nil)
	s.by(ben, r, approval.Decided{Approve: true})
	s.by(ana, r, approval.Edited{Answers: answers(policy.Answers{"tool": {Text: "Otter.ai Business"}})})
	s.by(ben, r, approval.Asked{Text: "Why the change?"})
	s.by(ben, r, approval.Decided{Reason: because})
	// legal hold, reclassified
	r = s.ask(policy.Answers{"practices": {List: []string{"emotion_work_school"}}})
	for _, who := range []workflows.PersonID{nadia, helen} {
		s.by(who, r, approval.Ruled{Outcome: policy.OutcomeReclassify, Tier: "limited", Reason: because})
	}
	// refused, then withdrawn
	r = s.ask(nil)
	done, err := s.engine.Apply(s.ctx, workflows.Event{Actor: lena, About: r, Via: workflows.Via{Surface: "portal"}, What: approval.Decided{Approve: true}})
	if s.must(err); done.Refusal == nil || !done.Refusal.Authority() {
		s.Fatalf("the owner decided: %+v", done)
	}
	s.by(ana, r, approval.Withdrawn{Reason: "Not needed any more."})
	// high: a link to the assessment, silence, escalation, somebody named
	r = s.ask(policy.Answers{
		"affected": {List: []string{"applicants"}}, "exposure": {List: []string{"profiles_people"}}, "areas": {List: []string{"employment"}},
		"autonomy": {Text: "recommends"}, "concerns": {List: []string{"bias", "unexplainable"}},
	})
	s.by(ana, r, approval.Linked{Key: "impact_assessment_started", Ref: "https://example.com/AII-7"})
	s.must(s.engine.Travel(s.ctx, s.clock, s.clock.Now().AddDate(0, 0, 14), func(context.Context) error { return nil }))
	s.by(helen, r, approval.Named{Role: workflows.LineManager, Person: marek, Reason: because})
	s.by(marek, r, approval.Decided{Approve: true})
	s.lives(s.entry("AIR-1"))
	s.absences()
	s.vendors()
	s.discovers()
	// one request that is only open
	s.open = s.ask(nil)
	// changes of Steward itself
	s.propose()
	s.link(ana)
}

// goOn tells what comes after everything: the open request is decided on, one is added, another policy is put in force and
// somebody else says that an account is theirs.
func (s *story) goOn() {
	s.Helper()
	s.by(ben, s.open, approval.Decided{Approve: true})
	s.by(ana, s.open, approval.Withdrawn{Reason: "It came to nothing."})
	s.by(ben, s.ask(policy.Answers{"tool": {Text: "Otter.ai for others"}}), approval.Decided{Reason: because})
	now := policy.Embedded()
	next, err := policy.LoadBundle(bytes.Replace(now.Bundle(), []byte("Think of many small effects"), []byte("Think of large and small effects"), 1))
	s.must(err)
	if next.Hash == now.Hash {
		s.Fatal("the other policy is the same")
	}
	s.must(s.engine.Activate(s.ctx, next, now.Hash, workflows.System, workflows.Via{Surface: "cli"}))
	s.link(ben)
}

// link has somebody say that an account is theirs.
func (s *story) link(who workflows.PersonID) {
	s.Helper()
	email := string(who) + "@example.com"
	a := workflows.Account{Surface: "slack", Tenant: "T1", User: "U-" + string(who[2:])}
	s.exec("UPDATE people SET email = ?, email_key = ? WHERE id = ?", email, strings.ToLower(email), string(who))
	_, err := s.engine.ProposeLink(s.ctx, a, email)
	s.must(err)
	_, no, err := s.engine.ChangeLink(s.ctx, workflows.LinkChange{
		Do: workflows.LinkConfirm, Actor: who, Person: who, Via: workflows.Via{Surface: "slack"}, Account: a, Email: email,
	})
	if s.must(err); no != nil {
		s.Fatal(no.Sentence)
	}
}
