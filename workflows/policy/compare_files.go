package policy

import (
	"maps"
	"slices"
	"strings"
)

// FileChange is one file of a pack that differs, line by line, with a few lines that are the same around each difference.
type FileChange struct {
	File  string
	How   How
	Lines []TextLine
}

// TextLine is one line of a file. Sign is '+' for a new one, '-' for one that is gone, ' ' for one that is the same, and '@'
// for a gap in what is shown; a gap has no text.
type TextLine struct {
	Sign rune
	Text string
}

// around is how many lines that are the same stand around a difference.
const around = 2

// CompareFiles gives the files that differ: all that two packs can differ in, in the bytes whose hash is activated.
func CompareFiles(from, to *Pack) []FileChange {
	names := map[string]bool{}
	for _, p := range []*Pack{from, to} {
		for name := range p.files {
			names[name] = true
		}
	}
	var out []FileChange
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, had := from.files[name]
		after, has := to.files[name]
		c := FileChange{File: name, How: Changed}
		switch {
		case !had:
			c.How = Added
		case !has:
			c.How = Removed
		case before == after:
			continue
		}
		c.Lines = near(compareLines(split(before), split(after)))
		out = append(out, c)
	}
	return out
}

func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// mostCells bounds the table by which lines are matched; files that differ in more show the old part, then the new one.
const mostCells = 4_000_000

// compareLines is the shortest way from one list of lines to another that a longest common subsequence gives.
func compareLines(a, b []string) []TextLine {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []TextLine
	out = appendLines(out, ' ', a[:head])
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	return appendLines(out, ' ', a[len(a)-tail:])
}

func appendLines(out []TextLine, sign rune, lines []string) []TextLine {
	for _, l := range lines {
		out = append(out, TextLine{sign, strings.TrimSuffix(l, "\n")})
	}
	return out
}

func middle(a, b []string) []TextLine {
	if len(a)*len(b) > mostCells {
		return appendLines(appendLines(nil, '-', a), '+', b)
	}
	// common[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
	common := make([][]int32, len(a)+1)
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i, one := range slices.Backward(a) {
		for j, other := range slices.Backward(b) {
			if one == other {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []TextLine
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = appendLines(out, ' ', a[i:i+1])
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = appendLines(out, '-', a[i:i+1])
			i++
		default:
			out = appendLines(out, '+', b[j:j+1])
			j++
		}
	}
	return appendLines(appendLines(out, '-', a[i:]), '+', b[j:])
}

// near leaves out what is the same and far from any difference.
func near(lines []TextLine) []TextLine {
	keep := make([]bool, len(lines))
	for i, l := range lines {
		if l.Sign == ' ' {
			continue
		}
		for k := max(0, i-around); k <= min(len(lines)-1, i+around); k++ {
			keep[k] = true
		}
	}
	var out []TextLine
	for i, l := range lines {
		switch {
		case keep[i]:
			out = append(out, l)
		case len(out) == 0 || out[len(out)-1].Sign != '@':
			out = append(out, TextLine{Sign: '@'})
		}
	}
	return out
}
