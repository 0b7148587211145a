// Package vendor is the machine of what is kept of one vendor and one plan: the answers that do not depend on who asks, each with its
// proof, the day on which that was seen, and the last day on which it counts. [Step] applies one event; [Actions] reads.
//
// It must not know how facts are stored, shown or sent, nor what becomes of a request whose answers they fill in: a request takes the
// facts that count when a round begins into its own base, see [policy.KeptFact]. It imports the shared words of package workflows and
// the flow, and asks nobody for the time.
//
// # The chart
//
//	new --vendor_kept--> kept --vendor_kept--> empty
//	                      ^                      |
//	                      +-----vendor_kept------+
//
// The table of all moves, which [Step] never leaves; "same" stands for no move:
//
//	from  event          to
//	new   vendor_kept    kept
//	kept  vendor_kept    kept,empty
//	empty vendor_kept    kept
//	kept  woken          same
//	kept  roster_changed same
//
// # Rules that are easy to get wrong
//
// A fact without a proof is none: leaving the proof of a kept answer empty withdraws it, with a reason. "Nothing" is an answer where the
// question does not have to be answered, so that an empty answer alone withdraws nothing.
//
// A fact counts from the day on which its proof was seen for the months that the flow says, and not from the day on which somebody typed
// it. A fact whose last day is over stays in sight with its proof, fills in nothing, and waits for nobody.
//
// Name and plan do not change: what is kept of another plan is another thing.
//
// # Why
//
// Facts are a thing with records and timers of its own, and not columns of the AI register, because one vendor stands behind many
// entries, and most are asked for before there is an entry. They are kept by question of a flow and not under names of our own, so that
// a flow with other questions needs no code.
package vendor
