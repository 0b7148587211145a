package bot

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"time"

	"steward/workflows"
)

// CourierConfig is what a [Courier] works with. Zero values of the last group take the defaults named there.
type CourierConfig struct {
	Queue    Queue
	Read     Reader
	Engine   Applier
	Surfaces []Surface
	Links    LinkBook  // nil where there are no chat accounts
	Reach    Unreached // nil where nobody is told who is not reached
	Seals    Seals     // nil where no checkpoint is posted
	Log      *slog.Logger
	Now      func() time.Time // real time, for pruning only

	Workers int           // deliveries at once; 8
	Abreast int           // deliveries at once in Drain; 1, so that they go out one after the other
	Poll    time.Duration // how often it looks without being woken; 250 ms
	Lease   time.Duration // how long a claim holds; 30 s, extended while the courier works on it
	Timeout time.Duration // of one call of a surface; 60 s
	Grace   time.Duration // how long deliveries in flight may take after a stop; 20 s
	Prune   time.Duration // how often the queue is pruned; 1 h

	Tick   func(time.Duration) (<-chan time.Time, func()) // a ticker and its stop; time.NewTicker
	Later  func(time.Duration, func())                    // calls a function after a while; time.AfterFunc
	Jitter func() float64                                 // in [0, 1); math/rand
	Salt   func() []byte                                  // 16 random bytes; crypto/rand
}

// Courier takes deliveries from the queue and brings them to their surfaces. It is made by [NewCourier], works in
// [Courier.Run], and is safe for concurrent use. What it promises:
//
//   - A delivery is rendered when it is sent, for its reader, from the state of that moment. Before that the courier checks
//     again that the reader is active, may see the thing, and that what they would be told still holds; else it ends as moot.
//   - A delivery in flight keeps its claim by a heartbeat. When the claim is lost, the call is cancelled and the courier
//     leaves the delivery alone.
//   - After a take-over of a claim it asks the platform whether the message exists. Where the platform cannot be asked,
//     reminders go at most once, everything else at least once: two cards to decide on are harmless, since a second press
//     decides nothing, and none at all would be a hidden wait.
//   - A panic of a surface is a failed attempt of that delivery and of no other.
//   - Deliveries for surfaces it was not given are never claimed.
type Courier struct {
	cfg      CourierConfig
	desk     *Desk // reads things as their readers see them; nothing is pressed here
	surfaces map[string]Surface
	names    []string
	wake     chan struct{}
}

// NewCourier makes a courier. It starts nothing.
func NewCourier(cfg CourierConfig) *Courier {
	cfg = cfg.withDefaults()
	c := &Courier{cfg: cfg, surfaces: make(map[string]Surface), wake: make(chan struct{}, 1)}
	c.desk = NewDesk(cfg.Engine, cfg.Read, nil, nil)
	for _, s := range cfg.Surfaces {
		c.surfaces[s.Name()] = s
		c.names = append(c.names, s.Name())
	}
	slices.Sort(c.names)
	return c
}

func (c CourierConfig) withDefaults() CourierConfig {
	orDuration := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	orDuration(&c.Poll, 250*time.Millisecond)
	orDuration(&c.Lease, 30*time.Second)
	orDuration(&c.Timeout, time.Minute)
	orDuration(&c.Grace, 20*time.Second)
	orDuration(&c.Prune, time.Hour)
	if c.Workers <= 0 {
		c.Workers = 8
	}
	if c.Abreast <= 0 {
		c.Abreast = 1
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Tick == nil {
		c.Tick = func(d time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(d)
			return t.C, t.Stop
		}
	}
	if c.Later == nil {
		c.Later = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	if c.Jitter == nil {
		c.Jitter = mathrand.Float64
	}
	if c.Salt == nil {
		c.Salt = func() []byte {
			b := make([]byte, 16)
			_, _ = rand.Read(b) // it never fails; it ends the program where there is no randomness
			return b
		}
	}
	return c
}

// Wake makes the courier look at the queue now. It never blocks; several wakes may become one.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Drain delivers until nothing can be claimed any more and gives the number of attempts made. It is for tests and for the
// clock of the demo; deliveries that wait for another try stay.
func (c *Courier) Drain(ctx context.Context) (int, error) {
	if len(c.names) == 0 {
		return 0, nil
	}
	for n := 0; ; {
		ds, err := c.cfg.Queue.Claim(ctx, c.names, c.cfg.Workers, c.cfg.Lease)
		if err != nil || len(ds) == 0 {
			return n, err
		}
		c.deliverAll(ctx, ds)
		n += len(ds)
		if err := ctx.Err(); err != nil {
			return n, err
		}
	}
}

// deliverAll delivers what was claimed together, some of it abreast.
func (c *Courier) deliverAll(ctx context.Context, ds []workflows.Delivery) {
	if c.cfg.Abreast == 1 {
		for _, d := range ds {
			c.deliver(ctx, d)
		}
		return
	}
	var group sync.WaitGroup
	next := make(chan workflows.Delivery)
	for range min(c.cfg.Abreast, len(ds)) {
		group.Go(func() {
			for d := range next {
				c.deliver(ctx, d)
			}
		})
	}
	for _, d := range ds {
		next <- d
	}
	close(next)
	group.Wait()
}
