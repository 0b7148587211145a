package store

import (
	"context"

	"steward/store/ledger"
	"steward/workflows"
)

// Sealing says how a record is sealed, with the proof that it is in the newest checkpoint. [workflows.ErrNotFound] where it is
// not sealed yet. The caller asks who may see the record.
func (s *Store) Sealing(ctx context.Context, about workflows.Ref, n int) (out workflows.Sealing, err error) {
	if !storable(string(about.Kind), about.ID) {
		return out, failed(workflows.ErrNotFound, "read seal")
	}
	err = s.view(ctx, func(t tx) error {
		out, err = t.sealing(ctx, about, n)
		return err
	})
	return out, failed(err, "read seal of record %d of %s", n, about)
}

func (t tx) sealing(ctx context.Context, about workflows.Ref, n int) (workflows.Sealing, error) {
	var leaf []int64
	err := t.on(ctx).Raw(`SELECT l.idx FROM log_leaves l JOIN log_entries e ON e.id = l.entry WHERE e.about_kind = ? AND e.about_id = ? AND e.n = ?`,
		string(about.Kind), about.ID, n).Scan(&leaf).Error
	if err != nil {
		return workflows.Sealing{}, err
	}
	last, err := t.checkpoint(ctx, 0)
	if err != nil {
		return workflows.Sealing{}, err
	}
	if len(leaf) != 1 || leaf[0] >= last.Size {
		return workflows.Sealing{}, workflows.ErrNotFound
	}
	path, err := ledger.Prove(ctx, t, last.Size, leaf[0])
	if err != nil {
		return workflows.Sealing{}, err
	}
	out := workflows.Sealing{Leaf: leaf[0], Size: last.Size, Root: ledger.HashText(last.Root), Checkpoint: last.Note}
	for _, h := range path {
		out.Path = append(out.Path, h.String())
	}
	return out, nil
}

// SealState says how far the log is sealed.
func (s *Store) SealState(ctx context.Context) (out workflows.SealState, err error) {
	err = s.view(ctx, func(t tx) error {
		last, err := t.checkpoint(ctx, 0)
		if err != nil {
			return err
		}
		out.Size, out.Checkpoint = last.Size, last.Note
		if err := t.on(ctx).Model(&keyRow{}).Order("verifier").Pluck("verifier", &out.Keys).Error; err != nil {
			return err
		}
		return t.on(ctx).Raw("SELECT count(*) - (SELECT count(*) FROM log_leaves) FROM log_entries").Scan(&out.Waiting).Error
	})
	return out, failed(err, "read state of the seal")
}
