package workflows

import (
	"encoding/json"
	"time"
)

// Fact is what a machine reports for the log; the engine makes a [Record] of it.
type Fact struct {
	// Kind is the stored name of what happened ("decided", "refused").
	Kind string
	// For is whom the actor acted for where the machine found that out itself; empty means what the event says.
	For PersonID
	// Data holds ids, codes, numbers and times, never names or free text; it is marshalled canonically (sorted keys).
	Data any
	// Texts are the free texts that belong to the fact, by name ("reason"). The log holds a salted commitment of each; the
	// text is kept beside the log and can be destroyed.
	Texts map[string]string
	// Contents are those of the files that belong to the fact, by the names of the texts that hold their names: see [FileTexts]. Each is
	// stored with its text, and destroyed with it.
	Contents map[string][]byte
	// Shown is the canonical content of a new revision; empty where the revision stays. It is stored once a (thing, round,
	// revision); the log holds a salted commitment of it.
	Shown []byte
	// Saw says that the actor decided on the present revision: the record then repeats the commitment of its content.
	Saw bool
}

// Record is one entry of the log, as hashed. The JSON form with fields in this order is stored verbatim and never
// marshalled again. It holds neither account ids, names, free text nor plain hashes of personal content.
type Record struct {
	V        int               `json:"v"` // version of this shape: 1
	About    Ref               `json:"about"`
	N        int               `json:"n"`  // 1, 2, ... without a gap, for each thing
	At       int64             `json:"at"` // Unix milliseconds, business time
	Actor    PersonID          `json:"actor"`
	For      PersonID          `json:"for,omitempty"`
	Via      Via               `json:"via"`
	What     string            `json:"what"`
	Data     json.RawMessage   `json:"data,omitempty"`
	Texts    map[string]string `json:"texts,omitempty"` // name -> commitment, hex of SHA-256(salt || text)
	Round    int               `json:"round,omitempty"`
	Revision int               `json:"revision,omitempty"`
	Shown    string            `json:"shown,omitempty"` // commitment
	Cut      bool              `json:"cut,omitempty"`
	// After is the short form of the thing's state after the step (status, stage, round, revision, seq): verify compares
	// it with the row. Set on the last record of a step.
	After  json.RawMessage `json:"after,omitempty"`
	Build  string          `json:"build"`
	Policy string          `json:"policy,omitempty"` // content hash of the pack
}

// FactKeyAdded is the stored name of a record about the record itself: from here on it is sealed by another key.
const FactKeyAdded = "key_added"

// KeyAdded is the data of that record: a public key in the encoding of signed notes, and the word of an older one for it. By and
// Signature are empty for the first key of a log, and for one whose older key was lost.
type KeyAdded struct {
	Key       string `json:"key"`
	By        string `json:"by,omitempty"`
	Signature []byte `json:"signature,omitempty"`
}

// FactAnchored is the stored name of a record about the record itself: a checkpoint was posted.
const FactAnchored = "anchored"

// RecordFilter narrows a list of records. The zero value means everything the viewer may see.
type RecordFilter struct {
	Kind   Kind
	About  Ref      // one thing; zero for all
	What   string   // the stored name of what happened
	Actor  PersonID // who did it
	From   time.Time
	Until  time.Time // exclusive; zero: no bound
	Before RecordKey // keyset: the key of the last row of the page before
	Limit  int       // 1 to 200; 0 means 50
}

// Sealing says how a record is sealed in the tree of the log.
type Sealing struct {
	Leaf       int64    // the place of the record in the tree, from 0
	Size       int64    // records in the checkpoint by which it is proved: the newest
	Root       string   // hash of that tree, base64
	Path       []string // hashes beside the way from the record to the root, lowest first, base64 (RFC 6962, section 2.1.1)
	Checkpoint string   // the signed note
}

// SealState says how far the log is sealed.
type SealState struct {
	Size       int64    // records in the newest checkpoint; 0 where there is none
	Waiting    int64    // records that are not sealed yet
	Checkpoint string   // the newest signed note; empty where there is none
	Keys       []string // public keys that have signed, in the encoding of signed notes
}

// RecordKey is the place of a record in a list that is ordered by business time. The zero value is before the newest.
type RecordKey struct{ At, ID int64 }

// RecordRow is one line of a list of records.
type RecordRow struct {
	Record Record // only About, N and At where the bytes of the entry are no record: its version is 0
	Title  string // of the request or the system it is about; empty for other things
	Hash   string // hex of the RFC 6962 leaf hash of the entry
	Sealed bool   // it is in the signed tree
	Key    RecordKey
}

// DirectoryRef points to the thing whose log holds the imports of people and the changes of their roles.
func DirectoryRef() Ref { return Ref{Kind: KindPeople, ID: "directory"} }

// The kinds of records about the directory and about the ways of a person into the portal. They are stored and never change.
const (
	FactPeopleImported = "people_imported"
	FactAssetsImported = "assets_imported"
	FactToolsImported  = "tools_imported" // a list of tools that are used in the company
	FactSignInLinkMade = "sign_in_link_made"
	FactSignedOut      = "signed_out" // by whoever runs the server, everywhere
)

// Time gives At as a time in UTC.
func (r Record) Time() time.Time { return time.UnixMilli(r.At).UTC() }
