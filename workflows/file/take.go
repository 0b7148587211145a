package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"steward/workflows"
)

// What is taken at once.
const (
	MaxSize  = 10 << 20 // bytes of one file
	MaxCount = 5        // files
	MaxName  = 100      // characters of a name
)

// Limits says in a sentence what is taken.
const Limits = "At most 5 files of up to 10 MB each: PDF, PNG, JPEG, plain text, CSV, Word (.docx) or Excel (.xlsx)."

// kind is a kind of file that is taken.
type kind struct {
	ends  []string // of names
	media string
	words string // "a PDF"
	is    func([]byte) bool
}

func kinds() []kind {
	return []kind{
		{[]string{"pdf"}, "application/pdf", "a PDF", begins("%PDF-")},
		{[]string{"png"}, "image/png", "a PNG picture", begins("\x89PNG\r\n\x1a\n")},
		{[]string{"jpg", "jpeg"}, "image/jpeg", "a JPEG picture", begins("\xff\xd8\xff")},
		{[]string{"docx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document", office("word/document.xml")},
		{[]string{"xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "an Excel workbook", office("xl/workbook.xml")},
		{[]string{"txt"}, "text/plain", "plain text", plain},
		{[]string{"csv"}, "text/csv", "a CSV file", plain},
	}
}

// Ends gives the ends of names that are taken, with their dots.
func Ends() (out []string) {
	for _, k := range kinds() {
		for _, end := range k.ends {
			out = append(out, "."+end)
		}
	}
	return out
}

func begins(mark string) func([]byte) bool {
	return func(content []byte) bool { return bytes.HasPrefix(content, []byte(mark)) }
}

// office says that a ZIP has this part, and none with macros. Names of parts stand in it as they are.
func office(part string) func([]byte) bool {
	return func(content []byte) bool {
		return begins("PK\x03\x04")(content) && bytes.Contains(content, []byte("[Content_Types].xml")) && bytes.Contains(content, []byte(part)) &&
			!bytes.Contains(content, []byte("vbaProject"))
	}
}

// plain says that the content is text in UTF-8 without control characters, and does not begin as a page or a drawing does.
func plain(content []byte) bool {
	if !utf8.Valid(content) {
		return false
	}
	for _, c := range content {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return !bytes.HasPrefix(bytes.TrimLeft(content, "\ufeff \t\r\n"), []byte("<"))
}

// Take makes a file of a name and a content as they were sent. Where it is not taken, why says so in a sentence.
func Take(name string, content []byte) (f workflows.File, why string) {
	name = Name(name)
	if name == "" {
		return f, "A file has no name."
	}
	i := strings.LastIndex(name, ".")
	k, known := kindOf(name[i+1:])
	switch {
	case len(content) == 0:
		return f, fmt.Sprintf("The file %s is empty.", name)
	case len(content) > MaxSize:
		return f, TooLarge(name)
	case i < 0 || !known:
		return f, fmt.Sprintf("The file %s is not of a kind that can be added. %s", name, Limits)
	case !k.is(content):
		return f, fmt.Sprintf("The file %s is not %s, though its name says so. %s", name, k.words, Limits)
	}
	sum := sha256.Sum256(content)
	return workflows.File{
		Name: name, Content: content,
		FileMark: workflows.FileMark{SHA256: hex.EncodeToString(sum[:]), Size: len(content), Type: k.media},
	}, ""
}

// TooLarge says that a file has more than [MaxSize].
func TooLarge(name string) string {
	return fmt.Sprintf("The file %s is larger than 10 MB. Give a link to it, or a smaller one.", Name(name))
}

// TooMany says that there are more than [MaxCount].
const TooMany = "These are more than 5 files. Choose at most 5."

func kindOf(end string) (kind, bool) {
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return slices.Contains(k.ends, strings.ToLower(end)) })
	if i < 0 {
		return kind{}, false
	}
	return all[i], true
}

// Check says in a sentence why files do not go with an event; empty where they do.
func Check(files []workflows.File) string {
	if len(files) > MaxCount {
		return TooMany
	}
	for _, f := range files {
		again, why := Take(f.Name, f.Content)
		if why != "" {
			return why
		}
		if again.FileMark != f.FileMark || again.Name != f.Name {
			return fmt.Sprintf("The file %s is not as it was sent. Add it again.", again.Name)
		}
	}
	return ""
}

// Name makes a name fit to be shown and to be offered for a download: without a path, with letters, digits and a few signs only, not
// longer than [MaxName]. It is empty where nothing is left.
func Name(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	var b strings.Builder
	for _, c := range name {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("-_.,()+&=@#'!", c):
			b.WriteRune(c)
		case unicode.IsSpace(c):
			b.WriteByte(' ')
		case unicode.IsMark(c) && b.Len() > 0:
			b.WriteRune(c)
		case unicode.IsControl(c) || unicode.In(c, unicode.Cf):
		default:
			b.WriteByte('_')
		}
	}
	name = strings.TrimLeft(strings.Join(strings.Fields(b.String()), " "), ". ")
	if r := []rune(name); len(r) > MaxName {
		end := []rune{}
		if i := strings.LastIndex(name, "."); i >= 0 && utf8.RuneCountInString(name[i:]) <= 6 {
			end = []rune(name[i:])
		}
		name = strings.TrimRight(string(r[:MaxName-len(end)]), ". ") + string(end)
	}
	return name
}

// Size says how large a file is, as people read it: "340 kB".
func Size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
}

// Line names a file for people: its name, its size and the first digits of its hash.
func Line(f workflows.File) string {
	return fmt.Sprintf("%s (%s, SHA-256 %s)", f.Name, Size(f.Size), f.SHA256[:min(len(f.SHA256), 8)])
}
