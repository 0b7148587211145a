package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"steward/workflows"
)

// activation is the data of a record that puts a policy in force.
type activation struct {
	From string `json:"from"`
	To   string `json:"to"`
	n    int
	at   int64
}

// activatedKind is the kind of such a record.
const activatedKind = "policy_activated"

func (v *verifier) learnPolicy(rec workflows.Record) {
	if rec.What != activatedKind {
		return
	}
	a := activation{n: rec.N, at: rec.At}
	if err := json.Unmarshal(rec.Data, &a); err != nil {
		v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
		return
	}
	before := ""
	if n := len(v.activations); n > 0 {
		before = v.activations[n-1].To
	}
	if a.From != before {
		v.wrong(rec.About, rec.N, "it replaces a policy that was not in force")
	}
	v.activations = append(v.activations, a)
}

// checkInForce compares the policy in force with the last activation.
func (v *verifier) checkInForce(ctx context.Context, activations []activation) error {
	var row struct {
		Hash  string
		Since int64
	}
	if err := v.on(ctx).Raw("SELECT hash, since FROM policy_in_force").Scan(&row).Error; err != nil {
		return err
	}
	var last activation
	if n := len(activations); n > 0 {
		last = activations[n-1]
	}
	if row.Hash != last.To || row.Since != last.at {
		v.wrong(packRef(), last.n, "the policy in force is %.12q, but %.12q was activated last", row.Hash, last.To)
	}
	return nil
}

// packRef is the thing whose records are the activations.
func packRef() workflows.Ref { return workflows.Ref{Kind: workflows.KindPolicy, ID: "pack"} }

// checkPolicies compares each stored policy with its hash.
func (v *verifier) checkPolicies(ctx context.Context) error {
	var hashes []string
	if err := v.on(ctx).Raw("SELECT hash FROM policies ORDER BY hash").Scan(&hashes).Error; err != nil {
		return err
	}
	v.policies = make(map[string]bool, len(hashes))
	for _, hash := range hashes {
		bundle, err := v.Bundle(ctx, hash)
		if err != nil {
			return err
		}
		v.policies[hash] = true
		if got, err := bundleHash(bundle); err != nil || got != hash {
			v.wrong(packRef(), 0, "the stored policy %.12s is not the one with this hash", hash)
		}
	}
	return nil
}

// bundleHash is the content hash of a stored policy, as package policy makes it: names and texts with their lengths.
func bundleHash(bundle []byte) (string, error) {
	var files map[string]string
	if err := json.Unmarshal(bundle, &files); err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%d %s %d\n%s\n", len(name), name, len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
