package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The files by which a bundle proves itself.
const (
	FileReadme     = "README.html"
	FileManifest   = "bundle.json"
	FileRecords    = "record/records.jsonl"
	FileGaps       = "record/gaps.jsonl"
	FileTexts      = "record/texts.jsonl"
	FileCheckpoint = "record/checkpoint.txt"
	FileKeys       = "record/keys.txt"
	FileVouches    = "record/vouches.jsonl" // only where there is more than one key
	FileSums       = "SHA256SUMS"
	FileSignature  = "SHA256SUMS.sig"
)

// FileRequests has each request with a copy of its entries, for people and programs. It proves nothing; where entries are not
// those that were signed, the copy may say which.
const FileRequests = "requests.jsonl"

// BundleFormat is the version of the form of a bundle.
const BundleFormat = "steward-evidence-1"

// KeyFile is the name of a key's file for openssl.
func KeyFile(v Verifier) string { return "record/key-" + v.ID() + ".pem" }

// Manifest says what a bundle is about. Its counts are checked against the files.
type Manifest struct {
	Format  string          `json:"format"`
	Log     string          `json:"log"`     // the name of the log
	Size    int64           `json:"size"`    // entries in the checkpoint
	Root    string          `json:"root"`    // base64
	Signer  string          `json:"signer"`  // ID of the key that signed SHA256SUMS
	Build   string          `json:"build"`   // of the program that wrote it
	Scope   json.RawMessage `json:"scope"`   // what it is limited to; see package evidence
	Records int64           `json:"records"` // lines of records.jsonl
	Texts   int64           `json:"texts"`   // lines of texts.jsonl
	Erased  int64           `json:"erased"`  // texts that entries commit to and that an erasure destroyed
}

// Whole says that no entry is left out.
func (m Manifest) Whole() bool { return m.Records == m.Size }

// TextLine is a line of texts.jsonl.
type TextLine struct {
	Leaf       int64   `json:"leaf"`
	Name       string  `json:"name"`
	Commitment string  `json:"commitment"` // hex of SHA-256(salt || value)
	Salt       string  `json:"salt"`       // hex
	Value      *string `json:"value,omitempty"`
	Bytes      []byte  `json:"base64,omitempty"` // in place of value where it is not UTF-8
}

// bytes gives the text.
func (l TextLine) bytes() []byte {
	if l.Value != nil {
		return []byte(*l.Value)
	}
	return l.Bytes
}

// ParseKeys reads public keys, one a line.
func ParseKeys(text string) (keys []Verifier, err error) {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		k, err := ParseVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(line), err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}
