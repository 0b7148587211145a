package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"steward/store/ledger"
	"steward/workflows"
)

// Log is a log as it was when it had so many entries. All of it is read on one state of the database.
type Log interface {
	ledger.Source
	// Page gives up to limit entries from a leaf on, in the order of leaves, without their texts.
	Page(ctx context.Context, from int64, limit int) ([]Entry, error)
	// Texts gives the texts that are there of the leaves from index from up to, not including, to, by leaf and name.
	Texts(ctx context.Context, from, to int64) (map[int64][]ledger.Text, error)
	// Requests gives the requests that have their first entry at the leaves from index from up to, not including, to, in the
	// order of those entries.
	Requests(ctx context.Context, from, to int64) ([]string, error)
	// Things gives all entries about things of one kind in the order of their numbers, with their texts.
	Things(ctx context.Context, kind workflows.Kind, ids []string) (map[string][]Entry, error)
	// SystemsOf gives the entries of the AI register that these requests brought, by request.
	SystemsOf(ctx context.Context, requests []string) (map[string]string, error)
	// Absences gives the ids of all absences, in their natural order.
	Absences(ctx context.Context) ([]string, error)
	// Vendors gives the ids of all vendors of whom something was kept, in their natural order.
	Vendors(ctx context.Context) ([]string, error)
	// Seen gives the entries of the AI register that began with a tool being seen in the company, in the order of their numbers.
	Seen(ctx context.Context) ([]string, error)
	// Erasures gives the things of which an entry says that texts were erased.
	Erasures(ctx context.Context) ([]workflows.Ref, error)
	// Policy gives the bundle of a policy by its hash.
	Policy(ctx context.Context, hash string) ([]byte, error)
}

// Entry is an entry of the log.
type Entry struct {
	Leaf  int64
	About workflows.Ref
	N     int
	Bytes []byte
	Texts []ledger.Text
}

// record decodes the entry.
func (e Entry) record() (r workflows.Record, err error) {
	if err = json.Unmarshal(e.Bytes, &r); err != nil {
		return r, fmt.Errorf("entry %d of %s: %w", e.N, e.About, err)
	}
	return r, nil
}

// text gives a text of the entry. there says that the entry commits to one of that name, gone that it was destroyed.
func (e Entry) text(r workflows.Record, name string) (value string, there, gone bool) {
	c, there := r.Texts[name]
	if name == "shown" {
		c, there = r.Shown, r.Shown != ""
	}
	if !there {
		return "", false, false
	}
	for _, x := range e.Texts {
		if x.Name == name && x.Commitment == c {
			return string(x.Value), true, false
		}
	}
	return "", true, true
}

// oneAtATime lets a log be read from two goroutines, each in its turn: what stands for entries that are left out is read while the
// next entries are.
type oneAtATime struct {
	Log
	mu sync.Mutex
}

// Page implements [Log].
func (l *oneAtATime) Page(ctx context.Context, from int64, limit int) ([]Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Log.Page(ctx, from, limit)
}

// Texts implements [Log].
func (l *oneAtATime) Texts(ctx context.Context, from, to int64) (map[int64][]ledger.Text, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Log.Texts(ctx, from, to)
}

// Leaves implements [ledger.Source].
func (l *oneAtATime) Leaves(ctx context.Context, from, to int64) ([]ledger.Hash, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Log.Leaves(ctx, from, to)
}

// Node implements [ledger.Source].
func (l *oneAtATime) Node(ctx context.Context, level int, n int64) (ledger.Hash, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Log.Node(ctx, level, n)
}
