package policy

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// inside gives the place in the file of a character of a scalar, by its offset in runes in the decoded value. Quotes,
// escapes, block indentation and folded lines are walked through, so that a mistake in an expression is shown where it
// stands. Where the walk loses its way the place is that of the scalar.
func (r *reader) inside(n *yaml.Node, offset int) (line, column int) {
	w := walker{lines: r.lines, node: n, line: n.Line, column: n.Column}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		w.line++
		w.block = true
		w.indent = w.firstIndent()
		w.column = w.indent + 1
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		w.column++
	}
	for i, c := range []rune(n.Value) {
		w.fold(c)
		if i == offset {
			break
		}
		if !w.step(c) {
			return n.Line, n.Column
		}
	}
	return w.line, w.column
}

// walker is at one character of the source, line and column from 1.
type walker struct {
	lines        []string
	node         *yaml.Node
	line, column int
	block        bool
	indent       int
}

func (w *walker) source() []rune {
	if w.line < 1 || w.line > len(w.lines) {
		return nil
	}
	return []rune(strings.TrimSuffix(w.lines[w.line-1], "\r"))
}

// firstIndent gives the indentation of the first line of a block that has text.
func (w *walker) firstIndent() int {
	for at := w.line; at <= len(w.lines); at++ {
		if text := strings.TrimRight(w.lines[at-1], " \r"); text != "" {
			return len(text) - len(strings.TrimLeft(text, " "))
		}
	}
	return 0
}

// fold moves to the next line where the source line ends but the value goes on.
func (w *walker) fold(c rune) {
	if c == ' ' || c == '\n' {
		return
	}
	for (w.column > len(w.source()) || w.joined()) && w.line < len(w.lines) {
		w.next()
	}
}

// joined says that a backslash at the end of the line joins it with the next one.
func (w *walker) joined() bool {
	src := w.source()
	return w.node.Style&yaml.DoubleQuotedStyle != 0 && w.column == len(src) && src[w.column-1] == '\\'
}

func (w *walker) next() {
	w.line++
	w.column = w.indent + 1
	if !w.block {
		text := string(w.source())
		w.column = len(text) - len(strings.TrimLeft(text, " \t")) + 1
	}
}

// step passes over the source of one decoded character.
func (w *walker) step(c rune) bool {
	src := w.source()
	if w.column > len(src) {
		if c != ' ' && c != '\n' {
			return false
		}
		w.next()
		return true
	}
	switch {
	case w.node.Style&yaml.SingleQuotedStyle != 0 && c == '\'':
		w.column += 2
	case w.node.Style&yaml.DoubleQuotedStyle != 0 && src[w.column-1] == '\\':
		w.column += escapeLength(src, w.column)
	default:
		w.column++
	}
	return true
}

// escapeLength gives the length of an escape in a double-quoted scalar; at is the column of the backslash.
func escapeLength(src []rune, at int) int {
	if at >= len(src) {
		return 1
	}
	switch src[at] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}
