package evidence

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"steward/store/ledger"
)

// writeCSV writes a table that has no other form. Its cells have to be [plainCell]s where people wrote them.
func writeCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out.WriteAll(rows)
}

// table writes the same rows as CSV, as lines of JSON, and as XLSX.
type table struct {
	columns []string
	keys    [][]byte // the columns as JSON keys, with what stands around them

	csv, jsonl, xlsx io.WriteCloser
	out              *csv.Writer
	line             bytes.Buffer
	str              *json.Encoder
	book             *workbook
	safe             []string
}

// newTable begins a table of that name.
func newTable(b *ledger.Bundle, name string, columns ...string) (t *table, err error) {
	t = &table{columns: columns, safe: make([]string, len(columns))}
	for ext, w := range map[string]*io.WriteCloser{".csv": &t.csv, ".jsonl": &t.jsonl, ".xlsx": &t.xlsx} {
		if *w, err = b.Create(name+ext, ext == ".xlsx"); err != nil {
			return nil, err
		}
	}
	t.out, t.book = csv.NewWriter(t.csv), newWorkbook(t.xlsx)
	t.out.UseCRLF = true
	for i, c := range columns {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		t.keys = append(t.keys, fmt.Appendf(nil, "%s%q:", sep, c))
	}
	t.str = json.NewEncoder(&t.line)
	t.str.SetEscapeHTML(false)
	if err := t.out.Write(columns); err != nil {
		return nil, err
	}
	return t, t.newSheet()
}

// newSheet begins a sheet: one has a limit.
func (t *table) newSheet() error {
	return errors.Join(t.book.begin(), t.book.add(t.columns))
}

// add adds a row.
func (t *table) add(row ...string) error {
	if len(row) != len(t.columns) {
		return fmt.Errorf("a row has %d cells, want %d", len(row), len(t.columns))
	}
	if t.book.row == maxRows {
		if err := t.newSheet(); err != nil {
			return err
		}
	}
	t.line.Reset()
	for i, c := range row {
		t.safe[i] = plainCell(c)
		t.line.Write(t.keys[i])
		if err := t.str.Encode(c); err != nil {
			return err
		}
		t.line.Truncate(t.line.Len() - 1) // the line feed
	}
	t.line.WriteString("}\n")
	_, err := t.jsonl.Write(t.line.Bytes())
	return errors.Join(err, t.out.Write(t.safe), t.book.add(row))
}

// close ends the table.
func (t *table) close() error {
	t.out.Flush()
	err := errors.Join(t.out.Error(), t.csv.Close(), t.jsonl.Close(), t.book.close())
	if err != nil {
		return err
	}
	return t.xlsx.Close()
}
