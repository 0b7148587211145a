package engine

import (
	"context"
	"errors"
	"fmt"

	"steward/workflows"
	"steward/workflows/policy"
)

// EnsurePack puts the pack in force where none is yet: the first start of a new installation. Later it changes nothing and
// gives the hash in force; another pack is put in force by [Engine.Activate] only, never by whichever replica started.
func (e *Engine) EnsurePack(ctx context.Context, p *policy.Pack) (string, error) {
	var hash string
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		if hash, err = tx.ActivePack(ctx); err != nil || hash != "" {
			return err
		}
		hash = p.Hash
		first := workflows.Activation{To: p.Hash}
		return e.activate(ctx, tx, p, first, workflows.Event{Actor: workflows.System, Via: workflows.Via{Surface: "cli"}})
	})
	if errors.Is(err, workflows.ErrConflict) { // another replica was first
		return e.InForce(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("put the first policy pack in force: %w", err)
	}
	if hash == p.Hash {
		e.keep(p) // it need not be read and checked a second time
	}
	return hash, nil
}

// Activate puts a pack in force, in place of the one with hash from, on the word of one alone, and the record says so: for
// whoever runs the server. In the portal a second person is needed, see [Engine.Propose]. ErrConflict where from is not in
// force any more.
func (e *Engine) Activate(ctx context.Context, p *policy.Pack, from string, actor workflows.PersonID, via workflows.Via) error {
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		return e.activate(ctx, tx, p, workflows.Activation{From: from, To: p.Hash, Alone: true}, workflows.Event{Actor: actor, Via: via})
	})
	if err != nil {
		return fmt.Errorf("activate policy pack %.12s: %w", p.Hash, err)
	}
	e.Rouse()
	return nil
}

// activate moves the pack in force, with its record, and makes every proposal void that was made under the one before. The
// caller holds the pack, but for the first one.
func (e *Engine) activate(ctx context.Context, tx Tx, p *policy.Pack, how workflows.Activation, by workflows.Event) error {
	now := e.Now()
	if err := tx.PutBundle(ctx, p.Hash, p.Bundle(), now); err != nil {
		return err
	}
	if err := tx.Activate(ctx, how.From, how.To, now); err != nil {
		return err
	}
	by.About, by.At = workflows.PackRef(), now
	if _, err := e.note(ctx, tx, by, workflows.Fact{Kind: workflows.FactPolicyActivated, Data: how}); err != nil {
		return err
	}
	return e.overtake(ctx, tx, by, func(o workflows.Proposal) bool { return o.What == workflows.ProposePolicy })
}

// InForce gives the hash of the pack in force.
func (e *Engine) InForce(ctx context.Context) (string, error) {
	var hash string
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		hash, err = tx.ActivePack(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("policy pack in force: %w", err)
	}
	return hash, nil
}

// Pack gives a stored pack, or the one in force where hash is empty. [workflows.ErrNotFound] where there is none.
func (e *Engine) Pack(ctx context.Context, hash string) (*policy.Pack, error) {
	if p := e.cached(hash); p != nil {
		return p, nil
	}
	var p *policy.Pack
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		var err error
		p, err = e.pack(ctx, tx, hash)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("policy pack %.12s: %w", hash, err)
	}
	return p, nil
}

// Flow gives a flow of a stored pack, or of the one in force where hash is empty.
func (e *Engine) Flow(ctx context.Context, hash, key string) (*policy.Flow, error) {
	p, err := e.Pack(ctx, hash)
	if err != nil {
		return nil, err
	}
	f, ok := p.Flow(key)
	if !ok {
		return nil, fmt.Errorf("flow %s: %w", key, workflows.ErrNotFound)
	}
	return f, nil
}

// Flows gives the flows of the pack in force, in its order.
func (e *Engine) Flows(ctx context.Context) ([]*policy.Flow, error) {
	p, err := e.Pack(ctx, "")
	if err != nil {
		return nil, err
	}
	return p.Flows(), nil
}

func (e *Engine) flowInForce(ctx context.Context, tx Tx, key string) (*policy.Flow, error) {
	return e.flow(ctx, tx, "", key)
}

// flow gives a flow of a stored pack, or of the one in force where hash is empty.
func (e *Engine) flow(ctx context.Context, tx Tx, hash, key string) (*policy.Flow, error) {
	p, err := e.pack(ctx, tx, hash)
	if err != nil {
		return nil, err
	}
	f, ok := p.Flow(key)
	if !ok {
		return nil, fmt.Errorf("flow %s: %w", key, workflows.ErrNotFound)
	}
	return f, nil
}

func (e *Engine) cached(hash string) *policy.Pack {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.packs[hash]
}

func (e *Engine) pack(ctx context.Context, tx Tx, hash string) (*policy.Pack, error) {
	if hash == "" {
		var err error
		if hash, err = tx.ActivePack(ctx); err != nil {
			return nil, err
		}
	}
	if p := e.cached(hash); p != nil {
		return p, nil
	}
	raw, err := tx.Bundle(ctx, hash)
	if err != nil {
		return nil, err
	}
	p, err := policy.LoadBundle(raw)
	if err != nil {
		return nil, fmt.Errorf("stored policy pack %.12s: %w", hash, err)
	}
	e.keep(p)
	return p, nil
}

func (e *Engine) keep(p *policy.Pack) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.packs[p.Hash] = p
}
