// Package approval is the staged-approval machine: one request on its way from its requester through the people who decide
// on it to an outcome. [Step] applies one event; [Seats], [MayDecide], [Actions], [Track], [Due] and [Explain] read.
//
// It must not know how a request is screened (the screening of a new round comes in [Facts]), stored, shown or sent. It
// imports the shared words of package workflows and the types of package policy, and asks nobody for the time.
//
// # The chart
//
//	                      edited, corrected, reclassified, renewed: a new round
//	                    +-------------------------------------------+
//	                    v                                           |
//	new --submitted--> [ stage 1 ] --> [ stage 2 ] --> ... [ stage n ] --decided--> approved --woken--> expired
//	                    each: held until owner and links are there, |
//	                    then classify, decide or legal_hold         +--decided (reject)----> rejected
//	                                                                +--ruled (confirm_stop)-> stopped
//	                                                                +--withdrawn------------> withdrawn
//
// A request is new, or its present stage is held (it waits for the owner's acceptance or a linked reference), or it is
// open as classify, decide or legal_hold, or it has ended. The table of all moves, which [Step] never leaves; "open" stands
// for held, classify, decide and legal_hold, "same" for no move:
//
//	from                        event                       to
//	new                         submitted                   open
//	held,classify,decide        edited                      open
//	classify                    ruled                       open
//	held,classify,decide        overridden,vendor_corrected open
//	legal_hold                  ruled                       open,stopped
//	decide                      decided                     open,approved,rejected
//	classify,decide             advised                     open,approved
//	held                        accepted,linked,assessed    open
//	classify,decide             accepted                    same
//	classify,decide,legal_hold  linked,assessed             same
//	held,classify,decide        declined                    same
//	classify,decide,legal_hold  asked,answered,named        same
//	held,classify,decide        emergency_asked             same
//	held,classify,decide        emergency_allowed           same
//	held,classify,decide        emergency_declined          same
//	held,classify,decide        emergency_revoked           same
//	open                        woken,roster_changed        same
//	open                        withdrawn,subject_ended     withdrawn
//	approved,rejected,withdrawn renewed                     open
//	approved                    woken                       same
//	approved,rejected,withdrawn,stopped,expired assessed same
//	approved                    woken                       expired
//
// # Rules that are easy to get wrong
//
// Whoever is eligible at the press may act; the list at opening only says who was told. One function (bench.apart) holds
// separation of duties, and everything that asks "who may" goes through it: presses, buttons, waits, delegations, namings.
// A vote counts as the vote of the person who pressed and of the person they acted for: neither takes part in another stage
// of that round. Minimum numbers count who pressed. Rulings (classify, legal_hold) and advice are not votes; who gave them
// may still vote, except that nobody overrules their own objection.
//
// What a press is bound to: all presses to the round; votes, advice, rulings and questions also to stage and revision; a
// naming also to the stage; the owner's acceptance also to the revision. An answer or a withdrawal is bound to the round
// only, so that one answer does not kill the card of the second question. A vote by a colleague makes nothing stale.
//
// In the last stage that decides, advice comes before approval, because no stage follows that could overrule an objection.
// In a legal hold the answers cannot be edited: the request stands still until legal has looked at it. It can be withdrawn.
// A quorum seat that only one role can fill is not open to others, so a quorum of two never ends with three votes.
// conditions_max is counted per vote; conditions of several votes are joined. A declining owner can still accept, and an
// accepting one decline until the last stage opens. Of a request, the owner and missing links are asked for at once, and
// those who keep a stage from opening are reminded in the rhythm of questions.
//
// Deadlines count each person's own working hours from the moment they were asked, without the pauses of open questions. A
// timer is named by round and stage; one that is not armed any more means nothing, and a reminder more than a day late is
// recorded as skipped. Every step that leaves a record raises Seq by one; a step without a record leaves Seq alone.
//
// While it is decided on, too, those whom the plan names can put the request into another tier, up or down, together and with a
// reason: the hits stay, and the chain of that tier begins. Until all of them name the same tier nothing changes. It is no vote, and
// an edit brings back what the rules give.
//
// While it is decided on, an expert of the round can correct answers about the vendor alone, with a proof and a reason: they are scored
// again under the same policy and the same day. It is no vote. Votes stand where the tier does not rise and data stays in the approved
// classes: the revision rises, the stages that were there stay, also where the tier falls, and those that the corrected answers ask for
// are added; a stage that is passed is gone back to where somebody was added to it. Else another round begins. What was corrected stays
// with the request, also where the asker answers otherwise later.
//
// An emergency approval is no stage: a holder of the role that the plan names lets the use begin before it is decided on, until a day.
// It is asked for by requester or owner and answered by neither, once a request. It is no vote and makes nobody count as independent:
// who gave it may still decide, and what it allowed ends on its day, whoever has or has not decided by then. The conditions that the
// plan requires and those that its giver chooses hold from its beginning, and those due before use come before use in an emergency, too.
// Approved in time, the approval takes its place. Any other end of the request, or a tier without that way, stops the use at once. Another round in the same
// tier changes nothing about it: what is allowed is what was looked at.
//
// An approval with an end ends by itself, unless its flow brings it into the AI register: there the entry has that end, and the
// request stays as it was decided. What an approval that ends asks to be told is worked out when it does: people come and go.
//
// A renewal is a round of the request whose approval it renews, not another request: what was approved, what has changed of it, and
// every decision about it stay in one history. It begins when the entry of the AI register says that it is time, by the owner of
// that, who accepts by sending. Unchanged it takes the short chain of the flow. Rejected or withdrawn it takes nothing away: the
// approval goes on to its end, and the owner may try again. The end of the approval does not wait for it.
//
// An assessment is a request about another one, of a flow that says so. It tells that request where it stands; accepted, it is linked
// there and meets the precondition that names its flow, as long as it counts: until its end, for the answers that it was made for, and
// unless a change was reported since after which its flow wants a new one. That is looked at again at every new round. What it was
// decided on with stays linked to a request that has ended. A request that comes to nothing lets go of the assessments about it that
// are still being decided on. Presses of people make no assessment the reference of anything: only the machine does.
//
// # Why
//
// Waits are the heart: after every step the machine works out who is waited for, from seats and people, and tells whoever
// is new on the list, sets timers to match, and cancels the others. Nothing has to remember to un-ask somebody. The road not
// taken is a list of approvers made at opening and patched by events: every bug of that kind of software (a leaver who blocks,
// a delegate who decides twice, a reminder after the end) is a patch that was forgotten.
package approval
