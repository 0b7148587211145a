// Package faketeams is a Microsoft Teams with its Bot service in this process, for tests: it keeps people, installs,
// conversations, messages and dialogs, calls the app as Teams calls it, and refuses what Teams refuses.
//
// [New] starts it on loopback. The app under test is given [Server.MetadataURL], [Server.TokenURL] and [Server.ServiceURL] in
// place of Microsoft's, and is reached at its own /api/messages ([Server.Handle]). A test then acts as people do
// ([Server.Install], [Server.Say], [Server.Press], [Server.Submit], ...) and looks at what they see ([Server.Personal],
// [Server.Dialog], [Result]). [Server.Mint] and [Server.Tokens] make every good and bad token that somebody could send the
// app. [Client] plays the stories of package surfacetest on it.
//
// Two things come of what Teams would not take: it is refused as Teams refuses it, and it is a complaint, which
// [Server.Watch] makes a failure of the test. What only looks bad in Teams, such as text that is cut on a phone, is a
// complaint alone.
//
// Two clocks count. What a test can let pass is counted by [Options.Now]: rate limits, lives of tokens. The answer to an
// invoke has to come within 5 s of both that clock and the real one.
//
// It must not know the app under test: what it shows is read from the JSON that was sent, by the names of Adaptive Cards.
//
// # Why
//
// The traps of Teams are in its state and its shapes: an id that is missing because a text and a card were sent at once, a
// card that only one client shows, an answer with a wrong member that ends in "Something went wrong" though all was done, a
// conversation the bot was taken out of. A mock that returns what a test tells it to cannot fail there. The road not taken,
// Microsoft's playground, has no dialogs, no DELETE, no limits and no faults.
//
// The card rules here are a second reading of the documents, made without looking at the app's own: two readings that agree
// are worth more than one that is used twice. Where the documents say nothing the strict reading is taken: members that are
// not known are refused, an update counts against the limits as a message does, and a message is at most 28 KB.
//
// Not modelled: meetings, files, reactions, search in chats, sign-in, tabs, dialogs with pages of their own, message
// extensions beside queries and forms, automatic refresh of cards, and several clients of one person, but for what differs between them:
// [Message.Card] is what every client shows, [Message.Seen] what the one does that pressed.
package faketeams
