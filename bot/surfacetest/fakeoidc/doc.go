// Package fakeoidc is an identity provider in this process: OpenID Connect's authorization code flow, for tests of how people
// sign in.
//
// # Why
//
// It refuses what a careful provider refuses: a client, secret or redirect address it does not know, no challenge, a
// verifier that does not fit, a code used twice. What a bad one does is a [Behaviour]: tokens for somebody else, of another
// issuer, too old, signed by nobody. A test that finds a bad token refused has been shown the good one taken first.
package fakeoidc
