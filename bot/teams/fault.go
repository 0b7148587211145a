package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/egress"
)

// How long to wait where Teams does not say.
const (
	pauseUnknown = 5 * time.Second  // a 429 without Retry-After
	pauseMost    = 15 * time.Minute // whatever Retry-After says: it is one number in one answer
	pauseSoon    = 30 * time.Second // no token, for reasons that pass
	pauseBroken  = 5 * time.Minute  // our credential is of no use until somebody sees to it
)

// Words of our own for what has no code of Teams'.
const (
	reasonLimited   = "TooManyRequests"
	reasonLost      = "no_connection" // the connection was lost, or never made
	reasonTimeout   = "timeout"
	reasonPaced     = "paced" // held back by ourselves, see [Limits]
	reasonForbidden = "forbidden_address"
	reasonNoID      = "no_id" // an id is missing that the address of a call needs
)

// The codes of Teams' that mean more than that it did not take something, as
// https://learn.microsoft.com/microsoftteams/platform/bots/build-notifications-capability and issues about it name them.
const (
	codeNoActivity = "ActivityNotFoundInConversation"
	codeNotThere   = "BotNotInConversationRoster"
	codeForbidden  = "ForbiddenOperationException"
	codeBlocked    = "MessageWritesBlocked"
	codeBlockedBy  = "ConversationBlockedByUser"
)

var (
	// errDead says that nothing can be sent to a conversation any more: we were taken out of it, or its person blocked us.
	errDead = errors.New("the conversation is closed to us")
	// errMoved says that a conversation is not known where we called: it may be elsewhere by now.
	errMoved = errors.New("the conversation is not there")
)

// unsentError is an error before anything was sent.
type unsentError struct{ error }

// Unwrap gives the cause.
func (n unsentError) Unwrap() error { return n.error }

// refused is an answer that is no success.
type refused struct {
	status int
	code   string        // Teams' word, "" where the answer has none: then something between Teams and us gave it
	after  time.Duration // Retry-After, zero where there was none
}

// Error implements error.
func (r *refused) Error() string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", r.status, r.code))
}

// reason is the code, or the status where there is none.
func (r *refused) reason() string {
	if r.code == "" {
		return fmt.Sprintf("http_%d", r.status)
	}
	return r.code
}

// fault makes an error of a call into what the courier understands, and remembers the pauses among them.
func (c *Client) fault(q call, err error) error {
	if err == nil {
		return nil
	}
	se := c.sorted(q, err)
	cause := withoutAddress(err)
	if se.Err != nil { // what our own code looks for beside
		cause = fmt.Errorf("%w: %w", se.Err, cause)
	}
	se.Err = fmt.Errorf("%s: %w", q.op, cause)
	if se.Pause && se.Reach == bot.ReachSurface {
		c.pace.pause(se.After)
	}
	return se
}

// sorted says what an error means for the message and for the ones after it.
func (c *Client) sorted(q call, err error) *bot.SendError {
	if r, ok := errors.AsType[*refused](err); ok {
		return c.sortedAnswer(q, r)
	}
	if t, ok := errors.AsType[*TokenError](err); ok {
		return sortedToken(t)
	}
	_, before := errors.AsType[unsentError](err)
	se := &bot.SendError{Reason: reasonLost, Retry: true, Unsure: q.op == opSend && !before}
	switch op, ok := errors.AsType[*net.OpError](err); {
	case errors.Is(err, egress.ErrForbidden):
		return &bot.SendError{Reason: reasonForbidden}
	case errors.Is(err, errNoID):
		return &bot.SendError{Reason: reasonNoID, Gone: q.op == opUpdate}
	case ok && op.Op == "dial":
		se.Unsure = false // nothing was sent
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		se.Reason = reasonTimeout
	}
	return se
}

// sortedToken says what it means that there is no token. Nothing can be sent then, and no message is at fault.
func sortedToken(t *TokenError) *bot.SendError {
	se := &bot.SendError{Reason: "token: " + t.Reason, Pause: true, Reach: bot.ReachSurface, After: pauseBroken}
	if t.Retry {
		se.After = max(pauseSoon, min(t.After, pauseMost))
	}
	return se
}

func (c *Client) sortedAnswer(q call, r *refused) *bot.SendError {
	se := &bot.SendError{Reason: r.reason()}
	switch {
	case r.status == http.StatusTooManyRequests:
		after := pauseUnknown
		if r.after > 0 {
			after = min(r.after, pauseMost)
		}
		se.Reason, se.Pause, se.After = reasonLimited, true, c.jittered(after)
		se.Reach = c.pace.limited(q.op, q.counts, after)
	case r.status == http.StatusUnauthorized: // with a token that was new
		se.Pause, se.Reach, se.After = true, bot.ReachSurface, pauseBroken
	case r.status == http.StatusForbidden && r.code != "":
		sortForbidden(se, q, r)
	case r.status == http.StatusNotFound && r.code == codeNoActivity:
		se.Gone = q.op == opUpdate
	case r.status == http.StatusNotFound && q.op != opMember:
		se.Err, se.Gone = errMoved, q.op == opUpdate
	case r.status == http.StatusPreconditionFailed: // two calls got in each other's way; this one had no effect
		se.Retry, se.After = true, c.later(r)
	case r.status >= http.StatusInternalServerError, r.status == http.StatusRequestTimeout:
		se.Retry, se.After, se.Unsure = true, c.later(r), q.op == opSend
	case r.code == "" && passing(r.status):
		se.Retry, se.After = true, c.later(r)
	}
	// Anything else is an answer to this message and final: 400, 413 and their like.
	return se
}

// passing says that a status without a word of Teams' is that of something in between, which will be mended.
func passing(status int) bool {
	return status < http.StatusBadRequest || status == http.StatusForbidden || status == http.StatusProxyAuthRequired
}

// sortForbidden sorts what Teams forbids. That an administrator has switched us off may be so for a moment, or for some: the
// message goes elsewhere, and the conversation stays.
func sortForbidden(se *bot.SendError, q call, r *refused) {
	switch r.code {
	case codeNotThere, codeForbidden, codeBlocked, codeBlockedBy:
		se.Err = errDead
	}
	se.Gone = q.op == opUpdate
}

// later is how long to wait by Retry-After, zero where it says nothing: then the courier waits longer each time.
func (c *Client) later(r *refused) time.Duration {
	if r.after <= 0 {
		return 0
	}
	return c.jittered(min(r.after, pauseMost))
}

// jittered makes a wait longer by chance, by at most a twentieth and a quarter of a second: what was refused together should
// not come back together. More of it would cost a limit of so many a second a part of its messages, and the outbox has all
// processes wait for the same moment anyway.
func (c *Client) jittered(d time.Duration) time.Duration {
	return d + time.Duration(c.cfg.Jitter()*float64(min(d/20, 250*time.Millisecond)))
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

// withoutAddress takes the address out of an error: it holds the ids of a person's chat.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// readCode finds Teams' word in an answer, "" where there is none. It comes as error.code, or as the subCode of a text of JSON
// in the message, which says more than the code beside it.
func readCode(body []byte) string {
	var said struct {
		Error   struct{ Code, Message string }
		Message string
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	for _, message := range []string{said.Message, said.Error.Message} {
		var inner struct{ SubCode string }
		if json.Unmarshal([]byte(message), &inner) == nil && word(inner.SubCode) {
			return inner.SubCode
		}
	}
	if word(said.Error.Code) {
		return said.Error.Code
	}
	return ""
}

// word says that a text is a code and nothing that somebody wrote.
func word(s string) bool {
	return s != "" && len(s) <= 60 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// reason gives the code of an error, "" where there is none.
func reason(err error) string {
	if se, ok := errors.AsType[*bot.SendError](err); ok {
		return se.Reason
	}
	return ""
}
