package portal

import "steward/bot/card"

// The parts below are what lists and detail pages are made of; page/_parts.html draws each and shows its use. A page fills
// them in Go, so that all tables look alike, can be walked by keyboard and become short blocks on a phone.

// pageHead is the top of a page: a title, and beside it what its state is and until when.
type pageHead struct {
	Kicker, Title, Note string
	Mark                *card.Mark
	Due                 when
	Does                []link // what can be begun here, at the right
}

// link leads to a page of ours.
type link struct{ Path, Label string }

// table is a list. Each row is one thing, and its cells stand in the order of the columns.
type table struct {
	Label   string // what it lists, for those who do not see it
	Columns []column
	Rows    []tableRow
}

// column is a column of a table.
type column struct {
	Label string
	Kind  columnKind
	Sort  string // address of the list sorted by it; empty where it cannot be
	Order string // "ascending" or "descending" where the list is sorted by it
}

// columnKind says what a column holds, and with that how it is drawn.
type columnKind string

// The kinds of columns. The one with the main cell is what a row is called: it names the row, and its link opens it.
const (
	columnText   columnKind = ""
	columnMain   columnKind = "main"
	columnID     columnKind = "id"
	columnMark   columnKind = "mark-cell"
	columnDue    columnKind = "due-cell"
	columnWhen   columnKind = "when-cell"
	columnNumber columnKind = "number"
	columnQuiet  columnKind = "quiet"
)

// tableRow is a row of a table.
type tableRow struct{ Cells []cell }

// cell is what stands in a row under a column; what is empty is not drawn.
type cell struct {
	Text   string
	Path   string // a page of ours that the text leads to
	Out    string // an address elsewhere that the text leads to, with https
	Note   string // quiet, behind the text
	Files  []fileLink
	Person string // a name, with initials before it
	Code   string // a hash or a key
	Mark   *card.Mark
	When   when
	Due    when
}

// fact is a label with what belongs to it.
type fact struct {
	Label string
	Cell  cell
}

// filterBar narrows a list. It is a form with GET, so the list keeps it in its address.
type filterBar struct {
	Path   string
	Label  string // what is looked for, for those who do not see it
	Fields []filterField
	Hidden []option // what the address keeps beside, such as the order
	Clear  string   // address of the whole list; empty where nothing is narrowed
	Submit string   // the word on the button; empty: "Show"
	// Problem is what is wrong with what was chosen; empty where nothing is.
	Problem string
}

// filterField is one part of a filter: Kind is "search", "select", "check" or "date".
type filterField struct {
	Kind, Name, Label, Value string
	Options                  []option // of a select; the first is the one that narrows nothing
}

type option struct{ Value, Label string }

// pager leads to the pages of a list, which are keysets: there is a first and a next one, and no number.
type pager struct {
	First, Next           string // addresses; empty where there is none
	FirstLabel, NextLabel string // empty: "Newest" and "Older"
}

// emptyState says what will appear in a list, and how to begin.
type emptyState struct {
	Text string
	Link *link
}

// postButton is a button that posts to an address of ours. With Confirm it asks first, without a script.
type postButton struct {
	Path, Label string
	Style       card.Style
	Confirm     *card.Confirm
	Fields      []option // what is sent along
}

// change is a line of a diff: what stood there and what stands there. Either can be empty.
type change struct{ Label, Was, Is string }
