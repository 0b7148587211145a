package evidence

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"steward/store/ledger"
)

// table writes the same rows as CSV, as lines of JSON, and as XLSX.
type table struct {
	columns []string
	keys    [][]byte // the columns as JSON keys, with what stands around them
	rows    int64

	csv, jsonl, xlsx io.WriteCloser
	out              *csv.Writer
	line             bytes.Buffer
	str              *json.Encoder
	book             *excelize.File
	sheet            *excelize.StreamWriter
	inSheet          int
	cells            []any
	safe             []string
}

// newTable begins a table of that name.
func newTable(b *ledger.Bundle, name string, columns ...string) (t *table, err error) {
	t = &table{columns: columns, cells: make([]any, len(columns)), safe: make([]string, len(columns)), book: excelize.NewFile()}
	for ext, w := range map[string]*io.WriteCloser{".csv": &t.csv, ".jsonl": &t.jsonl, ".xlsx": &t.xlsx} {
		if *w, err = b.Create(name+ext, ext == ".xlsx"); err != nil {
			return nil, err
		}
	}
	t.out = csv.NewWriter(t.csv)
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
func (t *table) newSheet() (err error) {
	name := "Sheet1"
	if t.sheet != nil {
		if err := t.sheet.Flush(); err != nil {
			return err
		}
		name = fmt.Sprintf("Sheet%d", 2+t.rows/(excelize.TotalRows-1)-1)
		if _, err := t.book.NewSheet(name); err != nil {
			return err
		}
	}
	if t.sheet, err = t.book.NewStreamWriter(name); err != nil {
		return err
	}
	if err := t.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	t.inSheet = 0
	return t.sheetRow(t.columns)
}

func (t *table) sheetRow(row []string) error {
	for i, c := range row {
		t.cells[i] = c
	}
	t.inSheet++
	at, err := excelize.CoordinatesToCellName(1, t.inSheet)
	if err != nil {
		return err
	}
	return t.sheet.SetRow(at, t.cells)
}

// add adds a row.
func (t *table) add(row ...string) error {
	if len(row) != len(t.columns) {
		return fmt.Errorf("a row has %d cells, want %d", len(row), len(t.columns))
	}
	if t.inSheet == excelize.TotalRows {
		if err := t.newSheet(); err != nil {
			return err
		}
	}
	t.rows++
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
	return errors.Join(err, t.out.Write(t.safe), t.sheetRow(row))
}

// close ends the table.
func (t *table) close() error {
	t.out.Flush()
	err := errors.Join(t.out.Error(), t.csv.Close(), t.jsonl.Close(), t.sheet.Flush())
	if err != nil {
		return err
	}
	return errors.Join(t.book.Write(t.xlsx), t.xlsx.Close(), t.book.Close())
}

// discard lets go of what excelize keeps in files of its own, where the table did not come to its end.
func (t *table) discard() error { return t.book.Close() }
