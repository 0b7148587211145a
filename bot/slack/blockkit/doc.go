// Package blockkit checks messages, views and blocks against the rules of Slack's Block Kit, as raw JSON: which members an
// object has, which block may stand where, how many of a thing there may be, and how long a text may be, in code points.
//
// It must not know who made the JSON: it imports the standard library only. Both sides use it: the tests of what the Slack
// surface draws, and the fake Slack of the surface tests, which refuses what Slack refuses.
//
// # Why
//
// A view or message that breaks one rule is refused as a whole, and Slack says so to the caller only: the person who
// pressed sees nothing. The client library validates nothing on its way out. So the rules are held against everything this
// program can draw, before it is ever sent.
//
// The rules are those of Slack's reference pages; where sources differ, the narrower number holds. Kinds of blocks and
// elements that this program does not send are refused as unknown, members as well: a typing error would be one.
// Rules that Slack does not document are marked so where they are.
package blockkit
