package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"steward/store"
	"steward/workflows/policy"
)

// What the checks take for wrong.
const (
	skewWarn   = 2 * time.Second
	skewFail   = time.Minute
	waitsLong  = 5 * time.Minute
	quickCheck = 5000 // records that are checked on the way
)

// schema says whether the database can be reached and fits. Without that the other checks make no sense.
func (x *examination) schema(ctx context.Context) bool {
	if reason := x.l.noFolder(); reason != "" {
		x.say(stateFail, "database", "", "%s: %s", x.l.named("database_url"), reason)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	st, err := store.SchemaStatus(ctx, store.Options{URL: x.l.DatabaseURL.reveal()})
	switch {
	case err != nil:
		x.say(stateFail, "database", "is it running, and is "+x.l.named("database_url")+" right?", "cannot be reached: %v", err)
	case st.Absent:
		x.say(stateFail, "database", "run steward migrate, or start steward serve, which makes it", "no database at %s", x.l.sqliteFile())
	case st.Newer():
		x.say(stateFail, "database", "use a newer steward", "its schema is at version %d, this program knows %d", st.Current, st.Target)
	case st.Pending():
		x.say(stateFail, "database", "run steward migrate, or start steward serve, which does it", "its schema is at version %d, this program needs %d",
			st.Current, st.Target)
	default:
		x.say(stateOK, "database", "", "reachable, schema version %d", st.Current)
		return true
	}
	return false
}

// clock compares this machine's clock with the database's: leases go by that one, deadlines by this one.
func (x *examination) clock(ctx context.Context, c *core) {
	before := x.now()
	there, err := c.store.Clock(ctx)
	if err != nil {
		x.say(stateFail, "clock", "", "the database's clock cannot be read: %v", err)
		return
	}
	here := before.Add(x.now().Sub(before) / 2)
	skew := there.Sub(here).Abs().Round(time.Millisecond)
	const hint = "let both machines take the time from the same source (chrony, systemd-timesyncd)"
	switch {
	case skew > skewFail:
		x.say(stateFail, "clock", hint, "%s away from the database's", skew)
	case skew > skewWarn:
		x.say(stateWarn, "clock", hint, "%s away from the database's", skew)
	default:
		x.say(stateOK, "clock", "", "within %s of the database's", skewWarn)
	}
}

// policy compares the pack in force with the one that was brought along.
func (x *examination) policy(ctx context.Context, c *core) {
	hash, err := c.engine.InForce(ctx)
	switch {
	case err != nil:
		x.say(stateFail, "policy", "", "%v", err)
	case hash == "":
		x.say(stateWarn, "policy", "start steward serve", "none is in force yet")
	case hash != c.brought.Hash:
		x.say(stateWarn, "policy", "see the difference with steward policy activate; add --yes to put the new one in force",
			"%.12s is in force, %s is %.12s", hash, x.brought(), c.brought.Hash)
	default:
		x.say(stateOK, "policy", "", "%.12s is in force", hash)
	}
}

func (x *examination) brought() string {
	if x.l.PolicyDir != "" {
		return "the one in " + x.l.PolicyDir
	}
	return "the built-in one"
}

// people says whether the policy can be carried out by those who are there.
func (x *examination) people(ctx context.Context, c *core) {
	rows, err := c.engine.Everyone(ctx)
	if err != nil {
		x.say(stateFail, "people", "", "%v", err)
		return
	}
	if len(rows) == 0 {
		x.say(stateWarn, "people", "steward import people people.csv", "nobody is in the directory")
		return
	}
	pack, err := c.inForce(ctx)
	if err != nil {
		x.say(stateFail, "people", "", "%v", err)
		return
	}
	active := 0
	for _, r := range rows {
		if r.Active {
			active++
		}
	}
	stuck, outside := 0, 0
	for _, f := range policy.CheckPeople(pack, persons(rows)) {
		if !f.Fatal {
			outside++
			continue
		}
		stuck++
		x.say(stateWarn, "people", "give the role to more people in people.csv, or change the policy", "%s", f.Text)
	}
	switch {
	case stuck > 0:
	case outside > 0:
		x.say(stateOK, "people", "", "%d, %d of them active; every stage can be filled, in %s by somebody from outside (steward policy check --people)",
			len(rows), active, count(outside, "case"))
	default:
		x.say(stateOK, "people", "", "%d, %d of them active; every stage can be filled", len(rows), active)
	}
}

// record checks the log where that is quick.
func (x *examination) record(ctx context.Context, c *core) {
	st, err := c.store.Stats(ctx, c.engine.Now())
	if err != nil {
		x.say(stateFail, "record", "", "%v", err)
		return
	}
	if st.LogEntries > quickCheck {
		x.say(stateOK, "record", "", "about %d records; steward verify checks them all", st.LogEntries)
		return
	}
	report, err := c.store.Verify(ctx, nil)
	switch {
	case err != nil:
		x.say(stateFail, "record", "", "%v", err)
	case !report.OK():
		x.say(stateFail, "record", "treat it as an incident: keep a copy of the database as it is, then run steward verify", "%s", report.Problems[0])
	default:
		x.say(stateOK, "record", "", "%d records, all fit", report.Records)
	}
}

// outbox says whether what is to be told goes out, and whether timers fire.
func (x *examination) outbox(ctx context.Context, c *core) {
	st, err := c.store.Stats(ctx, c.engine.Now())
	if err != nil {
		x.say(stateFail, "outbox", "", "%v", err)
		return
	}
	good := true
	warn := func(hint, format string, args ...any) {
		good = false
		x.say(stateWarn, "outbox", hint, format, args...)
	}
	if st.Dead > 0 {
		warn("the log of steward serve has the reason of each; the person still has it in the portal", "%d messages were given up", st.Dead)
	}
	if st.OldestWaiting > waitsLong {
		warn("is steward serve running?", "a message has been waiting for %s", st.OldestWaiting.Round(time.Second))
	}
	if st.PausedBuckets > 0 {
		warn("nothing to do: it goes on by itself", "%d platforms or channels asked for a pause", st.PausedBuckets)
	}
	if st.TimersDue > 0 {
		warn("is steward serve running?", "%d timers are due and have not fired", st.TimersDue)
	}
	if good {
		x.say(stateOK, "outbox", "", "%d to send, %d being sent, none given up", st.MailsWaiting+st.Waiting, st.Sending)
	}
}

// address asks the public address whether Steward answers there.
func (x *examination) address(ctx context.Context) {
	if x.l.PublicURL == "" {
		x.say(stateOK, "address", "", "for this machine only, http://%s", x.l.Listen)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := getOK(ctx, x.l.PublicURL+"/livez")
	if err != nil {
		x.say(stateWarn, "address", "does its name lead here, and does the proxy pass requests on to "+x.l.Listen+"?",
			"%s/livez does not answer: %v", x.l.PublicURL, err)
		return
	}
	x.say(stateOK, "address", "", "%s answers", x.l.PublicURL)
}

var errNotOK = errors.New("another status than 200")

// getOK says whether an address answers with 200.
func getOK(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return errNotOK
	}
	return nil
}
