package approval

import (
	"slices"
	"strings"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/policy"
)

// PartCorrection stands where the key of a stage would: of rulings by which experts corrected answers about the vendor.
const PartCorrection = "vendor_answer"

// correct takes what an expert found about the vendor. It is no vote. The round goes on with the votes that were given, unless the tier
// rises or data leaves the approved classes: then another one begins.
func (s *step) correct(what Corrected) *workflows.Refusal {
	ent, no := s.bench().corrector(s.ev.Actor, s.ev.For)
	if no != nil {
		return no
	}
	if no := s.assured(); no != nil {
		return no
	}
	if s.f.Correction == nil {
		return s.words().noScreening()
	}
	reason := strings.TrimSpace(what.Reason)
	fixes, no := s.fixes(what.Fixes, reason)
	if no != nil {
		return no
	}
	v := Ruling{Cast: s.cast(ent, reason), Outcome: policy.OutcomeCorrectFact}
	v.Stage = PartCorrection
	var found []policy.Corrected
	d := Detail{Stage: v.Stage, ID: v.ID, Roles: v.Roles, Entitled: v.Entitled, For: v.For, Outcome: v.Outcome}
	for _, fix := range fixes {
		was := s.r.Screening.Answers[fix.Key].Values()
		found = append(found, policy.Corrected{
			Fix: fix, Was: was, Tier: s.r.Screening.Assessment.Tier, By: s.ev.Actor, At: s.at, Ruling: v.ID,
		})
		d.Fixes = append(d.Fixes, Fixed{Key: fix.Key, Answer: fix.Answer, Was: was})
	}
	voters := s.r.voters()
	s.r.Rulings = append(s.r.Rulings, v)
	s.fact(FactRuled, d, map[string]string{"reason": reason}).Saw = true
	next := s.f.Correction.Screening
	next.Corrected = slices.Concat(s.r.Screening.Corrected, found)
	if !s.f.Correction.Rises && !s.f.Correction.Leaves {
		s.revise(next)
		return nil
	}
	s.f.Next = &next
	if no := s.begin(FactCorrected, s.r.Screening.Policy); no != nil {
		return no
	}
	s.news(append(voters, s.r.Requester, s.r.Asker(), s.r.Owner))
	return nil
}

// fixes gives what differs from what was answered, each with its proof.
func (s *step) fixes(said []policy.Fix, reason string) ([]policy.Fix, *workflows.Refusal) {
	wrong := map[string]string{}
	var out []policy.Fix
	for _, key := range s.r.Screening.Plan.Correctable {
		i := slices.IndexFunc(said, func(f policy.Fix) bool { return f.Key == key })
		is := s.f.Correction.Screening.Answers[key]
		if i < 0 || (policy.KeptFact{Answer: is.Values()}).Is(s.r.Screening.Answers[key]) {
			continue
		}
		fix := policy.Fix{Key: key, Answer: is.Values(), Proof: strings.TrimSpace(said[i].Proof)}
		switch n := utf8.RuneCountInString(fix.Proof); {
		case n == 0:
			wrong[policy.FixProof+key] = "Without a proof it is not corrected. Give a link, or say where it stands."
		case n > policy.MaxProof:
			wrong[policy.FixProof+key] = tooLong(n, policy.MaxProof)
		}
		out = append(out, fix)
	}
	if len(out) == 0 {
		wrong[policy.FixAnswer+s.r.Screening.Plan.Correctable[0]] = "This is what was answered already. Change what you found otherwise."
	}
	if no := needReason(reason, "Say in at least 20 characters why it is otherwise: it stays in the record."); no != nil {
		wrong["reason"] = no.Sentence
	} else if no := capText("reason", reason); no != nil {
		wrong["reason"] = no.Sentence
	}
	if len(wrong) > 0 {
		return nil, workflows.RefuseFields(wrong)
	}
	return out, nil
}

// revise goes on with the round on what an expert found: the votes that were given stand. Who was to decide still does, and whoever the
// corrected answers ask for beside them, too; conditions are those of the corrected answers.
func (s *step) revise(next policy.Screening) {
	plan := s.r.Screening.Plan
	now, first := s.r.stage().Key, ""
	plan.Stages, first = join(plan.Stages, next.Plan.Stages)
	plan.Conditions, plan.ConditionsMax = next.Plan.Conditions, max(plan.ConditionsMax, next.Plan.ConditionsMax)
	plan.MinIndependent = max(plan.MinIndependent, next.Plan.MinIndependent)
	next.Plan = plan
	s.r.Screening = next
	s.r.Revision++
	s.fact(FactRevised, Detail{
		Stage: PartCorrection, Tier: next.Assessment.Tier, LegalClass: next.Assessment.LegalClass, Policy: next.Policy, Version: next.Version,
	}, nil).Shown = s.r.content()
	s.assess()
	s.tellSubject()
	index := func(key string) int {
		return slices.IndexFunc(plan.Stages, func(st policy.Stage) bool { return st.Key == key })
	}
	s.r.Stage = index(now)
	if i := index(first); i >= 0 && i < s.r.Stage {
		s.enter(i)
	} else {
		s.open()
	}
}

// join adds to stages what others ask for beside them: stages that are not there, and members of one that is. first is the key of the
// first one that was added or has another member.
func join(stages, more []policy.Stage) (out []policy.Stage, first string) {
	out = slices.Clone(stages)
	at := 0
	for _, st := range more {
		i := slices.IndexFunc(out, func(x policy.Stage) bool { return x.Key == st.Key })
		changed := i < 0
		if i < 0 {
			i = at
			out = slices.Insert(out, i, st)
		} else {
			was := out[i]
			was.Members = slices.Clone(was.Members)
			for _, m := range st.Members {
				if !slices.Contains(was.Members, m) {
					was.Members, changed = append(was.Members, m), true
				}
			}
			out[i] = was
		}
		if changed && first == "" {
			first = st.Key
		}
		at = i + 1
	}
	return out, first
}

// corrector says by which right somebody corrects an answer about the vendor: who decides or advises in this round as an expert, or who
// stands in for one, and who neither asks for the use nor is to own it.
func (b bench) corrector(p, forID workflows.PersonID) (Entitlement, *workflows.Refusal) {
	switch {
	case b.stage.Kind == policy.StageHold:
		return Entitlement{}, workflows.Refuse(workflows.CodeNotNow, "On legal hold the answers stay as they are until that is ruled on. Nothing was changed.")
	case len(b.r.Screening.Plan.Correctable) == 0:
		return Entitlement{}, workflows.Refuse(workflows.CodeNotNow, "No answer here is about the vendor alone. Nothing was changed.")
	}
	ent, no := b.beside(p, forID, b.experts())
	if no != nil {
		return Entitlement{}, no
	}
	if len(ent.Roles) == 0 {
		return Entitlement{}, workflows.Refuse(workflows.CodeNotEntitled, "Answers about the vendor are corrected by the experts who look at the request. Nothing was changed.")
	}
	return ent, nil
}

// experts gives the roles of the stages of experts of this round, each once.
func (b bench) experts() (out []workflows.Role) {
	for _, st := range b.r.Screening.Plan.Stages {
		for _, m := range st.Members {
			if st.Expert && !slices.Contains(out, m.Role) {
				out = append(out, m.Role)
			}
		}
	}
	return out
}

// correctActions: correct an answer about the vendor.
func (b bench) correctActions(p workflows.PersonID) []Action {
	ent, no := b.corrector(p, "")
	if no != nil {
		return nil
	}
	return []Action{{Kind: Corrected{}.Kind(), For: ent.For, Roles: ent.Roles}}
}

// voters gives who has voted, advised or ruled in this round, and for whom they did.
func (r Request) voters() (out []workflows.PersonID) {
	add := func(c Cast) {
		if c.Round == r.Round {
			out = append(out, c.Person, c.For)
		}
	}
	for _, v := range r.Votes {
		add(v.Cast)
	}
	for _, v := range r.Advices {
		add(v.Cast)
	}
	for _, v := range r.Rulings {
		add(v.Cast)
	}
	return out
}

// news tells people that a correction began another round, at the end of the step: whoever is told of it by what is asked of them needs
// no second message.
func (s *step) news(people []workflows.PersonID) {
	for _, p := range people {
		if p != "" && p != s.ev.Actor {
			s.toTell = insert(s.toTell, p)
		}
	}
}

// tellNews tells those who were not told of the new round already.
func (s *step) tellNews() {
	for _, p := range s.toTell {
		told := slices.ContainsFunc(s.effects, func(e workflows.Effect) bool {
			n, ok := e.(workflows.Notify)
			return ok && n.To == p && !n.Why.Update() && !n.Why.Daily()
		})
		if !told {
			s.tell(p, workflows.WhyCorrected, PartCorrection)
		}
	}
}
