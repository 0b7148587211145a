package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
)

// sealEvery is how long a record may be unsealed. It is written down where the product says what the record proves.
const sealEvery = time.Second

// signing is the key that signs, with older ones of the same log that vouch for it.
type signing struct {
	ledger.Key

	older []ledger.Key
}

func parseSigning(text string) (signing, error) {
	key, older, err := ledger.ParseSecrets(text)
	return signing{key, older}, err
}

// public are the public halves of all of them.
func (s signing) public() (keys []ledger.Verifier) {
	for _, k := range append([]ledger.Key{s.Key}, s.older...) {
		keys = append(keys, k.Public())
	}
	return keys
}

// added is what the record is told of the key.
func (s signing) added() workflows.KeyAdded {
	if len(s.older) == 0 {
		return workflows.KeyAdded{Key: s.Public().String()}
	}
	return workflows.KeyAdded(s.older[0].Vouch(s.Public()))
}

// presentKey is the key that a server would sign with; the zero key where there is none, or none yet.
func (l loadedConfig) presentKey() (ledger.Key, error) {
	if file := l.keyFile(); l.SigningKey.reveal() == "" && file != "" {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return ledger.Key{}, nil
		}
	}
	s, err := l.signing(false)
	return s.Key, err
}

// signing is the key that was set; else that beside the SQLite file, which is made where it is not there yet; in the demo
// one that is forgotten. The zero key means that nothing is sealed: several processes on Postgres have no place of their own.
func (l loadedConfig) signing(demo bool) (signing, error) {
	if text := l.SigningKey.reveal(); text != "" {
		s, err := parseSigning(text)
		if err != nil {
			return s, fmt.Errorf("%s: %w", l.named("signing_key"), err)
		}
		return s, nil
	}
	if demo {
		text, err := newSigningKey("demo")
		if err != nil {
			return signing{}, err
		}
		return parseSigning(text)
	}
	file := l.keyFile()
	if file == "" {
		return signing{}, nil
	}
	return keyBeside(file)
}

// keyFile is where the key of a SQLite database is; empty for Postgres.
func (l loadedConfig) keyFile() string {
	if file := l.sqliteFile(); file != "" {
		return file + ".key"
	}
	return ""
}

// keyBeside reads the key in a file, and makes both where the file is not there.
func keyBeside(file string) (signing, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		made, err := newSigningKey("")
		if err != nil {
			return signing{}, err
		}
		if err := writeKey(file, made); err != nil {
			return signing{}, err
		}
		return parseSigning(made)
	}
	if err != nil {
		return signing{}, fmt.Errorf("signing key: %w", err)
	}
	s, err := parseSigning(string(text))
	if err != nil {
		return s, fmt.Errorf("signing key in %s: %w", file, err)
	}
	return s, nil
}

// newSigningKey makes a key for the log of that name; an empty name gets one that no other log has.
func newSigningKey(name string) (string, error) {
	if name == "" {
		var b [4]byte
		_, _ = rand.Read(b[:]) // it never fails
		name = "steward-" + hex.EncodeToString(b[:])
	}
	return ledger.NewKey(rand.Reader, name)
}

// writeKey makes a file that only its owner reads. It replaces none: an older key may be needed still.
func writeKey(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("signing key: %w", err)
	}
	_, err = f.WriteString(text + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("signing key: %w", err), os.Remove(file)) // half a key is none
	}
	return nil
}

// useKey finds the signing key and lets the record know its public half.
func (a *app) useKey(ctx context.Context) (err error) {
	keys, err := a.opts.config.signing(a.opts.demo)
	if err != nil {
		return err
	}
	if a.key = keys.Key; a.key.Zero() {
		a.log.WarnContext(ctx, "the record is not sealed: set signing_key to a key of steward key new")
		return nil
	}
	a.known = keys.public()
	return a.engine.UseKey(ctx, keys.added())
}

// seal keeps the record sealed, until ctx ends.
func (a *app) seal(ctx context.Context) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	sealer := a.store.NewSealer(a.key)
	a.remind(ctx, sealer)
	said := ""
	for {
		done, err := sealer.Seal(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			a.meters.unsealed.Inc()
			if err.Error() != said { // it would be said every second
				said = err.Error()
				a.log.ErrorContext(ctx, "the record is not sealed", "error", err)
			}
		case said != "":
			said = ""
			a.log.InfoContext(ctx, "the record is sealed again", "records", done.Size)
		}
		if err == nil && done.More {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// remind tells the sealer of the newest checkpoint in the anchor's file, so that a server signs nothing on top of a record that was
// cut off or rewritten while none was running.
func (a *app) remind(ctx context.Context, sealer *store.Sealer) {
	if a.opts.config.AnchorFile == "" {
		return
	}
	text, err := os.ReadFile(a.opts.config.AnchorFile)
	if errors.Is(err, fs.ErrNotExist) {
		return // nothing was anchored yet
	}
	if err != nil {
		a.log.WarnContext(ctx, "what was anchored cannot be read, so the record is not compared with it", "error", err)
		return
	}
	unread := 0
	for _, note := range ledger.SplitCheckpoints(string(text)) {
		c, err := ledger.OpenCheckpoint(note, a.known)
		if err != nil {
			unread++ // of an older key that is not beside the present one, of another record, or damaged
			continue
		}
		sealer.Remind(c)
	}
	if unread > 0 {
		a.log.WarnContext(ctx, "checkpoints in the file of the anchor cannot be opened by the keys of signing_key, so the record is not compared with them",
			"checkpoints", unread)
	}
}
