package surfacetest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// See takes a list that shows one tool, as the import of a file does, and gives the entry of it.
func (m *Memory) See(_ context.Context, tool, vendor string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lists++
	about := workflows.SystemRef(fmt.Sprintf("%s-%d", workflows.SystemPrefix, len(m.systems)+1))
	if i := m.named(tool, vendor, func(s register.System) bool { return !s.State.Over() }); i >= 0 {
		about = workflows.SystemRef(m.systems[i].ID)
	}
	done, err := m.applySystem(workflows.Event{Actor: workflows.System, At: m.now, Via: workflows.Via{Surface: "cli"}, About: about, What: register.Seen{
		Tool: tool, Vendor: vendor, Source: seenSource, By: "IT operations", At: m.now, Accounts: seenAccounts, File: fmt.Sprint("list ", m.lists),
	}})
	if err == nil && done.Refusal != nil {
		err = done.Refusal
	}
	return about.ID, err
}

// named finds the newest entry of that name for which is holds; -1 where there is none.
func (m *Memory) named(tool, vendor string, is func(register.System) bool) int {
	fold := strings.ToLower
	for i, s := range slices.Backward(m.systems) {
		if is(s) && workflows.SameTool(fold(tool), fold(vendor), fold(s.Tool), fold(s.Vendor)) {
			return i
		}
	}
	return -1
}

// unasked finds the entry of the tool of a request that was seen and that nobody has asked for; -1 where there is none.
func (m *Memory) unasked(r approval.Request) int {
	flow, _ := m.pack.Flow(r.Flow)
	fills, answers := flow.Fills(), r.Screening.Answers
	return m.named(answers[fills.Tool].Text, answers[fills.Vendor].Text, func(s register.System) bool {
		return s.State == register.StateDiscovered && s.Request == ""
	})
}

// askedFor tells what was only seen that approval of it is asked for, or not any more.
func (m *Memory) askedFor(r approval.Request, ev workflows.Event) error {
	at, what := -1, workflows.What(workflows.Requested{Request: r.ID})
	switch ev.What.(type) {
	case approval.Submitted:
		if r.Screening.Plan.Registers {
			at = m.unasked(r)
		}
	case approval.Withdrawn:
		at = slices.IndexFunc(m.systems, func(s register.System) bool { return s.Request == r.ID })
		what = workflows.RequestFailed{Request: r.ID}
	}
	if at < 0 {
		return nil
	}
	_, err := m.applySystem(workflows.Event{Actor: ev.Actor, At: ev.At, Via: ev.Via, About: workflows.SystemRef(m.systems[at].ID), What: what})
	return err
}

// found gives what an entry has without a decision: the first flow that enters the register.
func (m *Memory) found() *register.Found {
	for _, f := range m.pack.Flows() {
		if f.Register != nil {
			return &register.Found{Flow: f.Key, Policy: m.pack.Hash, Version: f.Version, Governors: f.Register.Governors}
		}
	}
	return nil
}
