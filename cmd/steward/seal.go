package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"steward/store/ledger"
)

// sealEvery is how long a record may be unsealed. It is written down where the product says what the record proves.
const sealEvery = time.Second

// presentKey is the key that a server would sign with; the zero key where there is none, or none yet.
func (l loadedConfig) presentKey() (ledger.Key, error) {
	if file := l.keyFile(); l.SigningKey.reveal() == "" && file != "" {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return ledger.Key{}, nil
		}
	}
	return l.signingKey(false)
}

// signingKey is the key that was set; else that beside the SQLite file, which is made where it is not there yet; in the demo
// one that is forgotten. The zero key means that nothing is sealed: several processes on Postgres have no place of their own.
func (l loadedConfig) signingKey(demo bool) (ledger.Key, error) {
	if text := l.SigningKey.reveal(); text != "" {
		k, err := ledger.ParseKey(text)
		if err != nil {
			return k, fmt.Errorf("%s: %w", l.named("signing_key"), err)
		}
		return k, nil
	}
	if demo {
		text, err := newSigningKey("demo")
		if err != nil {
			return ledger.Key{}, err
		}
		return ledger.ParseKey(text)
	}
	file := l.keyFile()
	if file == "" {
		return ledger.Key{}, nil
	}
	return keyBeside(file)
}

// keyFile is where the key of a SQLite database is; empty for Postgres.
func (l loadedConfig) keyFile() string {
	file, ok := strings.CutPrefix(l.DatabaseURL.reveal(), "sqlite:")
	if !ok {
		return ""
	}
	return file + ".key"
}

// keyBeside reads the key in a file, and makes both where the file is not there.
func keyBeside(file string) (ledger.Key, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		made, err := newSigningKey("")
		if err != nil {
			return ledger.Key{}, err
		}
		if err := writeKey(file, made); err != nil {
			return ledger.Key{}, err
		}
		return ledger.ParseKey(made)
	}
	if err != nil {
		return ledger.Key{}, fmt.Errorf("signing key: %w", err)
	}
	k, err := ledger.ParseKey(string(text))
	if err != nil {
		return k, fmt.Errorf("signing key in %s: %w", file, err)
	}
	return k, nil
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
	if a.key, err = a.opts.config.signingKey(a.opts.demo); err != nil {
		return err
	}
	if a.key.Zero() {
		a.log.WarnContext(ctx, "the record is not sealed: set signing_key to a key of steward key new")
		return nil
	}
	return a.engine.UseKey(ctx, a.key.Public().String())
}

// seal keeps the record sealed, until ctx ends.
func (a *app) seal(ctx context.Context) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	sealer := a.store.NewSealer(a.key)
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
