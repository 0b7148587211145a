package bot

import (
	"steward/bot/card"
	"steward/workflows"
)

// Who is the person behind a press, as the surface has authenticated them. The desk trusts this and nothing in the press.
type Who struct {
	Person workflows.PersonID
	Via    workflows.Via
	// Key is the surface's own key of this delivery: (surface, tenant, account, platform key). A repeated delivery has the
	// same key. Forms do not need one: their draft id and revision serve.
	Key string
	// Limited says that only the person's own word stands for the account they use, see [workflows.Account.Limited]: the desk
	// does and shows nothing there that they have by a role.
	Limited bool
	// Unchecked says that what the platform says of the account is too old to decide on: the desk shows, and decides nothing.
	Unchecked bool
	// Assured is how sure the surface is of the person; chats leave it empty.
	Assured workflows.Assurance
}

// Submission is a form as it was sent.
type Submission struct {
	Form     string // the draft's id
	Revision int
	Values   card.Values
	Go       Go
	// Files came with the form, where it takes some; FilesWrong says why not all of those that were sent are among them.
	Files      []workflows.File
	FilesWrong string
}

// Go says which way a form was sent.
type Go string

// The ways to send a form.
const (
	GoNext Go = "next" // to the next page, or send from the last
	GoBack Go = "back" // values are kept and not checked
	GoSave Go = "save" // keep as draft and stay
)

// ReplyKind says what a surface does with a [Reply].
type ReplyKind string

// The kinds of replies.
const (
	ReplySay    ReplyKind = "say"    // a sentence, to the asker only
	ReplyCard   ReplyKind = "card"   // a card, to the asker only, or in place of the one pressed
	ReplyOpen   ReplyKind = "open"   // open a form
	ReplyForm   ReplyKind = "form"   // the same form again: next page, or values as typed with errors
	ReplyNotice ReplyKind = "notice" // the form is replaced by a sentence and, where given, a card
	ReplyClose  ReplyKind = "close"  // close the form
	ReplyLink   ReplyKind = "link"   // a page of the portal
)

// Reply is the immediate answer to its presser. It is not durable and its loss is harmless: everything durable is a mail.
type Reply struct {
	Kind ReplyKind
	Text string         // say, notice; with a card: what the press did, or why it did not
	Card *card.Card     // card, notice
	Form *card.Form     // open, form
	Path string         // link; also where a surface with pages goes on after notice
	Code workflows.Code // why not, where the policy or the form said no; empty where it was done
}
