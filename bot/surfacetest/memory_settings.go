package surfacetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"steward/workflows"
	"steward/workflows/policy"
)

// Pack gives the policy in force, or one that was proposed or in force before.
func (m *Memory) Pack(_ context.Context, hash string) (*policy.Pack, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if hash == "" || hash == m.pack.Hash {
		return m.pack, m.fault
	}
	if p, ok := m.packs[hash]; ok {
		return p, m.fault
	}
	return nil, fmt.Errorf("policy pack %.12s: %w", hash, workflows.ErrNotFound)
}

// Proposal reads one proposal.
func (m *Memory) Proposal(_ context.Context, id string) (workflows.Proposal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.proposal(id)
}

func (m *Memory) proposal(id string) (workflows.Proposal, error) {
	i := slices.IndexFunc(m.proposals, func(p workflows.Proposal) bool { return p.ID == id })
	if i < 0 {
		return workflows.Proposal{}, fmt.Errorf("proposal %q: %w", id, workflows.ErrNotFound)
	}
	return m.proposals[i], m.fault
}

// OpenProposals gives the proposals that wait, oldest first.
func (m *Memory) OpenProposals(context.Context) ([]workflows.Proposal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open(), m.fault
}

func (m *Memory) open() []workflows.Proposal {
	return slices.DeleteFunc(slices.Clone(m.proposals), func(p workflows.Proposal) bool { return p.State != workflows.ProposalOpen })
}

// Proposals gives the newest proposals, newest first.
func (m *Memory) Proposals(_ context.Context, n int) ([]workflows.Proposal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := slices.Clone(m.proposals)
	slices.Reverse(out)
	return out[:min(n, len(out))], m.fault
}

// proposalFacts gives what a proposal is judged by.
func (m *Memory) proposalFacts(what workflows.ProposalKind, subject, actor workflows.PersonID) workflows.ProposalFacts {
	roster := m.roster()
	f := workflows.ProposalFacts{Now: m.now, InForce: m.pack.Hash, Open: m.open()}
	for _, r := range m.pack.Organisation.Roles {
		if !r.Relation {
			f.Known = append(f.Known, r.Key)
		}
	}
	f.Actor, _ = roster.Person(actor)
	for _, p := range roster.Holders(workflows.Administrator) {
		f.Administrators = append(f.Administrators, p.ID)
	}
	if what == workflows.ProposeRoles {
		f.Subject, _ = roster.Person(subject)
		f.InForce = workflows.RoleList(f.Subject.Roles)
	}
	return f
}

// Propose stores a proposal, as the engine does it.
func (m *Memory) Propose(_ context.Context, ask workflows.ProposalAsk, pack *policy.Pack) (workflows.Proposal, *workflows.Refusal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return workflows.Proposal{}, nil, m.fault
	}
	p, no := workflows.Propose(ask, m.proposalFacts(ask.What, ask.Subject, ask.Actor))
	if no != nil {
		return p, no, nil
	}
	if pack != nil {
		m.packs[pack.Hash] = pack
	}
	p.ID = strconv.Itoa(len(m.proposals) + 1)
	m.proposals = append(m.proposals, p)
	fact := workflows.Fact{Kind: workflows.FactProposed, Texts: map[string]string{"reason": ask.Reason}}
	return p, nil, m.note(workflows.ProposalRef(p.ID), ask.Actor, ask.Via, fact)
}

// SettleProposal confirms or withdraws a proposal, as the engine does it.
func (m *Memory) SettleProposal(_ context.Context, act workflows.ProposalAct) (workflows.Proposal, *workflows.Refusal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, err := m.proposal(act.ID)
	if m.fault != nil {
		return before, nil, m.fault
	}
	if err != nil {
		return before, workflows.NoProposal(), nil
	}
	p, no := before.Settle(act, m.proposalFacts(before.What, before.Subject, act.Actor))
	if no != nil || p == before {
		return p, no, nil
	}
	kind := workflows.FactProposalConfirmed
	if p.State == workflows.ProposalWithdrawn {
		kind = workflows.FactProposalWithdrawn
	}
	m.put(p)
	if err := m.note(workflows.ProposalRef(p.ID), act.Actor, act.Via, workflows.Fact{Kind: kind}); err != nil || p.State == workflows.ProposalWithdrawn {
		return p, nil, err
	}
	for _, o := range m.open() {
		if o.What == p.What && o.Subject == p.Subject {
			m.put(o.Overtake(act.Actor, m.now))
		}
	}
	if p.What == workflows.ProposeRoles {
		i := slices.IndexFunc(m.people, func(q workflows.Person) bool { return q.ID == p.Subject })
		m.people[i].Roles = workflows.RolesOf(p.To)
		return p, nil, nil
	}
	m.packs[m.pack.Hash], m.pack = m.pack, m.packs[p.To]
	data := map[string]any{"from": p.From, "to": p.To, "proposal": p.ID, "by": p.By, "alone": p.Alone}
	return p, nil, m.note(workflows.PackRef(), act.Actor, act.Via, workflows.Fact{Kind: workflows.FactPolicyActivated, Data: data})
}

// put replaces a proposal.
func (m *Memory) put(p workflows.Proposal) {
	for i := range m.proposals {
		if m.proposals[i].ID == p.ID {
			m.proposals[i] = p
		}
	}
}

// note writes one record about a thing that is no request.
func (m *Memory) note(about workflows.Ref, actor workflows.PersonID, via workflows.Via, fact workflows.Fact) error {
	m.writes++
	_, err := m.record(workflows.Event{About: about, Actor: actor, Via: via, At: m.now}, 0, 0, []workflows.Fact{fact})
	return err
}
