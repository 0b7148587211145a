package portal_test

import (
	"context"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/workflows"
)

// sealBook is how the log of these tests is sealed: every record but those named late.
type sealBook struct {
	late  map[int]bool
	state workflows.SealState
}

// sealedBook has one checkpoint.
func sealedBook() sealBook {
	return sealBook{state: workflows.SealState{Size: 1234, Waiting: 2, Checkpoint: "steward\n1234\nROOT=\n\n— steward sig=\n", Keys: []string{"steward+0000+KEY"}}}
}

func (b sealBook) Sealing(_ context.Context, _ workflows.Ref, n int) (workflows.Sealing, error) {
	if b.late[n] {
		return workflows.Sealing{}, workflows.ErrNotFound
	}
	return workflows.Sealing{Leaf: 1000, Size: b.state.Size, Root: "ROOT=", Path: []string{"BESIDE=", "ABOVE="}, Checkpoint: b.state.Checkpoint}, nil
}

func (b sealBook) SealState(context.Context) (workflows.SealState, error) { return b.state, nil }

func TestSealPages(t *testing.T) {
	book := sealedBook()
	book.late = map[int]bool{2: true}
	h := newHouse(t, func(c *portal.Config) { c.Seals = book })
	h.asks(t, 1)
	auditor, admin := h.holder(t, workflows.InternalAuditor), h.holder(t, workflows.Administrator)
	t.Run("a record shows its place, the hashes of its proof, and that it is not sealed yet", func(t *testing.T) {
		text := get(t, h.at(t, ana), "/record/request/AIR-1/1", 200).Root.Words()
		for _, want := range []string{"Place in the record", "1,001 (leaf 1,000)", "the checkpoint of 1,234 entries", "ROOT=", "BESIDE=", "ABOVE=", "sig="} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in:\n%s", want, text)
			}
		}
		if text := get(t, h.at(t, ana), "/record/request/AIR-1/2", 200).Root.Words(); !strings.Contains(text, "Not sealed yet.") || strings.Contains(text, "ROOT=") {
			t.Errorf("a record that is not sealed:\n%s", text)
		}
	})
	t.Run("checkpoints are for those who read the record, and can be saved as they are", func(t *testing.T) {
		for who, may := range map[workflows.PersonID]bool{ana: false, auditor: true, admin: true, helen: true} {
			b := h.at(t, who)
			if !may {
				get(t, b, "/record/checkpoints", 404)
				if got, err := b.Get(t.Context(), "/record/checkpoints.txt"); err != nil || got.Status != 404 {
					t.Errorf("%s: status %d, %v", who, got.Status, err)
				}
				continue
			}
			text := get(t, b, "/record/checkpoints", 200).Root.Words()
			for _, want := range []string{"1,234 entries", "2 entries", "steward+0000+KEY", "No checkpoint was posted yet", "does not"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in:\n%s", want, text)
				}
			}
			if got, err := b.Get(t.Context(), "/record/checkpoints.txt"); err != nil || got.Body != book.state.Checkpoint {
				t.Errorf("saved is %q, %v", got.Body, err)
			}
		}
		if linkOn(get(t, h.at(t, auditor), "/record", 200), "Checkpoints") != "/record/checkpoints" {
			t.Error("the record does not lead there")
		}
		if linkOn(get(t, h.at(t, ana), "/record", 200), "Checkpoints") != "" {
			t.Error("it is offered to Ana")
		}
	})
	t.Run("checkpoints that were posted show year, second and zone", func(t *testing.T) {
		row := workflows.LogRow{Record: workflows.Record{
			V: 1, About: workflows.RecordRef(), N: 1, At: start.UnixMilli(), Actor: workflows.System, What: workflows.FactAnchored, Data: []byte(`{"size":3,"to":["file"]}`),
		}}
		h := newHouse(t, func(c *portal.Config) { c.Seals, c.Records = book, oneRecord{c.Records, row} })
		text := flat(get(t, h.at(t, helen), "/record/checkpoints", 200).Root.Words())
		for _, want := range []string{"3 entries", " 2026 ", start.UTC().Format("15:04:05") + " UTC)"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in:\n%s", want, text)
			}
		}
	})
	t.Run("where nothing is sealed it says how to begin", func(t *testing.T) {
		h := newHouse(t, func(c *portal.Config) { c.Seals = sealBook{} })
		if text := get(t, h.at(t, helen), "/record/checkpoints", 200).Root.Words(); !strings.Contains(text, "Nothing is sealed yet") {
			t.Errorf("it says:\n%s", text)
		}
		if got, err := h.at(t, helen).Get(t.Context(), "/record/checkpoints.txt"); err != nil || got.Status != 404 {
			t.Errorf("status %d, %v", got.Status, err)
		}
	})
}
