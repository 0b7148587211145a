package file_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/file"
)

const zipped = "PK\x03\x04....[Content_Types].xml....word/document.xml....xl/workbook.xml...."

func TestTake(t *testing.T) {
	for _, c := range []struct{ name, content, media, why string }{
		{"Report.pdf", "%PDF-1.7 x", "application/pdf", ""},
		{"REPORT.PDF", "%PDF-1.7 x", "application/pdf", ""},
		{"a.png", "\x89PNG\r\n\x1a\nx", "image/png", ""},
		{"a.jpeg", "\xff\xd8\xff\xe0x", "image/jpeg", ""},
		{"a.docx", zipped, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		{"a.xlsx", zipped, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ""},
		{"a.txt", "Grüße, a < b\r\n", "text/plain", ""},
		{"a.csv", "\ufeffname;age\n=1+1;2\n", "text/csv", ""},

		{"a.docx", strings.Replace(zipped, "....xl", "vbaProject.bin....xl", 1), "", "is not a Word document"},
		{"a.docx", "x" + zipped, "", "is not a Word document"},
		{"a.html", "<html>", "", "not of a kind"},
		{"a.svg", "<svg>", "", "not of a kind"},
		{"a.txt", "\n \ufeff <!doctype html>", "", "is not plain text"},
		{"a.txt", "\ufeff\n <!doctype html>", "", "is not plain text"},
		{"a.csv", "<svg onload=alert(1)>", "", "is not a CSV file"},
		{"a.txt", "a\x00b", "", "is not plain text"},
		{"a.txt", "\xff\xfea", "", "is not plain text"},
		{"a.pdf", "<html>", "", "is not a PDF, though its name says so"},
		{"a.png", "%PDF-1.7", "", "is not a PNG picture"},
		{"a.pdf.exe", "%PDF-1.7", "", "not of a kind"},
		{"pdf", "%PDF-1.7", "", "not of a kind"},
		{"a.zip", zipped, "", "not of a kind"},
		{"a.pdf", "", "", "is empty"},
		{"a.pdf", "%PDF-" + strings.Repeat("x", file.MaxSize), "", "larger than 10 MB"},
		{"\u202e\x00/", "%PDF-", "", "has no name"},
	} {
		f, why := file.Take(c.name, []byte(c.content))
		if f.Type != c.media || !strings.Contains(why, c.why) || (why == "") != (c.why == "") {
			t.Errorf("%q: %q, %q", c.name, f.Type, why)
		}
		if why == "" && (len(f.SHA256) != 64 || f.Size != len(c.content)) {
			t.Errorf("%q: mark %+v", c.name, f.FileMark)
		}
	}
	if !slices.Contains(file.Ends(), ".docx") {
		t.Error(file.Ends())
	}
}

func TestName(t *testing.T) {
	for name, want := range map[string]string{
		"Report 2026 (final).pdf":       "Report 2026 (final).pdf",
		"../../etc/passwd.txt":          "passwd.txt",
		`C:\Users\ana\Größe.pdf`:        "Größe.pdf",
		"...hidden.txt":                 "hidden.txt",
		"a\u202efdp.exe.txt":            "afdp.exe.txt",
		"a\r\nSet-Cookie: x=1.txt":      "a Set-Cookie_ x=1.txt",
		`a"; filename="b.html.txt`:      "a__ filename=_b.html.txt",
		"報告.pdf":                        "報告.pdf",
		"a\x00.pdf":                     "a.pdf",
		"..":                            "",
		"\xff.pdf":                      "_.pdf",
		strings.Repeat("ä", 300) + ".x": strings.Repeat("ä", file.MaxName-2) + ".x",
	} {
		got := file.Name(name)
		if got != want || file.Name(got) != got {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	f, _ := file.Take("a.pdf", []byte("%PDF-1.7"))
	if why := file.Check([]workflows.File{f, f}); why != "" {
		t.Error(why)
	}
	if why := file.Check(slices.Repeat([]workflows.File{f}, file.MaxCount+1)); why != file.TooMany {
		t.Error(why)
	}
	other := f
	other.SHA256 = strings.Repeat("0", 64)
	if why := file.Check([]workflows.File{other}); !strings.Contains(why, "not as it was sent") {
		t.Error(why)
	}
	if why := file.Check([]workflows.File{{Name: "a.pdf"}}); !strings.Contains(why, "empty") {
		t.Error(why)
	}
}

func TestLine(t *testing.T) {
	for size, want := range map[int]string{1: "1 bytes", 999: "999 bytes", 1000: "1 kB", 340_200: "340 kB", 10 << 20: "10.5 MB"} {
		if got := file.Size(size); got != want {
			t.Errorf("%d: %s", size, got)
		}
	}
	f, _ := file.Take("a.pdf", []byte("%PDF-1.7"))
	if got := file.Line(f); got != "a.pdf (8 bytes, SHA-256 "+f.SHA256[:8]+")" {
		t.Error(got)
	}
}

func FuzzTake(f *testing.F) {
	f.Add("a.txt", []byte("<html>"))
	f.Add("../a.pdf", []byte("%PDF-"))
	f.Add("\xff\u202e.csv", []byte("a;b"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got, why := file.Take(name, content)
		if why != "" {
			return
		}
		if !utf8.ValidString(got.Name) || strings.ContainsAny(got.Name, "/\\\"\r\n\x00") || utf8.RuneCountInString(got.Name) > file.MaxName {
			t.Errorf("name %q", got.Name)
		}
		if bytes.HasPrefix(content, []byte("<")) {
			t.Errorf("%q begins with markup", content)
		}
		if file.Check([]workflows.File{got}) != "" {
			t.Errorf("%q is taken once and not twice", got.Name)
		}
	})
}
