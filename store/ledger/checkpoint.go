package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoint says how far a log has grown and what its tree was then.
type Checkpoint struct {
	Origin string // the name of the log
	Size   int64  // entries
	Root   Hash
}

// Text is what is signed: three lines.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// Sign gives the signed note.
func (c Checkpoint) Sign(k Key) (string, error) {
	if c.Origin != k.Name() {
		return "", fmt.Errorf("the key is for %q and the log is called %q", k.Name(), c.Origin)
	}
	msg, err := note.Sign(&note.Note{Text: c.Text()}, k.secret.signer)
	if err != nil {
		return "", fmt.Errorf("sign checkpoint: %w", err)
	}
	return string(msg), nil
}

// ErrNotSigned says that no key that is known has signed a checkpoint.
var ErrNotSigned = errors.New("it is not signed by a key of this log")

// OpenCheckpoint reads a signed note and checks that one of the keys has signed it.
func OpenCheckpoint(signed string, keys []Verifier) (Checkpoint, error) {
	list := make([]note.Verifier, 0, len(keys))
	for _, k := range keys {
		list = append(list, k.verifier)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(list...))
	if _, unknown := errors.AsType[*note.UnverifiedNoteError](err); unknown {
		return Checkpoint{}, ErrNotSigned
	}
	if _, invalid := errors.AsType[*note.InvalidSignatureError](err); invalid {
		return Checkpoint{}, errors.New("its signature is wrong")
	}
	if err != nil {
		return Checkpoint{}, errors.New("it is not a signed checkpoint")
	}
	return parse(n.Text)
}

// ReadCheckpoint reads a checkpoint without asking who signed it.
func ReadCheckpoint(signed string) (Checkpoint, error) {
	text, _, ok := strings.Cut(signed, "\n\n")
	if !ok {
		return Checkpoint{}, errors.New("it is not a signed checkpoint")
	}
	return parse(text + "\n")
}

func parse(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" || lines[len(lines)-1] != "" {
		return Checkpoint{}, errors.New("it is not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, errors.New("its number of entries cannot be read")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(Hash{}) {
		return Checkpoint{}, errors.New("its hash cannot be read")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: Hash(root)}, nil
}

// SplitCheckpoints gives the signed notes in a text that holds one or several, with anything between: a file of an anchor, or
// what somebody copied from a message, where bullets or marks of quoting may stand before the lines and empty lines may have
// got lost. What is no note is passed over.
func SplitCheckpoints(text string) (notes []string) {
	var lines []string
	for line := range strings.Lines(text) {
		if line = bare(line); line != "" {
			lines = append(lines, line)
		}
	}
	for i := 0; i+3 < len(lines); i++ {
		head := strings.Join(lines[i:i+3], "\n") + "\n"
		if _, err := parse(head); err != nil {
			continue
		}
		end := i + 3
		for end < len(lines) && strings.HasPrefix(lines[end], signatureMark) {
			end++
		}
		if end > i+3 {
			notes = append(notes, head+"\n"+strings.Join(lines[i+3:end], "\n")+"\n")
			i = end - 1
		}
	}
	return notes
}

// signatureMark begins each signature of a note: an em dash and a space.
const signatureMark = "\u2014 "

// bare takes from a line what programs put before it when text is copied out of a message.
func bare(line string) string {
	for _, mark := range []string{"> ", "\u2022 ", "* ", "- "} {
		line = strings.TrimPrefix(strings.TrimSpace(line)+" ", mark)
	}
	return strings.TrimSpace(line)
}
