package teams

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"

	"steward/bot/egress"
)

const (
	// keysDay is how often the keys are read: Microsoft asks for once a day, so that a key it withdraws ends.
	keysDay = 24 * time.Hour
	// keysLate is when a call reads them itself, because nobody else has.
	keysLate = keysDay + time.Hour
	// keysLife is how long keys count that cannot be read again. Five days is what Microsoft's documentation calls a fair age
	// for them, and longer than its sign-in was ever away. It is not for ever: whoever keeps us from reading could otherwise
	// keep a withdrawn key alive.
	keysLife = 5 * 24 * time.Hour
	// keysPause is between two readings that calls bring about, whatever key they name. A new key is published long before
	// it signs, so nobody waits for it in good faith.
	keysPause = 5 * time.Minute
	// keysRetry is the same while there are no keys at all.
	keysRetry = 10 * time.Second
	// keysTimeout is how long a reading may take.
	keysTimeout = 10 * time.Second

	maxMetadata = 64 << 10
	// maxKeys leaves room: the Bot Framework's key set was about a megabyte in 2026.
	maxKeys = 8 << 20
	// maxKeyCount is how many keys of a set are looked at. Each costs a little, and the Bot Framework has far fewer.
	maxKeyCount = 1000

	minRSABits, maxRSABits = 2048, 8192
)

// signingKey is a key that tokens are signed with.
type signingKey struct {
	public   *rsa.PublicKey
	alg      string   // the one it is for, "" where it does not say
	endorsed []string // the channels it may sign for
}

// keyring holds the keys that the Bot Framework publishes, as they were last read.
type keyring struct {
	metadata string
	guard    egress.Guard
	client   *http.Client
	log      *slog.Logger
	now      func() time.Time
	after    func(time.Duration) <-chan time.Time

	mu    sync.Mutex
	keys  map[string]signingKey
	at    time.Time     // when they were read
	tried time.Time     // when a reading was last begun
	busy  chan struct{} // closed when the one that is going on ends; nil where none is
}

func newKeyring(cfg VerifierConfig) *keyring {
	k := &keyring{
		metadata: cfg.MetadataURL, log: cfg.Log, now: cfg.Now, after: cfg.After,
		// Entra's hosts are not among these. Its keys sign tokens of every app in every tenant, and none of those may press a
		// button here.
		guard: egress.Guard{Hosts: []string{cfg.Cloud.metadataHost()}, Loopback: cfg.Loopback},
	}
	k.client = k.guard.Client(keysTimeout)
	if k.metadata == "" {
		k.metadata, _ = ParseMetadataURL("", cfg.Cloud, false) // which does not fail
	}
	if k.after == nil {
		k.after = time.After
	}
	return k
}

// find gives the key of a name. A name nobody knows has the keys read again, at most once in keysPause and by one caller, for
// which the others wait. Errors are [ErrToken], of a name that is not among the keys, and [ErrKeys].
func (k *keyring) find(ctx context.Context, kid string) (signingKey, error) {
	k.mu.Lock()
	now := k.now()
	key, known := k.keys[kid]
	known = known && k.alive(now)
	if known && (now.Sub(k.at) < keysLate || k.busy != nil) {
		k.mu.Unlock()
		return key, nil
	}
	wait, ours := k.begin(now)
	k.mu.Unlock()
	switch {
	case ours:
		k.read(ctx)
	case wait != nil:
		select {
		case <-wait:
		case <-ctx.Done():
			return signingKey{}, ErrKeys
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.alive(k.now()) {
		return signingKey{}, ErrKeys
	}
	if key, known = k.keys[kid]; !known {
		return signingKey{}, ErrToken
	}
	return key, nil
}

// alive says that there are keys that still count. It holds mu, as begin and held do.
func (k *keyring) alive(now time.Time) bool { return k.keys != nil && now.Sub(k.at) < keysLife }

// held is how long no reading may begin.
func (k *keyring) held(now time.Time) time.Duration {
	pause := keysPause
	if !k.alive(now) {
		pause = keysRetry
	}
	if k.tried.IsZero() {
		return 0
	}
	return pause - now.Sub(k.tried)
}

// begin says whether the caller is to read the keys; else it gives what to wait for, nil where nothing is going on.
func (k *keyring) begin(now time.Time) (wait chan struct{}, ours bool) {
	if k.busy != nil || k.held(now) > 0 {
		return k.busy, false
	}
	k.busy, k.tried = make(chan struct{}), now
	return k.busy, true
}

// read reads the keys, for a caller whom begin told to. What it reads is for everybody, so it does not end with the call that
// brought it about: somebody who hangs up in time could otherwise keep new keys away.
func (k *keyring) read(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysTimeout)
	defer cancel()
	keys, err := k.fetch(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		k.keys, k.at = keys, k.now()
	}
	close(k.busy)
	k.busy = nil
	k.report(ctx, err)
}

// report logs how a reading went.
func (k *keyring) report(ctx context.Context, err error) {
	endorsed := 0
	for _, key := range k.keys {
		if slices.Contains(key.endorsed, teamsChannel) {
			endorsed++
		}
	}
	switch {
	case err != nil && k.alive(k.now()):
		k.log.WarnContext(ctx, "teams: signing keys not read; the old ones stay", "err", err, "read_at", k.at, "until", k.at.Add(keysLife))
	case err != nil:
		k.log.ErrorContext(ctx, "teams: no signing keys; nothing of Teams is let in", "err", err)
	case endorsed == 0:
		k.log.ErrorContext(ctx, "teams: no signing key is endorsed for msteams; nothing of Teams is let in", "keys", len(k.keys))
	default:
		k.log.InfoContext(ctx, "teams: signing keys read", "keys", len(k.keys), "endorsed", endorsed)
	}
}

// run reads the keys at once, and then every day, until ctx ends.
func (k *keyring) run(ctx context.Context) {
	for ctx.Err() == nil {
		k.mu.Lock()
		now := k.now()
		due := k.keys == nil || now.Sub(k.at) >= keysDay
		ours := false
		if due {
			_, ours = k.begin(now)
		}
		k.mu.Unlock()
		if ours {
			k.read(ctx)
		}
		select {
		case <-ctx.Done():
		case <-k.after(k.untilNext()):
		}
	}
}

// untilNext is how long run has nothing to do.
func (k *keyring) untilNext() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	wait := k.held(now)
	if k.keys != nil {
		wait = max(wait, keysDay-now.Sub(k.at))
	}
	return max(wait, time.Second)
}

// fetch asks for the metadata and then for the keys it points at. The issuer that the metadata names plays no part: which one
// we believe is a constant.
func (k *keyring) fetch(ctx context.Context) (map[string]signingKey, error) {
	text, err := k.get(ctx, k.metadata, maxMetadata)
	if err != nil {
		return nil, fmt.Errorf("read the OpenID metadata: %w", err)
	}
	var meta struct {
		Keys string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return nil, errors.New("read the OpenID metadata: it is not JSON")
	}
	if text, err = k.get(ctx, meta.Keys, maxKeys); err != nil {
		return nil, fmt.Errorf("read the key set: %w", err)
	}
	return readKeys(text)
}

// get reads a document from a host we believe.
func (k *keyring) get(ctx context.Context, address string, limit int64) ([]byte, error) {
	u, err := k.guard.Address(address)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP status %d", resp.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("it is longer than %d bytes", limit)
	}
	return text, nil
}

// bare takes the address off an error of a call.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// readKeys reads a key set (RFC 7517). Keys that cannot sign a token for us are left out one by one: the Bot Framework may
// publish kinds that did not exist when this was written. A set without any that can is an error, so that the old ones stay.
func readKeys(text []byte) (map[string]signingKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, errors.New("read the key set: it is not JSON")
	}
	keys := make(map[string]signingKey, len(set.Keys))
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeyCount)] {
		kid, key, ok := readKey(raw)
		if _, twice := keys[kid]; ok && !twice {
			keys[kid] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("read the key set: there is no key in it that could have signed a token")
	}
	return keys, nil
}

// readKey reads one key: RSA, of a length nobody breaks, and for signatures.
func readKey(raw []byte) (string, signingKey, bool) {
	parsed, err := jwk.ParseKey(raw)
	if err != nil {
		return "", signingKey{}, false
	}
	kid, _ := parsed.KeyID()
	public, isRSA := parsed.(jwk.RSAPublicKey)
	if use, said := parsed.KeyUsage(); kid == "" || !isRSA || said && use != "" && use != "sig" {
		return "", signingKey{}, false
	}
	key := signingKey{public: new(rsa.PublicKey)}
	if err := jwk.Export(public, key.public); err != nil {
		return "", signingKey{}, false
	}
	if bits := key.public.N.BitLen(); bits < minRSABits || bits > maxRSABits {
		return "", signingKey{}, false
	}
	if alg, said := parsed.Algorithm(); said {
		key.alg = alg.String()
	}
	var endorsed []any
	if parsed.Get("endorsements", &endorsed) == nil {
		for _, e := range endorsed {
			if channel, ok := e.(string); ok {
				key.endorsed = append(key.endorsed, channel)
			}
		}
	}
	return kid, key, true
}
