package main

import (
	"context"
	"errors"
	"time"

	"steward/store/ledger"
)

// sealsLate is how long a record may be unsealed before the doctor asks why: servers seal every second.
const sealsLate = time.Minute

// seal says whether the record is sealed: by a key that is there and belongs to this log, and up to now.
func (x *examination) seal(ctx context.Context, c *core) {
	const serve = "is steward serve running? Its log says why it cannot seal"
	key, err := x.l.presentKey()
	if err != nil {
		x.say(stateFail, "seal", "steward key new makes one; what older keys signed stays verifiable", "%v", err)
		return
	}
	st, err := c.store.Stats(ctx, c.engine.Now())
	if err != nil {
		x.say(stateFail, "seal", "", "%v", err)
		return
	}
	note, err := c.store.Checkpoint(ctx)
	if err != nil {
		x.say(stateFail, "seal", "", "%v", err)
		return
	}
	late := st.OldestUnsealed.Round(time.Second)
	switch {
	case key.Zero() && x.l.keyFile() == "":
		x.say(stateWarn, "seal", "make a key with steward key new and name its file in STEWARD_SIGNING_KEY_FILE", "there is no signing key: the record is not sealed")
	case key.Zero():
		x.say(stateWarn, "seal", "start steward serve, which makes one", "there is no signing key yet at %s", x.l.keyFile())
	case !x.fitsKey(note, key):
	case late > sealsLate:
		x.say(stateWarn, "seal", serve, "%s sealed, and %s not; the oldest of these was written %s ago", records(st.Checkpointed), records(st.Unsealed), late)
	default:
		x.say(stateOK, "seal", "", "%s sealed by key %s, %d to be", records(st.Checkpointed), key.Public().ID(), st.Unsealed)
	}
}

func records(n int64) string { return count(int(n), "record") }

// fitsKey says whether the key can go on after the newest checkpoint, and what is wrong where it cannot.
func (x *examination) fitsKey(note string, key ledger.Key) bool {
	if note == "" {
		return true
	}
	last, err := ledger.ReadCheckpoint(note)
	if err != nil {
		x.say(stateFail, "seal", "treat it as an incident: run steward verify", "the newest checkpoint cannot be read: %v", err)
		return false
	}
	if last.Origin != key.Name() {
		x.say(stateFail, "seal", "use the key that belongs to this database, or make one with steward key new --name "+last.Origin,
			"the key is for a log called %q, but this one is called %q", key.Name(), last.Origin)
		return false
	}
	if _, err := ledger.OpenCheckpoint(note, []ledger.Verifier{key.Public()}); errors.Is(err, ledger.ErrNotSigned) {
		x.say(stateWarn, "seal", "has the server been restarted since the key was changed?", "the newest checkpoint was signed by another key than %s", key.Public().ID())
		return false
	}
	return true
}
