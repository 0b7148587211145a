package slack

import (
	"strings"
	"sync"
	"time"
)

// Slack's rules for the address of an answer: 30 minutes, five uses. We keep so many; the oldest go first.
const (
	placeLife = 30 * time.Minute
	maxPlaces = 10_000
)

// places remembers, for forms that were opened from a message, where that message can be answered, so that its reader sees
// the decided card at once. It is a convenience of this process: what is lost with it, the courier does a moment later.
type places struct {
	now func() time.Time

	mu   sync.Mutex
	by   map[string]place
	keys []string // oldest first
}

type place struct {
	url  string
	ends time.Time
}

func newPlaces(now func() time.Time) *places { return &places{now: now, by: map[string]place{}} }

func (p *places) put(form, url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, there := p.by[form]; !there {
		p.keys = append(p.keys, form)
	}
	p.by[form] = place{url: url, ends: p.now().Add(placeLife)}
	for len(p.keys) > maxPlaces {
		delete(p.by, p.keys[0])
		p.keys = p.keys[1:]
	}
}

// take gives the address once.
func (p *places) take(form string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.by[form]
	if !ok {
		return "", false
	}
	delete(p.by, form)
	for i, k := range p.keys {
		if k == form {
			p.keys = append(p.keys[:i], p.keys[i+1:]...)
			break
		}
	}
	return at.url, p.now().Before(at.ends)
}

// flowWord gives the word after "request" where it can be the key of a flow.
func flowWord(text string) string {
	_, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if rest = strings.TrimSpace(rest); strings.ContainsAny(rest, " |") || len(rest) > 60 {
		return ""
	}
	return strings.ToLower(rest)
}
