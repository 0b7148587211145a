package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/catalog"
	"steward/workflows/policy"
)

// packs are the policies that requests were decided under, read once each.
type packs struct {
	log    Log
	bundle map[string]map[string]string // by hash: the files
	serves map[string][]string          // by hash and flow: the controls that the flow serves, sorted
	known  map[string]bool              // ids of controls
}

func newPacks(log Log) *packs {
	p := &packs{log: log, bundle: map[string]map[string]string{}, serves: map[string][]string{}, known: map[string]bool{}}
	for _, c := range catalog.All() {
		p.known[c.ID] = true
	}
	return p
}

// refs adds the controls that the flow of a request serves to those that its assessment names, and leaves out what is no
// control of the two standards.
func (p *packs) refs(ctx context.Context, c *Case) error {
	served, err := p.flow(ctx, c.Policy, c.Flow)
	if err != nil {
		return err
	}
	out := slices.Concat(c.Refs, served)
	out = slices.DeleteFunc(out, func(id string) bool { return !p.known[id] })
	slices.Sort(out)
	c.Refs = slices.Compact(out)
	return nil
}

// flow gives the controls that a flow serves with its questions.
func (p *packs) flow(ctx context.Context, hash, key string) ([]string, error) {
	if out, ok := p.serves[hash+" "+key]; ok {
		return out, nil
	}
	bundle, err := p.log.Policy(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", hash, err)
	}
	pack, err := policy.LoadBundle(bundle)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", hash, err)
	}
	if p.bundle[hash] == nil {
		p.bundle[hash] = map[string]string{}
		for _, f := range pack.Files() {
			p.bundle[hash][f] = pack.Text(f)
		}
	}
	var out []string
	if f, ok := pack.Flow(key); ok {
		out = append(out, f.Serves...)
		for _, q := range f.Questions {
			out = append(out, q.Serves...)
		}
	}
	slices.Sort(out)
	p.serves[hash+" "+key] = slices.Compact(out)
	return p.serves[hash+" "+key], nil
}

// write adds the text of each policy, and when each was put in force.
func (p *packs) write(ctx context.Context, b *ledger.Bundle) error {
	for _, hash := range slices.Sorted(maps.Keys(p.bundle)) {
		for _, file := range slices.Sorted(maps.Keys(p.bundle[hash])) {
			if err := b.Put("policies/"+hash+"/"+fileNameOf(file), []byte(p.bundle[hash][file])); err != nil {
				return err
			}
		}
	}
	things, err := p.log.Things(ctx, workflows.KindPolicy, []string{workflows.PackRef().ID})
	if err != nil {
		return err
	}
	rows := [][]string{{"policy", "in_force_since", "by", "folder", "record", "leaf"}}
	for _, e := range things[workflows.PackRef().ID] {
		r, err := e.record()
		if err != nil {
			return err
		}
		if r.What != workflows.FactPolicyActivated {
			continue
		}
		var d struct{ To string }
		if err := json.Unmarshal(r.Data, &d); err != nil {
			return fmt.Errorf("entry %d of %s: %w", e.N, e.About, err)
		}
		folder := ""
		if p.bundle[d.To] != nil {
			folder = "policies/" + d.To
		}
		rows = append(rows, []string{d.To, stamp(r.Time()), string(r.Actor), folder, strconv.Itoa(e.N), strconv.FormatInt(e.Leaf, 10)})
	}
	var out bytes.Buffer
	if err := writeCSV(&out, rows); err != nil {
		return err
	}
	return b.Put("policies.csv", out.Bytes())
}

// fileNameOf gives the name of a policy's file as a bundle can have it: other signs than plain ones by their bytes, and long names
// by their beginning and a hash.
func fileNameOf(file string) string {
	const plain, longest = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._", 100
	var out strings.Builder
	for i := range len(file) {
		if c := file[i]; strings.IndexByte(plain, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	name := out.String()
	if len(name) > longest {
		sum := sha256.Sum256([]byte(file))
		name = name[:longest] + "-" + hex.EncodeToString(sum[:8])
	}
	return name
}
