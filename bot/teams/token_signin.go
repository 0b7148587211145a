package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"steward/bot/egress"
)

// newSignIn makes what asks Microsoft's sign-in for a token, by the client credentials grant (RFC 6749, section 4.4).
func newSignIn(cfg TokensConfig) (func(context.Context) (granted, error), error) {
	if cfg.TokenURL == "" && cfg.Tenant == "" {
		return nil, errors.New("the tenant of the app is needed")
	}
	address, err := ParseTokenURL(cfg.TokenURL, cfg.Cloud, cfg.Tenant, cfg.Loopback)
	if err != nil {
		return nil, fmt.Errorf("the token address: %w", err)
	}
	guard := egress.Guard{Hosts: []string{cfg.Cloud.loginHost()}, Loopback: cfg.Loopback}
	if cfg.Certificate != nil {
		if _, err := readCredential(cfg.Certificate, cfg.Now()); err != nil {
			return nil, err
		}
	}
	client := guard.Client(tokenTimeout)
	return func(ctx context.Context) (granted, error) {
		grant := clientcredentials.Config{
			ClientID: cfg.AppID, ClientSecret: cfg.Secret.Reveal(), TokenURL: address, Scopes: []string{cfg.Cloud.Scope()},
			AuthStyle: oauth2.AuthStyleInParams,
		}
		if cfg.Certificate != nil {
			assertion, err := signAssertion(cfg, address)
			if err != nil {
				return granted{}, &TokenError{Reason: "the certificate cannot be used", Err: err}
			}
			grant.EndpointParams = url.Values{
				"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
				"client_assertion":      {assertion},
			}
		}
		token, err := grant.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
		if err != nil {
			return granted{}, refusedGrant(err)
		}
		return granted{text: token.AccessToken, life: lifeOf(token.Extra("expires_in"))}, nil
	}, nil
}

// refusedGrant takes of an error of x/oauth2 what may be logged: its text holds the whole answer.
func refusedGrant(err error) error {
	said, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		if _, ok := errors.AsType[*url.Error](err); ok {
			return unreached(err)
		}
		return &TokenError{Reason: "an answer that is none", Retry: true}
	}
	return refusedAnswer(said.Response.StatusCode, said.Response.Header, said.Body)
}

// plainCode is what codes of OAuth look like. Anything else in their place is not repeated.
var plainCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// refusedAnswer makes the error of an answer that is no token.
func refusedAnswer(status int, header http.Header, body []byte) error {
	var said struct {
		Error string  `json:"error"`
		Codes []int64 `json:"error_codes"`
	}
	e := &TokenError{
		Reason: "HTTP status " + strconv.Itoa(status),
		Retry:  status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError,
	}
	if json.Unmarshal(body, &said) == nil && plainCode.MatchString(said.Error) {
		e.Reason = said.Error
		for _, code := range said.Codes[:min(len(said.Codes), 3)] {
			e.Reason += " AADSTS" + strconv.FormatInt(code, 10)
		}
	}
	if seconds, err := strconv.Atoi(header.Get("Retry-After")); err == nil && seconds > 0 {
		e.After = time.Duration(min(seconds, 3600)) * time.Second
	}
	return e
}
