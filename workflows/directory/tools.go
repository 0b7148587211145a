package directory

import (
	"strconv"
	"strings"
	"time"
)

// Tool is something that a list shows to be used in the company: by sign-ins, expenses or seats.
type Tool struct {
	Name, Vendor string
	Accounts     int       // how many people use it; 0 where the list does not say
	LastUsed     string    // 2006-01-02; empty where the list does not say
	Source       string    // what the list is: "Sign-in log", "Expenses"
	By           string    // who made it; may be empty
	At           time.Time // when it was made
}

// Tools is a list of tools that was read without a mistake.
type Tools struct {
	Source string // hex SHA-256 of the file
	Rows   []Tool
	Notes  []string
}

// maxAccounts bounds how many people use a tool.
const maxAccounts = 10_000_000

// ReadTools reads a list of tools that are used in the company: the columns tool, source and extracted_at, and, where they are there,
// vendor, accounts, last_used_at and extracted_by. A tool stands in it once. The error is [Problems].
func ReadTools(data []byte) (Tools, error) {
	t := readTable(data, columns{
		required: []string{"tool", "source", "extracted_at"},
		optional: []string{"vendor", "accounts", "last_used_at", "extracted_by"},
	})
	first := map[string]int{}
	var out []Tool
	for _, l := range t.lines {
		tool := Tool{
			Name: t.named(l, "tool"), Vendor: t.text(l, "vendor", maxName), Source: t.named(l, "source"), By: t.text(l, "extracted_by", maxName),
			Accounts: t.number(l, "accounts", maxAccounts), LastUsed: t.date(l, "last_used_at"), At: t.moment(l, "extracted_at"),
		}
		key := strings.ToLower(tool.Name + "\x00" + tool.Vendor)
		if at, twice := first[key]; twice && tool.Name != "" {
			t.bad(l.number, "tool", "%q stands in line %d already", shorten(tool.Name), at)
		} else {
			first[key] = l.number
		}
		out = append(out, tool)
	}
	if len(t.lines) == 0 && len(t.problems) == 0 {
		t.bad(0, "", "the file has no rows")
	}
	return Tools{Source: t.source, Rows: out, Notes: t.notes}, t.problems.err()
}

// named gives a text that has to be there.
func (t *table) named(l line, column string) string {
	if t.cell(l, column) == "" {
		t.bad(l.number, column, "is empty")
		return ""
	}
	return t.text(l, column, maxName)
}

// number gives a whole number from 0 to most; 0 where the cell is empty.
func (t *table) number(l line, column string, most int) int {
	s := t.cell(l, column)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most {
		t.bad(l.number, column, "%q is no whole number from 0 to %d", shorten(s), most)
		return 0
	}
	return n
}

// moment gives a time with its zone, or a date, which is its beginning in UTC.
func (t *table) moment(l line, column string) time.Time {
	s := t.cell(l, column)
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC()
		}
	}
	t.bad(l.number, column, "%q is no time; write it as 2026-12-31 or 2026-12-31T09:00:00Z", shorten(s))
	return time.Time{}
}
