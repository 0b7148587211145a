package portal

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"steward/workflows"
)

// Watch sees, once a second for all open pages of this replica together, whether something has changed that one of them
// shows, and tells their streams. It reads only while somebody looks, and it forgets everything at the end: a stream says
// what its page has seen, so a page that comes back misses nothing.
type Watch struct {
	read Pulses
	log  *slog.Logger

	mu      sync.Mutex
	streams map[*stream]struct{}
	closed  bool
}

// The bounds of what one replica streams.
const (
	watchEvery    = time.Second
	maxStreams    = 5000
	maxStreamsOne = 12 // of one person; a browser opens one for each page it shows
	maxWatched    = 60 // requests and entries of one page
)

// Why a stream is not opened.
var (
	errClosing     = errors.New("stopping")
	errManyStreams = errors.New("too many streams")
)

// NewWatch makes a watch that looks at these pulses. Nothing is seen until it runs.
func NewWatch(read Pulses, log *slog.Logger) *Watch {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Watch{read: read, log: log, streams: map[*stream]struct{}{}}
}

// Run looks once a second until ctx ends. Then all streams end.
func (w *Watch) Run(ctx context.Context) {
	defer w.Close()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			w.log.WarnContext(ctx, "could not see what changed", "err", err)
		}
	}
}

// Close ends all streams and opens no more. It can be called again.
func (w *Watch) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for s := range w.streams {
		s.end()
		delete(w.streams, s)
	}
}

// Look looks once, at everything that is watched, and tells the streams of what they do not know yet.
func (w *Watch) Look(ctx context.Context) error {
	people, ids := w.watched()
	if len(people) == 0 {
		return nil
	}
	inboxes, err := w.read.InboxPulses(ctx, people)
	if err != nil {
		return err
	}
	seqs, err := w.pulses(ctx, ids)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.streams {
		s.tell(watchInbox, inboxes[s.who].Mark)
		for _, id := range s.ids {
			if seq, ok := seqs[id]; ok {
				s.tell(id, strconv.Itoa(seq))
			}
		}
	}
	return nil
}

// pulses reads how far requests and entries of the register are.
func (w *Watch) pulses(ctx context.Context, ids []string) (map[string]int, error) {
	seqs := map[string]int{}
	requests, systems := watchedKinds(ids)
	for _, one := range []struct {
		ids  []string
		read func(context.Context, []string) (map[string]int, error)
	}{{requests, w.read.RequestPulses}, {systems, w.read.SystemPulses}} {
		if len(one.ids) == 0 {
			continue
		}
		found, err := one.read(ctx, one.ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(seqs, found)
	}
	return seqs, nil
}

// watchedKinds parts the ids that are watched into those of requests and those of entries of the register.
func watchedKinds(ids []string) (requests, systems []string) {
	for _, id := range ids {
		if ref, _ := workflows.ShortRef(id); ref.Kind == workflows.KindSystem {
			systems = append(systems, id)
		} else {
			requests = append(requests, id)
		}
	}
	return requests, systems
}

// watched gives whose inboxes, and which requests and entries of the register, are watched now, each once.
func (w *Watch) watched() (people []workflows.PersonID, ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.streams {
		people = append(people, s.who)
		ids = append(ids, s.ids...)
	}
	slices.Sort(people)
	slices.Sort(ids)
	return slices.Compact(people), slices.Compact(ids)
}

// open adds a stream of a person to the watch. seen is what their page shows: marks by request id, and of the inbox under
// [watchInbox].
func (w *Watch) open(who workflows.PersonID, seen map[string]string) (*stream, error) {
	s := &stream{who: who, seen: seen, news: make(chan struct{}, 1), over: make(chan struct{})}
	for id := range seen {
		if id != watchInbox {
			s.ids = append(s.ids, id)
		}
	}
	slices.Sort(s.ids)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, errClosing
	}
	own := 0
	for other := range w.streams {
		if other.who == who {
			own++
		}
	}
	if own >= maxStreamsOne || len(w.streams) >= maxStreams {
		return nil, errManyStreams
	}
	w.streams[s] = struct{}{}
	return s, nil
}

// leave takes a stream off the watch.
func (w *Watch) leave(s *stream) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.streams, s)
}

// watchInbox names the inbox of the visitor among what a page watches; no request is called that.
const watchInbox = "inbox"

// stream is one open page. seen and changed belong to the lock of its watch.
type stream struct {
	who     workflows.PersonID
	ids     []string // sorted
	seen    map[string]string
	changed []string      // what is to be told, by id
	news    chan struct{} // has one where there is something to tell
	over    chan struct{} // closed at the end
}

// tell notes that something has another mark than the page has seen.
func (s *stream) tell(id, mark string) {
	if mark == "" || s.seen[id] == mark {
		return
	}
	s.seen[id] = mark
	if !slices.Contains(s.changed, id) {
		s.changed = append(s.changed, id)
	}
	select {
	case s.news <- struct{}{}:
	default: // it has not told the last news yet and will tell these with them
	}
}

func (s *stream) end() { close(s.over) }

// take gives what is to be told now, as marks by id, and forgets it.
func (w *Watch) take(s *stream) map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make(map[string]string, len(s.changed))
	for _, id := range s.changed {
		out[id] = s.seen[id]
	}
	s.changed = nil
	select {
	case <-s.news: // it was for one of these
	default:
	}
	return out
}
