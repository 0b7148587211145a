package oidc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Reason names why a sign-in came to nothing. Reasons are logged and looked up.
type Reason string

// The reasons.
const (
	ReasonAway     Reason = "away"     // the provider could not be asked
	ReasonProvider Reason = "provider" // its metadata cannot be used, or it says that something is wrong with us
	ReasonDenied   Reason = "denied"   // it, or the person, said no
	ReasonState    Reason = "state"    // the answer is to no attempt of this browser
	ReasonLate     Reason = "late"     // the attempt began too long ago
	ReasonCode     Reason = "code"     // the code is wrong, old, or was used
	ReasonClient   Reason = "client"   // the provider does not take our id or secret
	ReasonToken    Reason = "token"    // the token is not one: signature, issuer, audience, form
	ReasonExpired  Reason = "expired"
	ReasonNonce    Reason = "nonce"     // the token is for another attempt
	ReasonParty    Reason = "party"     // the token was made for another client
	ReasonTime     Reason = "time"      // the token was made before the attempt, or in the future
	ReasonNotFresh Reason = "not_fresh" // a fresh sign-in was asked for, and this is none
)

// Error says why a sign-in came to nothing. It holds no code, token, or anything about the person.
type Error struct {
	Reason Reason
	Err    error // nil where the reason says it all
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return "sign-in: " + string(e.Reason)
	}
	return fmt.Sprintf("sign-in: %s: %v", e.Reason, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

func fail(reason Reason, format string, args ...any) error {
	return &Error{Reason: reason, Err: fmt.Errorf(format, args...)} //nolint:err113 // the reason is what is compared
}

// ReasonOf gives the reason of an error, "" where it is another's.
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// exchangeError says why a code gave no token. Of the provider's answer only status and code are kept: its prose is not ours
// to log.
func exchangeError(err error) error {
	re, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return awayError(err)
	}
	said := "status " + strconv.Itoa(re.Response.StatusCode)
	if re.ErrorCode != "" {
		said = word(re.ErrorCode) + ", " + said
	}
	switch {
	case re.ErrorCode == "invalid_grant":
		return fail(ReasonCode, "%s", said)
	case re.ErrorCode == "invalid_client", re.ErrorCode == "unauthorized_client", re.Response.StatusCode == 401:
		return fail(ReasonClient, "%s", said)
	case re.Response.StatusCode >= 500:
		return fail(ReasonAway, "%s", said)
	}
	return fail(ReasonProvider, "%s", said)
}

// awayError tells an answer that makes no sense from none at all.
func awayError(err error) error {
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, context.DeadlineExceeded) {
		return &Error{Reason: ReasonAway, Err: errShort(err)}
	}
	return &Error{Reason: ReasonProvider, Err: errShort(err)}
}

// tokenError says what go-oidc found wrong with a token.
func tokenError(err error) error {
	if _, ok := errors.AsType[*goidc.TokenExpiredError](err); ok {
		return &Error{Reason: ReasonExpired, Err: err}
	}
	return &Error{Reason: ReasonToken, Err: errShort(err)}
}

// maxSaid bounds what is kept of an error that may repeat an answer.
const maxSaid = 200

func errShort(err error) error {
	if text := err.Error(); len(text) > maxSaid {
		return errors.New(text[:maxSaid]) //nolint:err113 // it is only for people
	}
	return err
}

// word keeps a code of the provider's if it is one, so that nothing else comes into the log.
func word(s string) string {
	if s == "" || len(s) > 40 {
		return "unknown"
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.' {
			return "unknown"
		}
	}
	return s
}
