package engine

import (
	"context"
	"fmt"

	"steward/workflows"
)

// keyAdded is the data of the record of a key.
type keyAdded struct {
	Key string `json:"key"` // the public key, in the encoding of signed notes
}

// UseKey keeps the public key by which checkpoints are signed from now on. A key that was not known before is a record: what
// the key before it signs next vouches for it. Any replica may call it, any number of times.
func (e *Engine) UseKey(ctx context.Context, verifier string) error {
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		added, err := tx.AddKey(ctx, verifier)
		if err != nil || !added {
			return err
		}
		fact := workflows.Fact{Kind: "key_added", Data: keyAdded{verifier}}
		_, err = e.note(ctx, tx, workflows.Event{About: workflows.RecordRef(), Actor: workflows.System, Via: workflows.Via{Surface: "cli"}}, fact)
		return err
	})
	if err != nil {
		return fmt.Errorf("use signing key: %w", err)
	}
	return nil
}
