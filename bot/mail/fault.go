package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"time"

	"steward/bot"
)

// How long to wait. Servers do not say it.
const (
	pauseLost   = 30 * time.Second // nobody is there
	pauseBusy   = time.Minute      // the server takes nothing for the moment
	pauseBroken = 5 * time.Minute  // somebody has to see to it
	afterLater  = 5 * time.Minute  // the server wants this message later: no list of the grey lets it through sooner
)

// Words of our own for what has no code of the server's; those that an operator can do something about are for package main.
const (
	ReasonLost      = "no_connection"
	ReasonTimeout   = "timeout"
	ReasonNoTLS     = "no_starttls"
	ReasonUntrusted = "certificate"
	ReasonNoAuth    = "no_auth"
	reasonTooMuch   = "too_much"
	reasonBusy      = "busy"          // our own conversations are all in use
	reasonPaced     = "paced"         // held back by ourselves
	reasonLookup    = "not_looked_up" // the directory could not be read
	reasonNobody    = "no_address"    // the directory has none, or they are not there any more
	reasonAddress   = "bad_address"
	reasonUpdate    = "never_updated"
)

// fault makes an error of a conversation into what the courier understands; nil for none. What the server wrote is left out:
// it repeats addresses.
func fault(err error) *bot.SendError {
	if err == nil {
		return nil
	}
	se, ok := errors.AsType[*stepError](err)
	if !ok {
		se = &stepError{stepDial, err}
	}
	if r, ok := errors.AsType[*textproto.Error](err); ok {
		return refused(se.step, r)
	}
	out := &bot.SendError{Reason: ReasonLost, Retry: true, Unsure: se.step == stepEnd, Err: fmt.Errorf("%s", se.step)}
	switch {
	case errors.Is(err, errNoTLS):
		return broken(out, ReasonNoTLS, pauseBroken)
	case errors.Is(err, errNoAuth):
		return broken(out, ReasonNoAuth, pauseBroken)
	case untrusted(err):
		return broken(out, ReasonUntrusted, pauseBroken)
	case errors.Is(err, errTooMuch):
		out.Reason = reasonTooMuch
	case timedOut(err):
		out.Reason = ReasonTimeout
	}
	if before(se.step) && !errors.Is(err, context.Canceled) {
		return broken(out, out.Reason, pauseLost)
	}
	return out
}

// broken says that no message is at fault: all have to wait.
func broken(se *bot.SendError, reason string, after time.Duration) *bot.SendError {
	se.Reason, se.Retry, se.Pause, se.Reach, se.After = reason, false, true, bot.ReachSurface, after
	return se
}

// refused says what a server's answer means for the message and for the ones after it.
func refused(at step, r *textproto.Error) *bot.SendError {
	se := &bot.SendError{Reason: code(r), Err: fmt.Errorf("%s: %d", at, r.Code)}
	later := r.Code/100 == 4
	switch {
	case r.Code == 421, (before(at) || at == stepFrom) && later: // "closing transmission channel"
		return broken(se, se.Reason, pauseBusy)
	case before(at) || at == stepFrom, signIn(r.Code):
		return broken(se, se.Reason, pauseBroken)
	case later:
		se.Retry, se.After = true, afterLater
	case r.Code/100 != 5: // no answer to what we said: whatever it is, it took nothing that we know of
		se.Retry, se.Unsure = true, at == stepEnd
	}
	return se
}

// before says that a step comes before those about one message.
func before(at step) bool {
	switch at {
	case stepDial, stepGreet, stepHello, stepTLS, stepAuth, stepReset:
		return true
	case stepFrom, stepTo, stepData, stepText, stepEnd:
	}
	return false
}

// signIn says that a code wants another sign-in, whatever it answers (RFC 4954).
func signIn(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// code is the server's code, with the enhanced one of RFC 3463 where it has one: "550 5.1.1".
func code(r *textproto.Error) string {
	out := fmt.Sprintf("smtp_%d", r.Code)
	if m := regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(\s|$)`).FindStringSubmatch(r.Msg); m != nil {
		out += "_" + m[1]
	}
	return out
}

// answered says that an error is an answer of the server's.
func answered(err error) bool {
	_, ok := errors.AsType[*textproto.Error](err)
	return ok
}

func timedOut(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}
