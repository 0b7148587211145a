package evidence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/catalog"
)

// Order says what to write.
type Order struct {
	Scope      workflows.EvidenceScope
	Checkpoint string         // the signed note up to which the log is read
	Keys       []ledger.Vouch // of the log, up to that of Key
	Key        ledger.Key     // signs the sums
	Build      string
	// Progress is called now and then, and may be nil.
	Progress func(done, total int64)
}

// Check gives the scope in its one form, or says what is wrong with it. Nothing has to be read for it.
func Check(s workflows.EvidenceScope) (workflows.EvidenceScope, error) {
	s, err := s.Clean()
	if err != nil {
		return s, err
	}
	for _, c := range s.Controls {
		if _, ok := catalog.Find(c); !ok {
			return s, fmt.Errorf("there is no control %q; they are written as in 42001:A.10.3 or 27001:9.2.1", c)
		}
	}
	for _, one := range s.Standards {
		if !slices.Contains(catalog.Standards(), one) {
			return s, fmt.Errorf("there is no standard %q; there are %s", one, strings.Join(catalog.Standards(), " and "))
		}
	}
	return s, nil
}

// Make makes a bundle of the log, to be written with [ledger.Bundle.WriteTo] and the key of the order, and to be discarded then.
// The same order and the same log, with the same texts destroyed, give the same bytes.
func Make(ctx context.Context, log Log, o Order) (b *ledger.Bundle, err error) {
	var keys []ledger.Verifier
	for _, k := range o.Keys {
		key, err := ledger.ParseVerifier(k.Key)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", k.Key, err)
		}
		keys = append(keys, key)
	}
	c, err := ledger.OpenCheckpoint(o.Checkpoint, keys)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if o.Scope, err = Check(o.Scope); err != nil {
		return nil, err
	}
	b = ledger.NewBundle("")
	x := &writing{b: b, log: &oneAtATime{Log: log}, order: o, packs: newPacks(log), sum: &summary{
		Scope: o.Scope, Checkpoint: c, Signer: o.Key.Public(), Build: o.Build, ByStatus: map[string]int64{}, ByDecision: map[string]int64{},
		months: map[string]*month{},
	}}
	if x.sum.from, x.sum.until, err = o.Scope.Period(); err == nil {
		x.sections, err = sections(b, o.Scope)
	}
	if err == nil {
		err = x.run(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, b.Discard())
	}
	return b, nil
}

// writing is one bundle in the making.
type writing struct {
	b        *ledger.Bundle
	log      Log
	order    Order
	packs    *packs
	sections []section
	sum      *summary
	chosen   map[workflows.Ref]bool // nil: everything
	lent     []lent                 // who decided in whose place, in a part of the record
}

func (x *writing) run(ctx context.Context) error {
	if !x.order.Scope.Whole() {
		x.chosen = map[workflows.Ref]bool{workflows.PackRef(): true, workflows.RecordRef(): true}
	}
	if err := x.requests(ctx); err != nil {
		return err
	}
	if err := x.absences(ctx); err != nil {
		return err
	}
	if err := x.vendors(ctx); err != nil {
		return err
	}
	if err := x.seen(ctx); err != nil {
		return err
	}
	if err := x.record(ctx); err != nil {
		return err
	}
	for _, s := range x.sections {
		if err := s.finish(x.sum); err != nil {
			return err
		}
	}
	if err := x.packs.write(ctx, x.b); err != nil {
		return err
	}
	s := x.sum
	m := ledger.Manifest{
		Format: ledger.BundleFormat, Log: s.Checkpoint.Origin, Size: s.Checkpoint.Size, Root: s.Checkpoint.Root.String(), Signer: s.Signer.ID(),
		Build: s.Build, Scope: scopeJSON(s), Records: s.Records, Texts: s.Texts, Erased: s.Erased,
	}
	return errors.Join(x.b.Certify(m, x.order.Checkpoint, x.order.Keys), writeReadme(x.b, s), writeOSCAL(x.b, s))
}

// How many entries are read at once, and how many requests with all their entries.
const (
	entriesAtOnce  = 1000
	requestsAtOnce = 100
)

// requests shows each request of the population to the sections, in the order in which they were sent or named.
func (x *writing) requests(ctx context.Context) error {
	return ahead(func(give func([]*Case) error) error {
		if ids := x.order.Scope.Requests; len(ids) > 0 {
			return x.cases(ctx, ids, give)
		}
		for at := int64(0); at < x.sum.Checkpoint.Size; at += entriesAtOnce {
			ids, err := x.log.Requests(ctx, at, at+entriesAtOnce)
			if err != nil {
				return err
			}
			if err := x.cases(ctx, ids, give); err != nil {
				return err
			}
			x.progress(0, at)
		}
		return nil
	}, x.show)
}

// cases reads requests and gives those of the population.
func (x *writing) cases(ctx context.Context, ids []string, give func([]*Case) error) error {
	for some := range slices.Chunk(ids, requestsAtOnce) {
		things, err := x.log.Things(ctx, workflows.KindRequest, some)
		if err != nil {
			return err
		}
		var cases []*Case
		for _, id := range some {
			c, err := x.read(ctx, id, things[id])
			if err != nil {
				return err
			}
			if c != nil {
				cases = append(cases, c)
			}
		}
		if err := x.systems(ctx, cases); err != nil {
			return err
		}
		if err := give(cases); err != nil {
			return err
		}
	}
	return nil
}

// each gives things of one kind with all their entries, some at once.
func (x *writing) each(ctx context.Context, kind workflows.Kind, ids []string, do func(id string, entries []Entry) error) error {
	for some := range slices.Chunk(ids, requestsAtOnce) {
		things, err := x.log.Things(ctx, kind, some)
		if err != nil {
			return err
		}
		for _, id := range some {
			if err := do(id, things[id]); err != nil {
				return err
			}
		}
	}
	return nil
}

// read gives a request as its entries tell it, or nil where it is not of the population.
func (x *writing) read(ctx context.Context, id string, entries []Entry) (*Case, error) {
	if len(entries) == 0 {
		return nil, fmt.Errorf("there is no request %s in the sealed record: %w", id, workflows.ErrNotFound)
	}
	c, err := newCase(id, entries)
	if err != nil || !c.within(x.sum.from, x.sum.until) {
		return nil, err
	}
	if err := x.packs.refs(ctx, c); err != nil || !x.serves(c) {
		return nil, err
	}
	if x.chosen != nil {
		x.chosen[workflows.RequestRef(id)] = true
		x.lent = append(x.lent, lentIn(c)...)
		for _, v := range c.Vendors {
			x.chosen[workflows.VendorRef(v)] = true
		}
	}
	x.sum.count(c)
	return c, nil
}

// show shows requests to all sections at once: each has files of its own.
func (x *writing) show(cases []*Case) error {
	var each errgroup.Group
	for _, s := range x.sections {
		each.Go(func() error {
			for _, c := range cases {
				if err := s.request(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return each.Wait()
}

// progress says how far a part of two is.
func (x *writing) progress(part, at int64) {
	if size := x.sum.Checkpoint.Size; x.order.Progress != nil {
		x.order.Progress(part*size+at, 2*size)
	}
}

// serves says whether the request is evidence for a control of the scope.
func (x *writing) serves(c *Case) bool {
	s := x.order.Scope
	if len(s.Controls)+len(s.Standards) == 0 {
		return true
	}
	return slices.ContainsFunc(c.Refs, func(id string) bool {
		standard, _, _ := strings.Cut(id, ":")
		return slices.Contains(s.Controls, id) || slices.Contains(s.Standards, standard)
	})
}

// keeps says whether entries about a thing are in the bundle. Beside the requests, their systems, the vendors whose facts they were
// decided with and the absences by which somebody decided in another's place these are the policy, the record itself, and whatever
// says that texts were erased.
func (x *writing) keeps(e Entry) bool { return x.chosen == nil || x.chosen[e.About] }

// chooseErasures adds to a part of the record the things whose entries say that texts were erased.
func (x *writing) chooseErasures(ctx context.Context) error {
	if x.chosen == nil {
		return nil
	}
	abouts, err := x.log.Erasures(ctx)
	for _, about := range abouts {
		x.chosen[about] = true
	}
	return err
}

// record writes the entries.
func (x *writing) record(ctx context.Context) error {
	if err := x.chooseErasures(ctx); err != nil {
		return err
	}
	part, err := x.b.Record(x.log)
	if err != nil {
		return err
	}
	var last Entry
	err = ahead(func(give func([]Entry) error) error { return x.pages(ctx, give) }, func(page []Entry) error {
		last = page[len(page)-1]
		for _, e := range page {
			if !x.keeps(e) {
				continue
			}
			if err := part.Entry(ctx, e.Leaf, e.Bytes, e.Texts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := part.Finish(ctx, x.sum.Checkpoint.Size); err != nil {
		return err
	}
	r, err := last.record()
	if err != nil {
		return err
	}
	x.sum.Last, x.sum.Records, x.sum.Texts, x.sum.Erased = r.Time(), part.Entries, part.Texts, part.Erased
	return nil
}

// pages gives all entries in the order of the tree, and the texts of those that are kept.
func (x *writing) pages(ctx context.Context, give func([]Entry) error) error {
	size := x.sum.Checkpoint.Size
	for at := int64(0); at < size; x.progress(1, at) {
		page, err := x.log.Page(ctx, at, entriesAtOnce)
		if err != nil {
			return err
		}
		first := at
		at += int64(len(page))
		if len(page) == 0 || page[0].Leaf != first || page[len(page)-1].Leaf != at-1 {
			return fmt.Errorf("the checkpoint speaks of %d entries, but not all from number %d on are there", size, first)
		}
		if slices.ContainsFunc(page, x.keeps) {
			texts, err := x.log.Texts(ctx, first, at)
			if err != nil {
				return err
			}
			for i, e := range page {
				page[i].Texts = texts[e.Leaf]
			}
		}
		if err := give(page); err != nil {
			return err
		}
	}
	return nil
}
