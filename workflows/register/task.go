package register

import (
	"slices"

	"steward/workflows"
	"steward/workflows/file"
)

// prove takes the owner's word that a condition is fulfilled.
func (x *step) prove(what Proved) *workflows.Refusal {
	if x.ev.Actor != x.s.Owner {
		return x.words().notOwner()
	}
	i, no := x.task(what.Task)
	if no != nil {
		return no
	}
	switch x.s.Tasks[i].State {
	case TaskVerified:
		return x.words().verifiedAlready(x.s.Tasks[i])
	case TaskMoot:
		return x.words().moot(x.s.Tasks[i])
	case TaskOpen, TaskProved:
	}
	proof, no := text("proof", what.Proof, 1)
	if no != nil {
		return no
	}
	if why := file.Check(what.Files); why != "" {
		return workflows.RefuseField("files", why)
	}
	t := &x.s.Tasks[i]
	t.State, t.Proof, t.ProvedBy, t.ProvedAt, t.Returned, t.ReturnedBy = TaskProved, proof, x.ev.Actor, x.at, "", ""
	t.Files = workflows.Bare(what.Files)
	x.s.Revision++
	texts, contents, marks := workflows.FileTexts(what.Files)
	if texts == nil {
		texts = map[string]string{}
	}
	texts["proof"] = proof
	x.fact(FactProved, Detail{Task: t.Key, Files: marks}, texts)
	x.facts[len(x.facts)-1].Contents = contents
	return nil
}

// verify takes the word of somebody else that the proof shows it.
func (x *step) verify(what Verified) *workflows.Refusal {
	i, no := x.judge(what.Task)
	if no != nil {
		return no
	}
	t := &x.s.Tasks[i]
	t.State, t.VerifiedBy, t.VerifiedAt = TaskVerified, x.ev.Actor, x.at
	x.fact(FactVerified, Detail{Task: t.Key, Role: x.verifies(*t, x.ev.Actor)}, nil)
	x.goInUse()
	return nil
}

// sendBack takes the word of somebody else that the proof does not show it.
func (x *step) sendBack(what SentBack) *workflows.Refusal {
	i, no := x.judge(what.Task)
	if no != nil {
		return no
	}
	reason, no := text("reason", what.Reason, minReason)
	if no != nil {
		return no
	}
	t := &x.s.Tasks[i]
	t.State, t.Returned, t.ReturnedBy = TaskOpen, reason, x.ev.Actor
	x.s.Revision++
	x.fact(FactSentBack, Detail{Task: t.Key}, map[string]string{"reason": reason})
	return nil
}

// judge finds a condition whose proof the actor may judge.
func (x *step) judge(key string) (int, *workflows.Refusal) {
	i, no := x.task(key)
	if no != nil {
		return 0, no
	}
	t := x.s.Tasks[i]
	switch {
	case slices.Contains(x.barred(t), x.ev.Actor):
		return 0, x.words().ownProof()
	case x.verifies(t, x.ev.Actor) == "":
		return 0, x.words().notVerifier(t)
	case t.State == TaskVerified:
		return 0, x.words().verifiedAlready(t)
	case t.State == TaskMoot:
		return 0, x.words().moot(t)
	case !x.f.Roster.Active(x.s.Owner):
		return 0, x.words().ownerLeft()
	case t.State != TaskProved:
		return 0, x.words().notProved()
	}
	return i, nil
}

// verifies gives the role by which somebody may verify a condition, or none. Where nobody but the owner holds its role, those
// who look after the system may.
func (x *step) verifies(t Task, who workflows.PersonID) workflows.Role {
	for _, role := range x.verifiers(t) {
		if p, ok := x.f.Roster.Person(who); ok && p.Active && p.Has(role) {
			return role
		}
	}
	return ""
}

// barred are those who do not verify a condition: whoever owns the system or has owned it since it was decided on, as the proof may be
// theirs in other hands, and whoever gave the proof.
func (x *step) barred(t Task) []workflows.PersonID {
	return append(slices.Clone(x.s.Owners), x.s.Owner, t.ProvedBy)
}

func (x *step) verifiers(t Task) []workflows.Role {
	apart := func(p workflows.Person) bool { return !slices.Contains(x.barred(t), p.ID) }
	if slices.ContainsFunc(x.f.Roster.Holders(t.Verifier), apart) {
		return []workflows.Role{t.Verifier}
	}
	return x.s.Governors
}

// task finds a condition by its key.
func (x *step) task(key string) (int, *workflows.Refusal) {
	i := slices.IndexFunc(x.s.Tasks, func(t Task) bool { return t.Key == key })
	if i < 0 {
		return 0, workflows.Refuse(workflows.CodeUnknown, "This system has no such condition.")
	}
	return i, nil
}

// holders gives the different people who hold one of the roles and are not left out, ordered.
func (x *step) holders(roles []workflows.Role, not ...workflows.PersonID) (out []workflows.PersonID) {
	for _, role := range roles {
		for _, p := range x.f.Roster.Holders(role) {
			if !slices.Contains(not, p.ID) && !slices.Contains(out, p.ID) {
				out = append(out, p.ID)
			}
		}
	}
	slices.Sort(out)
	return out
}
