// Package away is the machine of an absence: one person who is not there from one day to another, and who stands in for them.
// [Step] applies one event; [Actions] and [Lends] read; [Parse] reads days as people type them.
//
// It must not know how an absence is stored, shown or sent, nor what the delegate decides meanwhile: that is for the machine of
// each thing, which reads a [workflows.Delegation] from the roster. It imports the shared words of package workflows and asks
// nobody for the time.
//
// # The chart
//
//	new --away_set--> planned --woken--> running --woken, came_back--> ended
//	        |            |                  ^
//	        |            +--came_back--> cancelled
//	        +----(the first day is today)---+
//
// The table of all moves, which [Step] never leaves; "open" stands for planned and running, "same" for no move:
//
//	from    event          to
//	new     away_set       open
//	planned away_changed   open
//	running away_changed   running
//	planned woken          running,ended
//	running woken          ended
//	planned came_back      cancelled
//	running came_back      ended
//	planned roster_changed planned,cancelled
//	running roster_changed running,ended
//
// # Rules that are easy to get wrong
//
// One level only: nobody stands in who is away on one of the days themself, so that there are no chains and no circles. The
// delegate holds one of the roles of whoever is away, has the same manager, or is a manager above: which of that counts for a
// request is decided there, role by role, and so is that nobody decides what they asked for or own.
//
// A delegate who leaves, loses what made them one, or says that they are away too, stands in no longer. Whoever is away and the
// compliance leads are told at once, not when something is late.
//
// Days are those of the zone in which whoever is away lives, and the last one counts to its end. The first one does not move any
// more once it has begun.
//
// # Why
//
// An absence has a life of its own, and is not a line in the directory, because it is said by the person, is told to another, and
// both ends of it happen by themselves: as a thing with timers each of that happens once, whatever the number of replicas, and
// leaves a record. What it lends is one row that is there while it counts and gone when it does not, so that nobody has to
// remember that somebody is back.
package away
