package directory

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of a file.
const (
	maxBytes = 64 << 20
	maxRows  = 500_000
)

// table is a CSV file, read but not understood.
type table struct {
	source   string // hex SHA-256 of the bytes
	columns  map[string]int
	lines    []line
	notes    []string
	problems Problems
	shapes   shapes
}

// line is one row of the file.
type line struct {
	number int
	cells  []string
}

// columns says what a kind of file holds.
type columns struct{ required, optional []string }

// readTable reads a CSV file with a header. All it can say about the file as a whole is in notes and problems.
func readTable(data []byte, want columns) table {
	sum := sha256.Sum256(data)
	t := table{source: hex.EncodeToString(sum[:]), columns: map[string]int{}, shapes: newShapes()}
	switch {
	case len(data) > maxBytes:
		t.bad(0, "", "the file is larger than %d MB", maxBytes>>20)
		return t
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		t.bad(0, "", "the file is UTF-16; save it as CSV UTF-8")
		return t
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if t.checkUTF8(data); len(t.problems) > 0 {
		return t
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		t.syntax(err, "the file is empty; its first line must name the columns")
		return t
	}
	if t.header(header, want); len(t.problems) > 0 {
		return t
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t
		}
		if err != nil {
			t.syntax(err, "")
			return t
		}
		number, _ := r.FieldPos(0)
		if len(cells) != len(header) {
			t.bad(number, "", "%d cells, but the header names %d columns", len(cells), len(header))
			continue
		}
		if len(t.lines) == maxRows {
			t.bad(number, "", "the file has more than %d rows", maxRows)
			return t
		}
		t.lines = append(t.lines, line{number: number, cells: cells})
	}
}

func (t *table) bad(number int, column, format string, args ...any) {
	t.problems = append(t.problems, Problem{Line: number, Column: column, Message: fmt.Sprintf(format, args...)})
}

// checkUTF8 names each line that is not UTF-8, so that the person can find the name that was saved in another encoding.
func (t *table) checkUTF8(data []byte) {
	if utf8.Valid(data) {
		return
	}
	for i, l := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(l) {
			t.bad(i+1, "", "not UTF-8; save the file as CSV UTF-8")
		}
	}
}

// syntax reports what the CSV reader stumbled over. It cannot go on after that.
func (t *table) syntax(err error, empty string) {
	var pe *csv.ParseError
	switch {
	case errors.As(err, &pe):
		t.bad(pe.StartLine, "", "not CSV from here on (%v, at line %d, byte %d); put cells with quotes, commas or line ends in \"...\" and write \" inside as \"\"",
			pe.Err, pe.Line, pe.Column)
	case errors.Is(err, io.EOF):
		t.bad(0, "", "%s", empty)
	default:
		t.bad(0, "", "%v", err)
	}
}

// header finds the columns, in any order and case.
func (t *table) header(cells []string, want columns) {
	if len(cells) == 1 && strings.Contains(cells[0], ";") {
		t.bad(1, "", "the columns are separated by semicolons; save the file with commas")
		return
	}
	known := slices.Concat(want.required, want.optional)
	for i, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		switch _, twice := t.columns[name]; {
		case !slices.Contains(known, name):
			t.notes = append(t.notes, fmt.Sprintf("column %q is not known and was ignored", shorten(name)))
		case twice:
			t.bad(1, name, "the column is there twice")
		default:
			t.columns[name] = i
		}
	}
	for _, name := range want.required {
		if !t.has(name) {
			t.bad(1, name, "the column is missing")
		}
	}
	for _, name := range want.optional {
		if !t.has(name) {
			t.notes = append(t.notes, fmt.Sprintf("column %q is missing; what is stored stays", name))
		}
	}
}

// has says whether the file has the column.
func (t *table) has(column string) bool { _, ok := t.columns[column]; return ok }

// cell gives a cell, trimmed; empty where the file has no such column.
func (t *table) cell(l line, column string) string {
	i, ok := t.columns[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(l.cells[i])
}

// shorten bounds what an error quotes from a file.
func shorten(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}
