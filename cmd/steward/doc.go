// Command steward asks the right people about AI tools and access, records what they decide, and proves it.
//
// This is a guided tour of the code: one story through the house, with links to the functions it passes. The story is told
// as it happens in the portal; package slack, a folder beside it, does the same for commands, buttons and modals.
//
// # The house
//
// The command serve starts the program: [startApp] opens the listeners, then the database ([store.Open]), puts the policy in force
// ([engine.Engine.EnsurePack]), and wires desk, courier and portal in [app.assemble], the only place that knows both sides of
// every interface. Three loops run from then on: [engine.Engine.Run] carries out what waits in the database,
// [bot.Courier.Run] sends, and the web server answers. [app.stop] ends them in the order that loses nothing.
//
// # Ana asks
//
// Ana fills in a form. The portal ([portal.New]) has found out who she is from her session and hands what she typed to the
// desk ([bot.Desk.Submit]), which turns it into an event and nothing else. Which questions she sees, and whether her answers
// will do, is asked of the policy: [policy.Flow.Asked], [policy.Flow.Check]. The policy is data, a folder of YAML files with
// conditions, checked by [policy.Load].
//
// The event, [approval.Submitted], goes to [engine.Engine.Apply], which is one transaction: take the key that makes a second
// press harmless, load and lock, screen the answers ([policy.Flow.Screen]: tier, stages, conditions, frozen from here on),
// ask the machine, store what follows, commit.
//
// # The machine
//
// [approval.Step] is a function: the request, the event and the facts go in, the new request, its records and its effects
// come out. It knows no database, no clock and no chat, so all its rules can be read and tested in one place: who may decide
// at this moment, separation of duties, quorum, advice, rounds, deadlines in the working hours of each person
// ([workflows.Hours]). Its chart is drawn in the documentation of package approval.
//
// Effects are meaning and not wording ([workflows.Notify], [workflows.Refresh], [workflows.Wake]). They become rows in the
// same transaction: mails, timers. Records ([workflows.Record]) become entries of an append-only log, with names and free
// text beside it under salted commitments. Nothing is sent before the commit; nothing that was committed is forgotten.
//
// # Ben is told
//
// [engine.Engine.Expand] turns the mail into deliveries, one for each place where Ben reads. The courier claims them
// ([store.Store.Claim]: a lease, a fencing token, an order), looks again whether Ben is active, may see it
// ([workflows.MaySee]) and is still asked, lets package view make the card as it is at that moment for Ben in his time zone
// ([view.Request]), and gives it to the surface ([bot.Surface]). Where the message ended up is kept as a receipt, so that
// the card can be brought up to date later.
//
// # Ben decides
//
// Ben presses Approve. The button names stage, round and revision and is trusted for nothing; who he is comes from his
// session. [bot.Desk.Press] or, with conditions to tick, [bot.Desk.Submit] makes [approval.Decided] of it. If the request has
// changed since his card was made, the press decides nothing and shows the present card. If policy says no, that is a
// [workflows.Refusal] with a sentence; one of authority is a record too.
//
// The vote, the next stage, the records and the mails are again one transaction. Every card that was ever sent about the
// request is refreshed. When the last stage has decided, Ana is told the outcome. Reminders and escalation are timers that
// [engine.Engine.Fire] applies like any other event; if the process dies meanwhile, the next start goes on.
//
// # After the yes
//
// With the last vote the request opens an entry of the AI register ([workflows.Registered]), in the same transaction; with an emergency
// approval ([approval.EmergencyAllowed]) it does so before that, until the vote comes or time runs out. From then on
// the entry has a machine of its own, [register.Step]: conditions with their proofs, use, changes, stops and its end. Its shape in
// the engine, its cards ([view.System]) and its table stand beside those of requests, and presses on it take the same way.
//
// # The auditor comes
//
// Each second a [store.Sealer] puts what is new in the log into a tree of hashes and signs how far it has grown; package ledger
// says by which rules. What it signs is posted elsewhere ([engine.Engine.PostCheckpoint]). [store.Store.VerifyWith] reads the
// whole log, compares it with everything it speaks of, and with checkpoints that were kept. What the auditor takes along is a
// bundle ([store.Store.ExportEvidence]; package evidence says what is in it), which [ledger.CheckBundle] checks with no database;
// that it was taken is a record ([engine.Engine.RecordExport]). [approval.Explain] says, for any request, why it had this tier,
// these stages and these people, from what was stored when it was sent.
//
// # The demo
//
// serve --demo is the same program on a database in a temporary folder. Its history ([app.makeHistory]) is acted on the real
// engine: the clock travels ([engine.Engine.Travel]) from event to event, timers fire and messages are delivered on the way.
// The strip above its pages ([portal.Tour]) moves the clock on in the same way ([stageOfDemo.Advance]).
//
// # Where to go on
//
// The packages from the bottom up: workflows (the shared words), workflows/policy, workflows/approval, workflows/register,
// workflows/away, workflows/vendor, workflows/file, workflows/directory, workflows/engine, store, bot/card, bot/view, bot, bot/portal, bot/slack,
// bot/teams, bot/mail. Each says in its documentation what it does, what it must not know, and why it is built that way; imports_test.go keeps who may import whom.
package main
