package approval

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/policy"
)

// trimmed gives a text without white space around it, if it is not too long.
func trimmed(field, text string) (string, *workflows.Refusal) {
	text = strings.TrimSpace(text)
	return text, capText(field, text)
}

// accept takes the owner's acceptance of the present round.
func (s *step) accept() *workflows.Refusal {
	if no := s.ownerPress("accept being the owner of"); no != nil {
		return no
	}
	if !s.r.Accepted.IsZero() {
		return workflows.Refuse(workflows.CodeDecided, "You accepted this "+ago(s.r.Accepted, s.at)+". Nothing more is needed from you.")
	}
	s.r.Accepted, s.r.Declined = s.at, false
	s.fact(FactAccepted, Detail{}, nil).Saw = true
	s.open()
	return nil
}

// decline takes the owner's refusal, as long as the last stage is not open. The requester names another owner or withdraws.
func (s *step) decline(what Declined) *workflows.Refusal {
	if no := s.ownerPress("decline being the owner of"); no != nil {
		return no
	}
	if s.r.Declined {
		return workflows.Refuse(workflows.CodeDecided, "You declined this already. "+s.words().name(s.r.Asker())+" was told.")
	}
	if s.r.Stage >= s.r.lastDecide() && !s.r.StageAt.IsZero() {
		return workflows.Refuse(workflows.CodeNotNow,
			"The last stage is open. Ask "+s.words().name(s.r.Asker())+" to name another owner or to withdraw.")
	}
	reason, no := trimmed("reason", what.Reason)
	if no != nil {
		return no
	}
	s.r.Accepted, s.r.Declined = zeroTime(), true
	s.fact(FactDeclined, Detail{}, map[string]string{"reason": reason}).Saw = true
	return nil
}

// ownerPress checks what accepting and declining have in common.
func (s *step) ownerPress(verb string) *workflows.Refusal {
	if s.ev.Actor != s.r.Owner {
		return s.words().notYours(verb, s.r.Owner)
	}
	if !s.r.Screening.Plan.OwnerAccepts || s.r.lastDecide() < 0 {
		return workflows.Refuse(workflows.CodeNotNow, "This request needs no acceptance.")
	}
	return nil
}

// link meets a precondition with a reference. Linking again replaces the reference.
func (s *step) link(what Linked) *workflows.Refusal {
	if !s.mayLink() {
		return s.words().notYours("link anything to", s.r.Requester, s.r.Owner)
	}
	i := slices.IndexFunc(s.r.Screening.Plan.Preconditions, func(p policy.Precondition) bool { return p.Key == what.Key })
	if i < 0 {
		return workflows.RefuseField("key", "This request does not ask for that.")
	}
	ref := strings.TrimSpace(what.Ref)
	switch p := s.r.Screening.Plan.Preconditions[i]; {
	case p.Flow == "":
	case !p.Elsewhere:
		return workflows.RefuseField("ref", "Only what was accepted here counts. It is linked by itself then.")
	case !strings.HasPrefix(ref, "https://"):
		return workflows.RefuseField("ref", "What is accepted here is linked by itself. Of one made elsewhere give the link, which starts with https://.")
	}
	if !isRef(ref) {
		return workflows.RefuseField("ref", "Give an id such as AII-7, or a link that starts with https://.")
	}
	s.r.Links = slices.DeleteFunc(s.r.Links, func(l Link) bool { return l.Key == what.Key })
	s.r.Links = append(s.r.Links, Link{Key: what.Key, Ref: ref, By: s.ev.Actor, At: s.at})
	s.fact(FactLinked, Detail{Key: what.Key}, map[string]string{"ref": ref})
	s.open()
	return nil
}

// mayLink: requester, owner, and who decides or decided in this round.
func (s *step) mayLink() bool { return s.bench().mayLink(s.ev.Actor) }

func (b bench) mayLink(p workflows.PersonID) bool {
	if b.r.isParty(p) || slices.ContainsFunc(b.r.Votes, func(v Vote) bool { return v.Round == b.r.Round && v.Person == p }) {
		return true
	}
	for _, a := range []act{b.deciding(), actAdvise} {
		if ent, no := b.claim(p, "", a); no == nil && len(ent.Roles) > 0 {
			return true
		}
	}
	return false
}

// isRef accepts a short id ("AII-7") and an https link without spaces.
func isRef(ref string) bool {
	if rest, ok := strings.CutPrefix(ref, "https://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		return utf8.RuneCountInString(ref) <= MaxRef && strings.Contains(host, ".") &&
			!strings.ContainsFunc(ref, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	}
	_, ok := workflows.RequestID(ref)
	return ok
}
