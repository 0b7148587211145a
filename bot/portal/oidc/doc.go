// Package oidc signs people in at their company's identity provider: OpenID Connect, the authorization code flow with PKCE.
//
// It must not know who is in the directory, what a session is, or how anything is stored: it makes the address that a browser
// is sent to, takes what comes back, and gives what the provider has said, once all of it was checked.
//
// # Why
//
// What a sign-in has to remember between the two (state, nonce, verifier) is an [Attempt], which the caller keeps in a cookie
// of the browser that began it. No row is written for somebody who is not known yet, so that beginning costs nothing and
// needs no limit behind which others would have to wait; and an answer that comes in another browser, because somebody sent
// a link, has no attempt and is refused.
//
// Signature, issuer, audience and expiry are checked by go-oidc. Beside that the token has to name the nonce of this attempt,
// to be made after the attempt began, for us alone or with us as the authorized party, and to belong to the access token it
// came with. The algorithms are those of the provider's metadata that use a key pair; "none" and the ones with a shared
// secret are never among them.
//
// The provider is asked when somebody signs in, not at start: where it is away, everything else works.
package oidc
