package engine

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"steward/workflows"
)

// exportedData is the data of the record of an export.
type exportedData struct {
	Scope workflows.EvidenceScope `json:"scope"`
	Size  int64                   `json:"size"` // entries in the checkpoint up to which the record was exported
}

// RecordExport records that a person exports evidence, and why, before the first byte is written: nobody takes it along without
// a trace. The reason is kept as a text beside the record.
func (e *Engine) RecordExport(ctx context.Context, by workflows.PersonID, via workflows.Via, scope workflows.EvidenceScope, size int64, reason string) error {
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return workflows.RefuseField("reason", "Say what the evidence is for. The reason stays in the record.")
	case n > workflows.MaxEvidenceReason:
		return workflows.RefuseField("reason", fmt.Sprintf("The reason has %d characters; at most %d fit.", n, workflows.MaxEvidenceReason))
	}
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		ev := workflows.Event{About: workflows.RecordRef(), Actor: by, At: e.Now(), Via: via}
		_, err := e.note(ctx, tx, ev, workflows.Fact{
			Kind: workflows.FactExported, Data: exportedData{scope, size}, Texts: map[string]string{"reason": reason},
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("record export: %w", err)
	}
	return nil
}
