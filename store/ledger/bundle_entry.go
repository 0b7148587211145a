package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// entryFields is what the check of a bundle needs to know of an entry. The slices are parts of the entry.
type entryFields struct {
	about []byte // the JSON of the thing, as it stands there
	n     int
	what  []byte // in its quotes
	data  []byte
	texts []byte
	shown []byte // in its quotes
}

// errEntry is for bytes that are no entry.
var errEntry = errors.New("it is not the JSON of an entry")

// readEntry finds the fields of an entry. It is a scan and no decoding: a million entries have to be read in seconds, and
// that their bytes are right follows from their hashes.
func readEntry(entry []byte) (f entryFields, err error) {
	s := scanner{entry, 0}
	if !s.take('{') {
		return f, errEntry
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return f, errEntry
		}
		key, ok := s.text()
		if !ok || !s.take(':') {
			return f, errEntry
		}
		value, ok := s.value()
		if !ok {
			return f, errEntry
		}
		if err := f.set(key, value); err != nil {
			return f, err
		}
	}
	if s.at != len(entry) || f.about == nil || f.n < 1 || f.what == nil {
		return f, errEntry
	}
	return f, nil
}

// set keeps a field.
func (f *entryFields) set(key, value []byte) error {
	switch string(key) {
	case `"about"`:
		f.about = value
	case `"n"`:
		n, err := strconv.Atoi(string(value))
		if err != nil {
			return errEntry
		}
		f.n = n
	case `"what"`:
		f.what = value
	case `"data"`:
		f.data = value
	case `"texts"`:
		f.texts = value
	case `"shown"`:
		f.shown = value
	}
	return nil
}

// names gives the commitments of texts by name.
func (f entryFields) names() (map[string]string, error) {
	names := map[string]string{}
	if f.texts == nil {
		return names, nil
	}
	if err := json.Unmarshal(f.texts, &names); err != nil {
		return nil, errEntry
	}
	return names, nil
}

// shownText gives the commitment of what was shown; empty where nothing was.
func (f entryFields) shownText() string { return strings.Trim(string(f.shown), `"`) }

// erasures gives the commitments that the entry says are destroyed.
func (f entryFields) erasures() []string {
	if string(f.what) != `"erased"` {
		return nil
	}
	var d struct{ Commitments []string }
	if err := json.Unmarshal(f.data, &d); err != nil {
		return nil // it destroys nothing then, and what is missing is said
	}
	return d.Commitments
}

// thing gives "request/AIR-42" for the JSON of a thing.
func thing(about []byte) string {
	var ref struct{ Kind, ID string }
	if err := json.Unmarshal(about, &ref); err != nil {
		return string(about)
	}
	return ref.Kind + "/" + ref.ID
}

// scanner walks along JSON without white space, as entries are written.
type scanner struct {
	b  []byte
	at int
}

func (s *scanner) take(c byte) bool {
	if s.at < len(s.b) && s.b[s.at] == c {
		s.at++
		return true
	}
	return false
}

// text takes a string with its quotes.
func (s *scanner) text() ([]byte, bool) {
	from := s.at
	if !s.take('"') {
		return nil, false
	}
	for {
		i := bytes.IndexByte(s.b[s.at:], '"')
		if i < 0 {
			return nil, false
		}
		s.at += i + 1
		slashes := 0
		for j := s.at - 2; j > from && s.b[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			return s.b[from:s.at], true
		}
	}
}

// value takes any value.
func (s *scanner) value() ([]byte, bool) {
	from := s.at
	if s.at == len(s.b) {
		return nil, false
	}
	switch s.b[s.at] {
	case '"':
		return s.text()
	case '{', '[':
		return s.nested()
	}
	for s.at < len(s.b) && s.b[s.at] != ',' && s.b[s.at] != '}' && s.b[s.at] != ']' {
		s.at++
	}
	return s.b[from:s.at], s.at > from
}

// nested takes an object or a list.
func (s *scanner) nested() ([]byte, bool) {
	from, depth := s.at, 0
	for s.at < len(s.b) {
		switch s.b[s.at] {
		case '"':
			if _, ok := s.text(); !ok {
				return nil, false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.at++
		if depth == 0 {
			return s.b[from:s.at], true
		}
	}
	return nil, false
}
