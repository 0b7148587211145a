package main

import (
	"context"
	"errors"
	"io"

	"steward/bot/portal"
	"steward/store"
	"steward/store/evidence"
	"steward/store/ledger"
	"steward/workflows"
)

// exporter gives evidence to the portal.
type exporter struct {
	core *core
	key  ledger.Key
}

// evidence is nil where no key signs the record.
func (a *app) evidence() portal.Evidence {
	if a.key.Zero() {
		return nil
	}
	return exporter{a.core, a.key}
}

// Export implements [portal.Evidence].
func (x exporter) Export(ctx context.Context, w io.Writer, by workflows.PersonID, via workflows.Via, scope workflows.EvidenceScope, reason string) error {
	scope, err := evidence.Check(scope)
	if err != nil {
		return refusedScope(err)
	}
	err = x.core.export(ctx, w, store.EvidenceOrder{Scope: scope, Key: x.key, Build: readBuild().String()}, by, via, reason)
	switch {
	case errors.Is(err, workflows.ErrNotFound):
		return refusedScope(errors.New("there is no such request in the sealed record"))
	case errors.Is(err, store.ErrNothingSealed):
		return refusedScope(store.ErrNothingSealed)
	case errors.Is(err, ledger.ErrLacking):
		return refusedScope(ledger.ErrLacking)
	}
	return err
}

// refusedScope says to a person why there is nothing to export.
func refusedScope(err error) error {
	return workflows.Refuse(workflows.CodeField, "Nothing was exported: "+err.Error()+".")
}

// Proves implements [portal.Evidence].
func (exporter) Proves() (does, doesNot []string) { return evidence.Proves(), evidence.ProvesNot() }
