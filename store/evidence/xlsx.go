package evidence

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// maxRows and maxCell are what a sheet and a cell hold in the programs that read them; the cell is counted in UTF-16.
const (
	maxRows = 1_048_576
	maxCell = 32_767
)

// workbook writes tables of texts as XLSX (ECMA-376), each cell a text of its own and none a formula, row by row. It is ours
// because that is all we need of the format: the library that we knew for it made the program 6 MB bigger, and slower to start.
type workbook struct {
	zip    *zip.Writer
	sheet  *bufio.Writer // nil before the first
	sheets int
	row    int // in the sheet
}

func newWorkbook(w io.Writer) *workbook {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return &workbook{zip: z}
}

// begin begins a sheet whose first row stays in view.
func (b *workbook) begin() error {
	if err := b.end(); err != nil {
		return err
	}
	b.sheets++
	b.row = 0
	w, err := b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(b.sheets) + ".xml")
	if err != nil {
		return err
	}
	b.sheet = bufio.NewWriterSize(w, 32<<10)
	_, err = b.sheet.WriteString(xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>` +
		`<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	return err
}

// add adds a row to the sheet.
func (b *workbook) add(cells []string) error {
	b.row++
	n := strconv.Itoa(b.row)
	_, err := b.sheet.WriteString(`<row r="` + n + `">`)
	for i, c := range cells {
		_, errBegin := b.sheet.WriteString(`<c r="` + columnName(i) + n + `" t="inlineStr"><is><t xml:space="preserve">`)
		errText := xml.EscapeText(b.sheet, []byte(escapeCell(c)))
		_, errEnd := b.sheet.WriteString(`</t></is></c>`)
		err = errors.Join(err, errBegin, errText, errEnd)
	}
	_, errRow := b.sheet.WriteString(`</row>`)
	return errors.Join(err, errRow)
}

// end ends the sheet that is open.
func (b *workbook) end() error {
	if b.sheet == nil {
		return nil
	}
	_, err := b.sheet.WriteString(`</sheetData></worksheet>`)
	return errors.Join(err, b.sheet.Flush())
}

// close ends the workbook: what its sheets are called, and where they are.
func (b *workbook) close() error {
	if err := b.end(); err != nil {
		return err
	}
	const (
		main     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
		relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		pack     = "http://schemas.openxmlformats.org/package/2006/"
		types    = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	)
	var sheets, relations, parts string
	for i := 1; i <= b.sheets; i++ {
		sheets += fmt.Sprintf(`<sheet name="Sheet%d" sheetId="%d" r:id="rId%d"/>`, i, i, i)
		relations += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i, relation, i)
		parts += fmt.Sprintf(`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i, types)
	}
	for _, part := range []struct{ name, text string }{
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + relation + `"><sheets>` + sheets + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + pack + `relationships">` + relations + `</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + pack + `relationships"><Relationship Id="rId1" Type="` + relation + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + pack + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/>` + parts + `</Types>`},
	} {
		w, err := b.zip.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, xml.Header+part.text); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// columnName gives A for 0, Z for 25, AA for 26.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// looksEscaped is what readers of the format take for a character by its number.
var looksEscaped = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// escapeCell keeps a text as it is for its reader, up to what a cell holds; the whole of it is in the lines of JSON.
func escapeCell(text string) string {
	if len(text) > maxCell {
		if units := utf16.Encode([]rune(text)); len(units) > maxCell {
			text = string(utf16.Decode(units[:maxCell-1])) + "\u2026"
		}
	}
	return looksEscaped.ReplaceAllString(text, "_x005F_$1")
}
