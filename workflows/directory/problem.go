package directory

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a file, at its line.
type Problem struct {
	Line    int    // from 1; the header is line 1; 0 where the file as a whole is meant
	Column  string // name of the column; empty where the line as a whole is meant
	Message string // what is wrong and what would be right
}

// String gives "line 7, time_zone: ...".
func (p Problem) String() string {
	switch {
	case p.Line == 0:
		return p.Message
	case p.Column == "":
		return fmt.Sprintf("line %d: %s", p.Line, p.Message)
	}
	return fmt.Sprintf("line %d, %s: %s", p.Line, p.Column, p.Message)
}

// Problems are all the mistakes of a file, in the order of its lines. It is the error of the Read functions.
type Problems []Problem //nolint:errname // it is a list of findings first; that it is an error is a convenience of the readers

// Error gives one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// err gives the problems as an error, sorted; nil where there are none.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int { return a.Line - b.Line })
	return p
}
