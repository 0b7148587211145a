// Package egress keeps a surface from calling where it must not: addresses come in with what a platform sends, and what it
// sends may be forged one day. A [Guard] knows the platform's hosts, and makes the client that goes there.
//
// It must not know any platform, nor what is said to one.
//
// # Why
//
// Both halves of a guard hold alone. The name must be one of the platform's, so that neither a secret nor a message goes to
// somebody else; and what the name resolves to, looked at when it is dialled and not before, must not be inside our network,
// so that a name server cannot turn us against it. No redirect is followed: it would be a third address that nobody checked.
// A list of forbidden names or addresses alone would not do; there is always one more way to write an address.
package egress
