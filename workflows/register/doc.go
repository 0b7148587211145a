// Package register is the machine of the AI register: one system on its way from the decision on its request through conditions,
// use, changes and stops to its end. [Step] applies one event; [Actions] reads.
//
// It must not know how a system is decided on (the end of a request comes in [Facts]), stored, shown or sent. It imports the
// shared words of package workflows and the types of package policy, and asks nobody for the time.
//
// # The chart
//
//	            registered                    verified (the last due before use)
//	new ----------------------> approved ------------------------> pilot --went_live--> in_use
//	 |  \                          |  \___________________________________________________^
//	 |   +--> rejected, stopped    |
//	 |   +--> discovered (seen, asked for by nobody) --registered--> as new
//	 |                             +--changed--> re_evaluation --unchanged--> approved, pilot, in_use
//	 +--> in_use (nothing to do before)
//
// The states idea to approval are passed by the request and recorded when it has been decided on, so that the history of a system
// is whole; nothing can happen to a system in them. The table of all moves, which [Step] never leaves; "live" stands for approved,
// pilot, in_use and re_evaluation, "same" for no move:
//
//	from                                              event                        to
//	new,discovered,in_use,expired,rejected,stopped    registered                   approved,in_use,rejected,stopped
//	new                                               seen                         discovered
//	live,suspended,expired,discovered                 seen                         same
//	discovered                                        requested,request_failed     same
//	suspended                                         registered                   suspended,approved,in_use,rejected,stopped
//	approved                                          registered                   approved,pilot,in_use,rejected,stopped
//	re_evaluation                                     registered                   re_evaluation,approved,pilot,in_use,rejected,stopped
//	pilot                                             registered                   approved,pilot,rejected,stopped
//	live,suspended,expired                            renewal_began,renewal_failed same
//	live,suspended                                    hold_began                   suspended
//	expired                                           hold_began                   same
//	suspended,expired                                 hold_lifted                  same
//	approved                                          piloted                      same
//	pilot                                             went_live                    in_use
//	approved                                          verified                     approved,pilot,in_use
//	pilot,in_use,re_evaluation,suspended,expired      verified                     same
//	live,suspended,expired                            proved,sent_back             same
//	approved                                          measured                     approved,pilot,in_use
//	pilot                                             measured                     approved,pilot
//	in_use                                            measured                     approved,in_use
//	re_evaluation,suspended,expired                   measured                     same
//	live,suspended,expired,discovered                 handed_over                  same
//	approved,pilot,in_use                             changed                      re_evaluation
//	re_evaluation                                     changed                      same
//	re_evaluation                                     unchanged                    approved,pilot,in_use
//	live                                              joined,join_agreed           same
//	live                                              join_refused                 same
//	live,suspended,expired                            left                         same
//	live                                              suspended                    suspended
//	suspended                                         released                     re_evaluation
//	live,suspended,discovered                         revoked                      stopped
//	live,suspended,expired,discovered                 retired                      retired
//	live,suspended,expired,discovered                 woken                        same
//	live,suspended                                    woken                        expired
//	live,suspended                                    emergency_ended              expired,stopped
//	expired                                           emergency_ended              stopped
//	live,suspended,expired,discovered                 roster_changed               same
//
// # Rules that are easy to get wrong
//
// No system is approved without a decision: the only way there is [workflows.Registered], with the end of a request in the facts. What
// was seen in the company and asked for by nobody is in the register as discovered, with a day by which somebody asks for approval or
// stops it; a governing role names who does. The same list a second time says nothing. What is approved takes note of being seen, and
// what is suspended or has ended tells those who look after it.
//
// A system is in use only when every condition that is due before use was verified, and a condition is verified by somebody who
// neither owns the system, nor has owned it since it was decided on, nor gave the proof. Where nobody else holds the verifying role,
// those who look after the system verify.
//
// Whoever asked for a system, owns it or owned it since it was decided on never says that a change does not matter, nor lets a
// suspended one be used again: that is for a governing role ([System.Governors], from the policy), held by somebody else; and a
// later round of the request releases nothing either, nor does one that was asked for before a change was reported answer that. Anybody who may switch it off can: the owner, too.
//
// A later round of the same request brings the entry up to date. What was in use stays so unless the new round asks for something
// that is due before use; conditions that were there with the same words keep what was done about them.
//
// A renewal is a later round, too. While it is decided on nothing is asked of the owner, and the approval ends on its day all the same;
// what is approved later brings it back. Conditions go on, with the days on which they are due. What was ended meanwhile by
// somebody stays ended.
//
// Where the round that is to renew an approval is on legal hold, the system is switched off at once and its users are told. Nobody
// releases it meanwhile. Where the stop is confirmed it is stopped; where another tier is named it stays off until the chain of that has
// decided, and an approval then lets it be used again, unless it had been switched off before. A renewal that is withdrawn or rejected
// releases nothing.
//
// An emergency approval is a decision of its own kind: it brings a system here before its request is decided on, with a short end and
// the conditions that the policy requires and its giver chose. Those due before use come before use in an emergency, too. It passes neither
// assessment nor validation, and nobody joins by it. Its request ends it; what is decided there takes its place.
//
// What an accepted assessment asks for is a condition like any other: the measures of its risk lines, and what it was accepted with. The
// owner of the system answers for it, whoever the words of a measure name. A later version that is accepted while the approval stands adds
// what it names anew, lets go on what it names again with the same words, whatever was done about that, and makes moot, with a record, what
// it does not name any more and nobody has verified. What it wants before use takes a system out of use until that is verified. A version
// accepted while a renewal is decided on speaks with that decision.
//
// When an owner has left, their manager, or whoever looks after the system, names another one; until then conditions wait, and
// nothing of it is verified, cleared or released.
//
// Anybody who works here joins while the approval stands: at once, where it covers the group that was there when it was given, else
// by a press of their line manager, or of whoever looks after the system where they have none. Nobody answers for themselves, and
// silence lets nobody in: an ask ends after two weeks. Users are told when the system must not be used any more. Joining makes nobody a
// reader: users, and those who answer, are told what everybody may know and what they are asked. What is shown beside is the intended use and the conditions, to whoever wants to join: they
// are asked whether they accept them. Whoever asked for the system or owns it has nothing to join.
//
// An approval that ends takes a system out of use from every state in which it could be used, and from a suspended one. The
// campaigns and concerns of a system are not of this package.
package register
