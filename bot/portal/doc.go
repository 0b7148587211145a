// Package portal is the web surface: plain pages that the server renders, for everything a person can do with Steward. It
// is also the only surface of the demo and of a first start, so that the whole product works with a browser and nothing else.
//
// It must not know how things are stored or decided: it reads through the interfaces of reader.go, presses and forms go to
// a [Desk], messages come in as a [Surface] of the courier.
//
// # Why
//
// Pages are built with net/http and html/template, without a framework, and are complete without script. A page per address, a form per
// change, an answer per post: what a person sees can be read from the source of one template, and it works on any browser,
// in any network, with any aid for reading. Cards and forms are rendered by one template each, whatever they show, so that a new
// kind of request needs no code here.
//
// Lists and detail pages are filled in as the values of parts.go and drawn by page/_parts.html, so that all of them look
// alike, can be walked by keyboard and read on a phone. Style is one sheet of the files in static/style, script a file a
// concern in static/script: keys, drafts that are kept as they are typed, and regions of a page that are put in anew once a
// stream of server-sent events says that they changed. The road not taken is a page that scripts build: it would need a
// second way in, and a second place in which is decided who sees what. A stream therefore says that something changed and
// never what: the page is asked for again, by the door that everybody uses.
//
// Every answer to a post is either a redirect (it was done; reloading does nothing twice) or the same page with what was
// typed, a sentence and a status that says why not. No GET changes anything, since link scanners follow links.
//
// Refusing requests of other sites is left to [net/http.CrossOriginProtection] and to a SameSite cookie; hidden tokens
// would add a state to every page and protect from nothing more. A session is a random token of 256 bits in a cookie that
// no script can read; the database knows its hash only.
//
// People come in by their company's identity provider (package oidc), by a one-time link, or, in the demo, as whom they like.
// A session keeps how it began: that says how sure the portal is of its person, which the machine compares with what the policy
// wants, and by which account, which every record of what is done in it names. It is looked up at every request, together
// with the person and that account, so that whoever leaves, or loses the account, is out at once.
//
// # The AI register
//
// The register is for everybody, its texts are not: a list of tools that people may use helps nobody who has to ask for it, while
// what a request says was typed for those who decide. Its list therefore has only what comes from choices, and the names of tool
// and vendor, and a search finds by nothing else; of an entry what was typed is taken out before a card is made, for those whom
// workflows.MaySee leaves out. Hiding the page from them instead would have made every colleague ask for the same tool again.
//
// # Settings
//
// What Steward itself is, its policy and who holds which role, is changed by two people: one proposes with a reason, another
// one puts it in force from a page that shows what it changes, and the press carries both states, so that it counts for
// exactly that difference. The difference is shown twice: in the words of what it is about, for judging it, and line by line
// with hidden characters made visible, because what is put in force is bytes. One page with two roads would be shorter, but
// whoever approves a change must not have to trust the program that summed it up.
package portal
