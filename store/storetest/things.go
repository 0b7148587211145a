package storetest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// The people of the checks. Ben manages Ana, Marek manages Ben.
const (
	ana   = workflows.PersonID("P-ana")
	ben   = workflows.PersonID("P-ben")
	marek = workflows.PersonID("P-marek")
	yuki  = workflows.PersonID("P-yuki")
	rahul = workflows.PersonID("P-rahul")
	helen = workflows.PersonID("P-helen")
)

func person(id, manager workflows.PersonID, roles ...workflows.Role) directory.Change {
	return directory.Change{Row: directory.Row{
		Person:   workflows.Person{ID: id, Name: string(id[2:]), Manager: manager, Active: true, Roles: roles},
		ZoneName: "Europe/Madrid", Calendar: "ES",
	}}
}

// people puts everybody into the directory.
func (d *db) people() {
	d.Helper()
	d.do(func(tx engine.Tx) error {
		return tx.PutPeople(d.ctx, []directory.Change{
			person(ana, ben), person(ben, marek), person(marek, "", workflows.TopManagement),
			person(yuki, marek, "ciso"), person(rahul, marek, "ciso", "dpo"), person(helen, marek, workflows.ComplianceLead),
		})
	})
}

func cast(id int, who workflows.PersonID) approval.Cast {
	return approval.Cast{
		ID: id, Round: 1, Stage: "experts", Revision: 1, Person: who, Roles: []workflows.Role{"ciso"}, Entitled: "holder", At: now(),
		Via: workflows.Via{Surface: "portal", Link: "portal:" + string(who)}, Reason: "It is safe enough.",
	}
}

func wait(id string, who workflows.PersonID) workflows.Wait {
	return workflows.Wait{About: workflows.RequestRef(id), Who: who, Why: workflows.WhyDecide, Part: "experts", Role: "ciso", Since: now()}
}

// asked is a request of Ana's, as a machine could have made it.
func asked(id string) approval.Request {
	return approval.Request{
		ID: id, Flow: "ai-use", Status: approval.StatusOpen, Seq: 1, Revision: 1, Round: 1, Requester: ana, Owner: ana,
		SentAt: now(), RoundAt: now(), StageAt: now(), Why: "submitted", Records: 1, Shown: "c0ffee",
		Waits: []workflows.Wait{wait(id, yuki), wait(id, rahul)},
		Told:  []workflows.PersonID{rahul, yuki},
		Screening: policy.Screening{
			Policy: "hash", Flow: "ai-use", Version: 3, Title: "Otter.ai",
			Answers:    policy.Answers{"tool": {Text: "Otter.ai"}, "users": {Number: 12}, "yes": {Yes: true}, "data": {List: []string{"public"}}},
			Assessment: policy.Assessment{Points: 4, Tier: "limited", FromPoints: "limited", LegalClass: "none"},
			Plan: policy.Plan{Stages: []policy.Stage{
				{Key: "experts", Kind: policy.StageDecide, Members: []policy.Member{{Role: "ciso"}}}, {Key: "governance"},
			}},
		},
	}
}

// save stores a step of a request.
func (d *db) save(before, after approval.Request) {
	d.Helper()
	d.do(func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, before, after) })
}

// request reads a request as a page does.
func (d *db) request(id string) approval.Request {
	d.Helper()
	r, err := d.store.Request(d.ctx, id)
	d.must(err)
	return r
}

// same compares values; times are equal where they are the same instant, and empty is nil.
func same[T any](t testing.TB, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("not the same (-want +got):\n%s", diff)
	}
}

// mail puts one mail to a person into the outbox and gives it as it was taken out again.
func (d *db) mail(n int, to workflows.PersonID, about workflows.Ref) workflows.Mail {
	d.Helper()
	var out workflows.Mail
	d.do(func(tx engine.Tx) error {
		m := workflows.Mail{About: about, Record: n, Item: 1, To: to, Why: workflows.WhyDecide, Lane: workflows.LaneDecide, At: now()}
		if err := tx.PutMails(d.ctx, []workflows.Mail{m}); err != nil {
			return err
		}
		mails, err := tx.TakeMails(d.ctx, now(), 100)
		if err != nil {
			return err
		}
		for _, x := range mails {
			if x.About == about && x.Record == n {
				out = x
				return nil
			}
		}
		return fmt.Errorf("the mail that was put is not there")
	})
	return out
}

// portal is Ana's account in the portal.
func portal() workflows.Account { return workflows.PortalAccount(ana) }

func slack(who workflows.PersonID) workflows.Account {
	return workflows.Account{
		ID: "slack:" + string(who), Person: who, Surface: "slack", Tenant: "T1", User: "U" + string(who), Confirmed: true,
		Proof: workflows.ProofImport,
	}
}

// post puts deliveries for an account about a thing, one mail each, in order, and gives their mails.
func (d *db) post(to workflows.Account, about workflows.Ref, outgoing ...engine.Outgoing) []workflows.Mail {
	d.Helper()
	var mails []workflows.Mail
	for _, o := range outgoing {
		m := d.mail(int(d.number("SELECT COALESCE(max(id), 0) FROM mails"))+1, to.Person, about)
		if o.Account.Surface == "" {
			o.Account = to
		}
		if o.Key == "" {
			o.Key = fmt.Sprintf("mail/%s/%d", about, m.Record)
		}
		d.do(func(tx engine.Tx) error { return tx.Expand(d.ctx, m, []engine.Outgoing{o}) })
		mails = append(mails, m)
	}
	return mails
}
