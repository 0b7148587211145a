package engine

import (
	"testing"

	"steward/workflows"
	"steward/workflows/policy"
)

// TestJudgeLink is the table of what may be done to a link, by whom, and in which state.
func TestJudgeLink(t *testing.T) {
	const ana, ben, admin = workflows.PersonID("P-ana"), workflows.PersonID("P-ben"), workflows.PersonID("P-admin")
	account := workflows.Account{ID: "acc-1", Person: ana, Surface: "slack", Tenant: "T1", User: "U1"}
	link := func(state workflows.LinkState, proof workflows.Proof) workflows.Link {
		l := workflows.Link{Account: account, State: state}
		l.Confirmed, l.Proof = state == workflows.LinkLinked, proof
		return l
	}
	proposed, half, whole := link(workflows.LinkProposed, ""), link(workflows.LinkLinked, workflows.ProofPerson), link(workflows.LinkLinked, workflows.ProofImport)
	refused, ended, gone := link(workflows.LinkRefused, ""), link(workflows.LinkEnded, ""), link(workflows.LinkGone, "")
	own := workflows.Account{Surface: "slack", Tenant: "T1", User: "U1"}
	preferred := half
	preferred.Preferred = true
	active := workflows.Person{ID: ana, Active: true}
	runs := workflows.Person{ID: admin, Active: true, Roles: []workflows.Role{workflows.Administrator}}
	another := workflows.Link{Account: workflows.Account{ID: "acc-2", Person: ana, Surface: "slack", Tenant: "", User: "U2", Proof: workflows.ProofImport}, State: workflows.LinkLinked}
	elsewhere := another
	elsewhere.Surface = "teams"
	viaHalf, viaOther := half, another
	viaHalf.ID, viaOther.Person = "acc-half", ben
	trusts := policy.Identity{TrustedDomains: []string{"example.com"}}
	for name, c := range map[string]struct {
		link  workflows.Link
		do    workflows.LinkDo
		from  workflows.Account // empty: not from the account itself
		actor workflows.PersonID
		named workflows.PersonID // whom the button named; Ana where empty
		facts linkFacts
		want  workflows.LinkState
		proof workflows.Proof
		code  workflows.Code
	}{
		"yes":                                      {proposed, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ana}, workflows.LinkLinked, workflows.ProofPerson, ""},
		"yes, of a trusted domain":                 {proposed, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ana, Identity: trusts}, workflows.LinkLinked, workflows.ProofDomain, ""},
		"yes, again":                               {half, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active}, workflows.LinkLinked, workflows.ProofPerson, ""},
		"yes, after no":                            {refused, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ana}, workflows.LinkRefused, "", workflows.CodeNotNow},
		"yes, after it ended":                      {ended, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ana}, workflows.LinkEnded, "", workflows.CodeNotNow},
		"yes, as somebody else":                    {proposed, workflows.LinkConfirm, own, ben, ben, linkFacts{Person: active, Owner: ana}, workflows.LinkProposed, "", workflows.CodeStale},
		"yes, from another account":                {proposed, workflows.LinkConfirm, workflows.Account{Surface: "slack", Tenant: "T1", User: "U9"}, ana, "", linkFacts{Person: active, Owner: ana}, workflows.LinkProposed, "", workflows.CodeNotYours},
		"yes, from another tenant":                 {proposed, workflows.LinkConfirm, workflows.Account{Surface: "slack", Tenant: "T9", User: "U1"}, ana, "", linkFacts{Person: active, Owner: ana}, workflows.LinkProposed, "", workflows.CodeNotYours},
		"yes, with another address":                {proposed, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ben}, workflows.LinkProposed, "", workflows.CodeNotNow},
		"yes, of somebody who left":                {proposed, workflows.LinkConfirm, own, ana, "", linkFacts{Person: workflows.Person{ID: ana}, Owner: ana}, workflows.LinkProposed, "", workflows.CodeNotNow},
		"yes, beside another account":              {proposed, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ana, Others: []workflows.Link{another}}, workflows.LinkProposed, "", workflows.CodeNotNow},
		"yes, beside one on another surface":       {proposed, workflows.LinkConfirm, own, ana, "", linkFacts{Person: active, Owner: ana, Others: []workflows.Link{elsewhere, proposed}}, workflows.LinkLinked, workflows.ProofPerson, ""},
		"confirmed on the server":                  {half, workflows.LinkConfirm, workflows.Account{}, workflows.System, "", linkFacts{Person: active}, workflows.LinkLinked, workflows.ProofAdmin, ""},
		"confirmed on the server, ended before":    {ended, workflows.LinkConfirm, workflows.Account{}, workflows.System, "", linkFacts{Person: active}, workflows.LinkLinked, workflows.ProofAdmin, ""},
		"confirmed, whole before":                  {whole, workflows.LinkConfirm, workflows.Account{}, workflows.System, "", linkFacts{Person: active}, workflows.LinkLinked, workflows.ProofImport, ""},
		"confirmed by an administrator":            {half, workflows.LinkConfirm, workflows.Account{}, admin, "", linkFacts{Person: active, Actor: runs}, workflows.LinkLinked, workflows.ProofAdmin, ""},
		"confirmed by a half-proved administrator": {half, workflows.LinkConfirm, workflows.Account{}, admin, "", linkFacts{Person: active, Actor: runs, Via: viaHalf}, workflows.LinkLinked, workflows.ProofPerson, workflows.CodeNotYours},
		"confirmed by anybody":                     {half, workflows.LinkConfirm, workflows.Account{}, ben, "", linkFacts{Person: active, Actor: workflows.Person{ID: ben, Active: true}}, workflows.LinkLinked, workflows.ProofPerson, workflows.CodeNotYours},
		"confirmed by its own person":              {half, workflows.LinkConfirm, workflows.Account{}, ana, "", linkFacts{Person: active, Actor: workflows.Person{ID: ana, Active: true, Roles: runs.Roles}}, workflows.LinkLinked, workflows.ProofPerson, workflows.CodeNotNow},
		"confirmed beside another account":         {proposed, workflows.LinkConfirm, workflows.Account{}, workflows.System, "", linkFacts{Person: active, Others: []workflows.Link{another}}, workflows.LinkProposed, "", workflows.CodeNotNow},
		"confirmed for somebody who left":          {half, workflows.LinkConfirm, workflows.Account{}, workflows.System, "", linkFacts{}, workflows.LinkLinked, workflows.ProofPerson, workflows.CodeNotNow},
		"no":                                       {proposed, workflows.LinkRefuse, own, ana, "", linkFacts{}, workflows.LinkRefused, "", ""},
		"no, again":                                {refused, workflows.LinkRefuse, own, ana, "", linkFacts{}, workflows.LinkRefused, "", ""},
		"no, after it ended":                       {ended, workflows.LinkRefuse, own, ana, "", linkFacts{}, workflows.LinkEnded, "", ""},
		"no, after yes":                            {half, workflows.LinkRefuse, own, ana, "", linkFacts{}, workflows.LinkLinked, workflows.ProofPerson, workflows.CodeNotNow},
		"no, from another account":                 {proposed, workflows.LinkRefuse, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkProposed, "", workflows.CodeNotYours},
		"taken away":                               {whole, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkEnded, "", ""},
		"taken away by the server":                 {proposed, workflows.LinkEnd, workflows.Account{}, workflows.System, "", linkFacts{}, workflows.LinkRefused, "", ""},
		"taken away twice":                         {ended, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkEnded, "", ""},
		"taken away, refused before":               {refused, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkRefused, "", ""},
		"taken away, gone before":                  {gone, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkGone, "", ""},
		"taken away by somebody else":              {whole, workflows.LinkEnd, workflows.Account{}, ben, "", linkFacts{Actor: workflows.Person{ID: ben, Active: true}}, workflows.LinkLinked, workflows.ProofImport, workflows.CodeNotYours},
		"taken away by an administrator who left":  {whole, workflows.LinkEnd, workflows.Account{}, admin, "", linkFacts{Actor: workflows.Person{ID: admin, Roles: runs.Roles}}, workflows.LinkLinked, workflows.ProofImport, workflows.CodeNotYours},
		"taken away through a half-proved one":     {whole, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{Via: viaHalf}, workflows.LinkLinked, workflows.ProofImport, workflows.CodeNotNow},
		"a half-proved one takes itself away":      {half, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{Via: half}, workflows.LinkEnded, "", ""},
		"taken away through somebody else's":       {whole, workflows.LinkEnd, workflows.Account{}, ana, "", linkFacts{Via: viaOther}, workflows.LinkLinked, workflows.ProofImport, workflows.CodeNotYours},
		"first of all":                             {half, workflows.LinkPrefer, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkLinked, workflows.ProofPerson, ""},
		"first of all, through itself":             {half, workflows.LinkPrefer, workflows.Account{}, ana, "", linkFacts{Via: half}, workflows.LinkLinked, workflows.ProofPerson, workflows.CodeNotNow},
		"first of all, already":                    {preferred, workflows.LinkPrefer, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkLinked, workflows.ProofPerson, ""},
		"first of all, not linked":                 {proposed, workflows.LinkPrefer, workflows.Account{}, ana, "", linkFacts{}, workflows.LinkProposed, "", workflows.CodeNotNow},
		"first of all, by somebody else":           {whole, workflows.LinkPrefer, workflows.Account{}, ben, "", linkFacts{}, workflows.LinkLinked, workflows.ProofImport, workflows.CodeNotYours},
		"what nobody asks for":                     {whole, workflows.LinkImport, workflows.Account{}, workflows.System, "", linkFacts{}, workflows.LinkLinked, workflows.ProofImport, workflows.CodeNotNow},
	} {
		change := workflows.LinkChange{Do: c.do, Actor: c.actor, Person: c.named, Account: c.from, Email: "ana@example.com"}
		if change.Person == "" {
			change.Person = ana
		}
		if c.facts.Via.ID != "" {
			change.Via = workflows.Via{Surface: "slack", Link: c.facts.Via.ID}
		}
		got, no := judgeLink(c.link, change, c.facts)
		code := workflows.Code("")
		if no != nil {
			code = no.Code
			if no.Sentence == "" || got != c.link {
				t.Errorf("%s: refused with %q, and changed to %+v", name, no.Sentence, got)
			}
		}
		if got.State != c.want || got.Proof != c.proof || code != c.code || got.Confirmed != (got.State == workflows.LinkLinked) {
			t.Errorf("%s: %s, %q, code %q; want %s, %q, %q", name, got.State, got.Proof, code, c.want, c.proof, c.code)
		}
		if got.Preferred != (c.do == workflows.LinkPrefer && code == "") {
			t.Errorf("%s: preferred %v", name, got.Preferred)
		}
	}
}
