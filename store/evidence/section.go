package evidence

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"steward/store/ledger"
	"steward/workflows"
)

// section makes one part of the bundle. It sees each request of the population once, in the order in which they were sent, and
// then writes what is left.
type section interface {
	request(*Case) error
	finish(*summary) error
}

// sections are all parts, in the order in which they end: what explains the others comes last.
func sections(b *ledger.Bundle, s workflows.EvidenceScope) (list []section, err error) {
	for _, begin := range []func(*ledger.Bundle, workflows.EvidenceScope) (section, error){
		newPopulation, newDecisions, newExceptions, newRegister, newConditions, newRisks, newRequests, newSample, newIndex,
	} {
		one, err := begin(b, s)
		if err != nil {
			return list, err
		}
		list = append(list, one)
	}
	return list, nil
}

// tableSection is a section that is one table.
type tableSection struct {
	*table
	rowsOf func(*Case) [][]string
}

func (t tableSection) request(c *Case) error {
	for _, row := range t.rowsOf(c) {
		if err := t.add(row...); err != nil {
			return err
		}
	}
	return nil
}

func (t tableSection) finish(*summary) error { return t.close() }

func newPopulation(b *ledger.Bundle, _ workflows.EvidenceScope) (section, error) {
	t, err := newTable(b, "population", "request", "flow", "title", "requester", "owner", "tier", "legal_class", "policy_version",
		"round", "status", "sent_at", "ended_at", "valid_until", "decisions", "conditions", "exceptions", "records", "controls")
	return tableSection{t, func(c *Case) [][]string {
		return [][]string{{
			c.ID, c.Flow, c.Title, string(c.Requester), string(c.Owner), string(c.Tier), c.LegalClass, version(c.Version, c.Policy),
			strconv.Itoa(c.Round), string(c.Status), stamp(c.Sent), stamp(c.Ended), stamp(c.ValidUntil), strconv.Itoa(len(c.Decisions)),
			joined(c.Conditions), strconv.Itoa(len(c.Exceptions)), strconv.Itoa(len(c.Entries)), joined(c.Refs),
		}}
	}}, err
}

// version names a policy: the version of its flow, and the beginning of its hash.
func version(n int, hash string) string {
	return strconv.Itoa(n) + " " + hash[:min(len(hash), 12)]
}

func newDecisions(b *ledger.Bundle, s workflows.EvidenceScope) (section, error) {
	t, err := newTable(b, "ai_decisions", "request", "flow", "round", "revision", "stage", "role", "why_entitled", "decider",
		"on_behalf_of", "decision", "reason", "conditions", "tier", "legal_class", "policy_version", "shown_commitment", "surface",
		"opened_at", "decided_at", "record", "leaf", "named_tier", "corrected")
	if err != nil {
		return nil, err
	}
	from, until, err := s.Period()
	return tableSection{t, func(c *Case) (rows [][]string) {
		for _, d := range c.Decisions {
			if !d.during(from, until) {
				continue
			}
			rows = append(rows, []string{
				c.ID, c.Flow, strconv.Itoa(d.Round), strconv.Itoa(d.Revision), d.Stage, joined(d.Roles), d.Entitled, string(d.Person),
				string(d.For), d.What, d.Reason, joined(d.Conditions), string(d.Tier), d.LegalClass, version(d.Version, d.Policy), d.Shown,
				d.Surface, stamp(d.Opened), stamp(d.At), strconv.Itoa(d.N), strconv.FormatInt(d.Leaf, 10),
				string(d.Named), d.corrected(),
			})
		}
		return rows
	}}, err
}

func newExceptions(b *ledger.Bundle, s workflows.EvidenceScope) (section, error) {
	t, err := newTable(b, "exceptions", "request", "flow", "what", "person", "detail", "reason", "at", "record", "leaf")
	if err != nil {
		return nil, err
	}
	from, until, err := s.Period()
	return tableSection{t, func(c *Case) (rows [][]string) {
		for _, x := range c.Exceptions {
			if within(x.At, from, until) {
				rows = append(rows, []string{
					c.ID, c.Flow, x.What, string(x.Person), x.Detail, x.Reason, stamp(x.At), strconv.Itoa(x.N), strconv.FormatInt(x.Leaf, 10),
				})
			}
		}
		return rows
	}}, err
}

// requestSection writes each request with its entries and texts.
type requestSection struct {
	out  io.WriteCloser
	line bytes.Buffer
}

func newRequests(b *ledger.Bundle, _ workflows.EvidenceScope) (section, error) {
	out, err := b.Create(ledger.FileRequests, false)
	return &requestSection{out: out}, err
}

// request writes {"request":"AIR-1","title":...,"timeline":[{"leaf":7,"entry":{...},"texts":{...}}]}. What was shown is in
// texts.jsonl only.
func (s *requestSection) request(c *Case) error {
	s.line.Reset()
	head, err := json.Marshal(map[string]string{"request": c.ID, "title": c.Title, "status": string(c.Status)})
	if err != nil {
		return err
	}
	s.line.Write(head[:len(head)-1])
	s.line.WriteString(`,"timeline":[`)
	for i, e := range c.Entries {
		if i > 0 {
			s.line.WriteByte(',')
		}
		s.line.WriteString(`{"leaf":` + strconv.FormatInt(e.Leaf, 10) + `,"entry":`)
		s.line.Write(e.Bytes)
		texts := map[string]string{}
		for _, x := range e.Texts {
			if x.Name != "shown" {
				texts[x.Name] = string(x.Value)
			}
		}
		if len(texts) > 0 {
			text, err := json.Marshal(texts)
			if err != nil {
				return err
			}
			s.line.WriteString(`,"texts":`)
			s.line.Write(text)
		}
		s.line.WriteByte('}')
	}
	s.line.WriteString("]}\n")
	_, err = s.out.Write(s.line.Bytes())
	return err
}

func (s *requestSection) finish(*summary) error { return s.out.Close() }
