package teams

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// let tries a good token signed with a key.
func (i *issuer) let(t *testing.T, v *Verifier, kid string, key int) error {
	t.Helper()
	return v.Verify(t.Context(), i.good(kid, rsaKeys()[key], nil), claimed())
}

// read counts the readings so far, from the requests for metadata.
func (i *issuer) read(t *testing.T, want int32, when string) {
	t.Helper()
	if got := i.metas.Load(); got != want {
		t.Errorf("%s: the keys were read %d times, want %d", when, got, want)
	}
}

func TestKeysRotate(t *testing.T) {
	k := rsaKeys()
	first, second := jwkOf("first", &k[0].PublicKey, "msteams"), jwkOf("second", &k[1].PublicKey, "msteams")
	i := newIssuer(t, first)
	v := i.verifier()
	if err := i.let(t, v, "first", 0); err != nil {
		t.Fatal(err)
	}
	i.publish(first, second)
	if err := i.let(t, v, "second", 1); FailedCheck(err) != CheckKey || !errors.Is(err, ErrToken) {
		t.Errorf("a new key at once: %v", err)
	}
	i.read(t, 1, "within five minutes")
	i.pass(keysPause)
	if err := i.let(t, v, "second", 1); err != nil {
		t.Errorf("a new key while the old one is published: %v", err)
	}
	if err := i.let(t, v, "first", 0); err != nil {
		t.Errorf("the old one while it is published: %v", err)
	}
	i.read(t, 2, "after five minutes")

	third := jwkOf("third", &k[2].PublicKey, "msteams")
	i.publish(third)
	i.pass(keysPause)
	if err := i.let(t, v, "third", 2); err != nil {
		t.Errorf("a new key with the old ones gone: %v", err)
	}
	if err := i.let(t, v, "first", 0); FailedCheck(err) != CheckKey {
		t.Errorf("a key that is not published any more: %v", err)
	}
}

// A key that is withdrawn ends within a day, though nobody uses another one.
func TestKeysAreReadDaily(t *testing.T) {
	k := rsaKeys()
	i := newIssuer(t, jwkOf("first", &k[0].PublicKey, "msteams"))
	v := i.verifier()
	for _, step := range []struct {
		pass  time.Duration
		reads int32
	}{{0, 1}, {keysDay, 1}, {2 * time.Hour, 2}, {keysDay, 2}} {
		i.pass(step.pass)
		if err := i.let(t, v, "first", 0); err != nil {
			t.Fatal(err)
		}
		i.read(t, step.reads, "after "+step.pass.String())
	}
	i.publish(jwkOf("second", &k[1].PublicKey, "msteams"))
	i.pass(keysLate)
	if err := i.let(t, v, "first", 0); FailedCheck(err) != CheckKey {
		t.Errorf("a withdrawn key, a day later: %v", err)
	}
}

func TestKeysDownAtStart(t *testing.T) {
	i := newIssuer(t, jwkOf("ours", &rsaKeys()[0].PublicKey, "msteams"))
	v := i.verifier()
	i.answer(http.StatusServiceUnavailable)
	for range 5 {
		if err := i.let(t, v, "ours", 0); !errors.Is(err, ErrKeys) || errors.Is(err, ErrToken) || FailedCheck(err) != CheckKey {
			t.Fatalf("without keys: %v", err)
		}
	}
	i.read(t, 1, "at once")
	i.answer(0)
	if err := i.let(t, v, "ours", 0); !errors.Is(err, ErrKeys) {
		t.Errorf("before the retry: %v", err)
	}
	i.pass(keysRetry)
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Errorf("after the retry: %v", err)
	}
	i.read(t, 2, "after the retry")
}

func TestKeysDownLater(t *testing.T) {
	i := newIssuer(t, jwkOf("ours", &rsaKeys()[0].PublicKey, "msteams"))
	var log bytes.Buffer
	v := i.verifier(func(c *VerifierConfig) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Fatal(err)
	}
	i.answer(http.StatusBadGateway)
	i.pass(keysDay + 2*time.Hour)
	for range 5 {
		if err := i.let(t, v, "ours", 0); err != nil {
			t.Errorf("the old keys do not count any more: %v", err)
		}
	}
	i.read(t, 2, "on the second day")
	if !strings.Contains(log.String(), "the old ones stay") {
		t.Errorf("nobody was told: %s", log.String())
	}
	if err := i.let(t, v, "new", 1); FailedCheck(err) != CheckKey || !errors.Is(err, ErrToken) {
		t.Errorf("a new key that cannot be read: %v", err)
	}
	i.pass(keysPause)
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Error(err)
	}
	i.read(t, 3, "five minutes on")

	i.pass(keysLife - keysDay - 2*time.Hour - keysPause - time.Second)
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Errorf("a second before five days: %v", err)
	}
	i.pass(time.Second)
	if err := i.let(t, v, "ours", 0); !errors.Is(err, ErrKeys) {
		t.Errorf("after five days: %v", err)
	}
	i.answer(0)
	i.pass(keysRetry)
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Errorf("back again: %v", err)
	}
}

// An outsider who invents names of keys has the keys read once in five minutes, and keeps nobody else out.
func TestKeysFlood(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	v := i.verifier()
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Fatal(err)
	}
	good := i.good("ours", key, nil)
	forged := strings.SplitN(good[0], ".", 2)[1]
	flood := func() {
		var all sync.WaitGroup
		for n := range 200 {
			all.Go(func() {
				token := "Bearer " + b64(mustJSON(headerOf(fmt.Sprint("invented-", n), nil))) + "." + forged
				if err := v.Verify(t.Context(), []string{token}, claimed()); FailedCheck(err) != CheckKey {
					t.Errorf("an invented key: %v", err)
				}
				if err := v.Verify(t.Context(), good, claimed()); err != nil {
					t.Errorf("a good token in the flood: %v", err)
				}
			})
		}
		all.Wait()
	}
	flood()
	i.read(t, 1, "right after the first reading")
	for n := range int32(3) {
		i.pass(keysPause)
		flood()
		i.read(t, 2+n, "in a later five minutes")
	}
	i.pass(keysPause)
	nameless := "Bearer " + b64(mustJSON(headerOf("", nil))) + "." + forged
	if err := v.Verify(t.Context(), []string{nameless}, claimed()); FailedCheck(err) != CheckKey {
		t.Errorf("a key without a name: %v", err)
	}
	i.read(t, 4, "for a key without a name")
	if got := i.sets.Load(); got != 4 {
		t.Errorf("the key set was read %d times", got)
	}
}

// At a start many calls come at once: one of them reads the keys, and all of them are let in.
func TestKeysSingleFlight(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	hold, arrived := make(chan struct{}), make(chan struct{}, 8)
	i.change(func(i *issuer) { i.hold, i.arrived = hold, arrived })
	v := i.verifier()
	good := i.good("ours", key, nil)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := v.Verify(t.Context(), good, claimed()); err != nil {
				t.Error(err)
			}
		})
	}
	<-arrived
	// Somebody who does not wait gets no keys, and takes them from nobody.
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Verify(gone, good, claimed()); !errors.Is(err, ErrKeys) {
		t.Errorf("a call that ended: %v", err)
	}
	// Nor does a reading that takes long bring about another.
	i.pass(keysRetry)
	if err := v.Verify(gone, good, claimed()); !errors.Is(err, ErrKeys) {
		t.Errorf("a later call that ended: %v", err)
	}
	close(hold)
	all.Wait()
	i.read(t, 1, "for all of them")
}

// Who hangs up while the keys are being read for them does not keep the keys away from the others.
func TestKeysOutliveTheirReader(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	hold, arrived := make(chan struct{}), make(chan struct{}, 8)
	i.change(func(i *issuer) { i.hold, i.arrived = hold, arrived })
	v := i.verifier()
	gone, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- v.Verify(gone, i.good("invented", key, nil), claimed()) }()
	<-arrived
	cancel()
	close(hold)
	if err := <-done; FailedCheck(err) != CheckKey {
		t.Errorf("an invented key: %v", err)
	}
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Errorf("the next call: %v", err)
	}
	i.read(t, 1, "for both")
}

// While one call has the keys read again, calls with keys that are known do not wait, unless those are too old to count.
func TestKeysKnownDoNotWait(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "msteams"))
	v := i.verifier()
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Fatal(err)
	}
	hold, arrived := make(chan struct{}), make(chan struct{}, 8)
	i.change(func(i *issuer) { i.hold, i.arrived = hold, arrived })
	i.pass(keysLate)
	good := i.good("ours", key, object{"exp": i.now().Add(keysLife).Unix()})
	done := make(chan error)
	go func() { done <- v.Verify(t.Context(), i.good("invented", key, nil), claimed()) }()
	<-arrived
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Verify(impatient, good, claimed()); err != nil {
		t.Errorf("a known key: %v", err)
	}
	i.pass(keysLife - keysLate)
	if err := v.Verify(impatient, good, claimed()); !errors.Is(err, ErrKeys) {
		t.Errorf("a known key of five days ago: %v", err)
	}
	close(hold)
	if err := <-done; FailedCheck(err) != CheckKey {
		t.Errorf("an invented key: %v", err)
	}
}

// TestKeysOfAllKinds shows which keys of a set count.
func TestKeysOfAllKinds(t *testing.T) {
	k := rsaKeys()
	with := func(key object, change object) object { return changed(key, change) }
	ours := func(change object) object { return with(jwkOf("ours", &k[0].PublicKey, "msteams"), change) }
	for name, c := range map[string]struct {
		keys []object
		want Check
	}{
		"one":                              {[]object{ours(nil)}, ""},
		"EC beside it":                     {[]object{ecKeyOf("ec"), ours(nil)}, ""},
		"EC of the same name":              {[]object{ecKeyOf("ours"), ours(nil)}, ""},
		"kinds nobody knows":               {[]object{{"kty": "ML-DSA", "kid": "x"}, {"kty": 7}, {}, ours(nil)}, ""},
		"a secret beside it":               {[]object{{"kty": "oct", "kid": "x", "k": "c2VjcmV0"}, ours(nil)}, ""},
		"a broken certificate beside it":   {[]object{with(jwkOf("x", &k[1].PublicKey), object{"x5c": []string{"?"}}), ours(nil)}, ""},
		"another of the same name after":   {[]object{ours(nil), jwkOf("ours", &k[1].PublicKey, "msteams")}, ""},
		"another of the same name before":  {[]object{jwkOf("ours", &k[1].PublicKey, "msteams"), ours(nil)}, CheckSignature},
		"no use":                           {[]object{ours(object{"use": absent{}})}, ""},
		"for RS256":                        {[]object{ours(object{"alg": "RS256"})}, ""},
		"for RS512":                        {[]object{ours(object{"alg": "RS512"})}, CheckAlgorithm},
		"for encryption":                   {[]object{ours(object{"use": "enc"}), jwkOf("x", &k[1].PublicKey)}, CheckKey},
		"no name":                          {[]object{ours(object{"kid": absent{}}), jwkOf("x", &k[1].PublicKey)}, CheckKey},
		"a private one":                    {[]object{ours(object{"d": b64(k[0].D.Bytes()), "p": b64(k[0].Primes[0].Bytes()), "q": b64(k[0].Primes[1].Bytes())}), jwkOf("x", &k[1].PublicKey)}, CheckKey},
		"exponent 1":                       {[]object{ours(object{"e": "AQ"}), jwkOf("x", &k[1].PublicKey)}, CheckKey},
		"no endorsements":                  {[]object{ours(object{"endorsements": absent{}})}, CheckEndorsement},
		"endorsements that are no list":    {[]object{ours(object{"endorsements": "msteams"})}, CheckEndorsement},
		"endorsements that are no texts":   {[]object{ours(object{"endorsements": []any{1, nil, object{"msteams": true}}})}, CheckEndorsement},
		"endorsements, one of them a text": {[]object{ours(object{"endorsements": []any{1, "msteams"}})}, ""},
		"endorsed for Teams of others":     {[]object{ours(object{"endorsements": []string{"msteams2", "xmsteams", "MSTEAMS"}})}, CheckEndorsement},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, c.keys...)
			if err := i.let(t, i.verifier(), "ours", 0); FailedCheck(err) != c.want || (err == nil) != (c.want == "") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// Run has the keys before anybody asks, keeps them fresh, and ends.
func TestKeysRun(t *testing.T) {
	i := newIssuer(t, jwkOf("ours", &rsaKeys()[0].PublicKey, "msteams"))
	i.answer(http.StatusServiceUnavailable)
	waits, tick := make(chan time.Duration), make(chan time.Time)
	v := i.verifier(func(c *VerifierConfig) {
		c.After = func(d time.Duration) <-chan time.Time { waits <- d; return tick }
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); v.Run(ctx) }()
	step := func(want time.Duration, reads int32, when string) {
		t.Helper()
		if got := <-waits; got != want {
			t.Errorf("%s: it waits %s, want %s", when, got, want)
		}
		i.read(t, reads, when)
	}
	next := func(d time.Duration) { i.pass(d); tick <- time.Time{} }

	step(keysRetry, 1, "down at the start")
	i.answer(0)
	next(keysRetry)
	step(keysDay, 2, "up again")
	if err := i.let(t, v, "ours", 0); err != nil {
		t.Error(err)
	}
	i.read(t, 2, "a call afterwards")
	next(keysDay)
	step(keysDay, 3, "the next day")
	i.answer(http.StatusServiceUnavailable)
	next(keysDay)
	step(keysPause, 4, "down later")
	next(time.Minute)
	step(keysPause-time.Minute, 4, "too early")
	i.answer(0)
	next(keysPause)
	step(keysDay, 5, "up again later")
	cancel()
	<-ended
}

// TestKeysLog shows what an operator is told.
func TestKeysLog(t *testing.T) {
	key := rsaKeys()[0]
	i := newIssuer(t, jwkOf("ours", &key.PublicKey, "webchat"))
	var log bytes.Buffer
	v := i.verifier(func(c *VerifierConfig) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	_ = i.let(t, v, "ours", 0)
	if !strings.Contains(log.String(), `"level":"ERROR","msg":"teams: no signing key is endorsed for msteams`) {
		t.Errorf("without endorsements: %s", log.String())
	}
	log.Reset()
	i.publish(jwkOf("ours", &key.PublicKey, "msteams"), jwkOf("chat", &key.PublicKey, "webchat"))
	i.pass(keysLate)
	_ = i.let(t, v, "ours", 0)
	if !strings.Contains(log.String(), `"keys":2,"endorsed":1`) {
		t.Errorf("with them: %s", log.String())
	}
	log.Reset()
	i.Close()
	i.pass(keysLife)
	_ = i.let(t, v, "ours", 0)
	if got := log.String(); !strings.Contains(got, `"level":"ERROR"`) || !strings.Contains(got, "connection refused") || strings.Contains(got, "openidconfiguration") {
		t.Errorf("with nobody there: %s", got)
	}
}

// FuzzReadKeys reads sets of keys that anybody may have written: none of them may be used that is not what it should be.
func FuzzReadKeys(f *testing.F) {
	key := mustKey(2048)
	f.Add(mustJSON(object{"keys": []object{jwkOf("ours", &key.PublicKey, "msteams"), ecKeyOf("ec"), {"kty": "oct", "k": "AA"}}}))
	f.Add([]byte(`{"keys":[{"kty":"RSA","kid":"x","n":"AQ","e":"AQAB","endorsements":null}]}`))
	f.Add([]byte(`{"keys":null}`))
	f.Add(mustJSON(object{"keys": []object{
		jwkOf("", &key.PublicKey), changed(jwkOf("enc", &key.PublicKey), object{"use": "enc"}),
		jwkOf("endless", &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), maxRSABits, 1), E: 65537}),
	}}))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := readKeys(text)
		if (err == nil) != (len(keys) > 0) {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		for kid, k := range keys {
			if bits := k.public.N.BitLen(); kid == "" || bits < minRSABits || bits > maxRSABits || k.public.E < 3 {
				t.Fatalf("a key that should not count: %q", kid)
			}
		}
	})
}
