package portal

import (
	"fmt"
	"strings"
	"unicode"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// difference is what a policy changes, as a page shows it: in the words of what it is about, and the files line by line, so
// that nothing is activated that could not be seen.
type difference struct {
	Parts []diffPart
	Files []diffFile
}

type diffPart struct {
	Title string
	Items []diffItem
}

type diffItem struct {
	Name    string
	Mark    card.Mark
	Changes []change
}

type diffFile struct {
	Name  string
	Mark  card.Mark
	Lines []diffLine
}

type diffLine struct {
	Kind string // "add", "del", "gap" or ""
	Sign string
	Said string // for whoever does not see the sign
	Text string
}

func differenceOf(from, to *policy.Pack) *difference {
	var d difference
	for _, part := range policy.Compare(from, to) {
		one := diffPart{Title: part.Title}
		for _, it := range part.Items {
			item := diffItem{Name: visible(it.Name), Mark: howMark(it.How)}
			for _, l := range it.Details {
				item.Changes = append(item.Changes, change{Label: sentence(l.Label), Was: visible(l.Before), Is: visible(l.After)})
			}
			one.Items = append(one.Items, item)
		}
		d.Parts = append(d.Parts, one)
	}
	for _, f := range policy.CompareFiles(from, to) {
		file := diffFile{Name: f.File, Mark: howMark(f.How)}
		for _, l := range f.Lines {
			file.Lines = append(file.Lines, lineOf(l))
		}
		d.Files = append(d.Files, file)
	}
	return &d
}

func lineOf(l policy.TextLine) diffLine {
	text := visible(l.Text)
	switch l.Sign {
	case '+':
		return diffLine{"add", "+", "new: ", text}
	case '-':
		return diffLine{"del", "−", "gone: ", text}
	case '@':
		return diffLine{Kind: "gap", Sign: "…"}
	}
	return diffLine{Text: text}
}

func howMark(h policy.How) card.Mark {
	switch h {
	case policy.Added:
		return card.Mark{Text: "New", Tone: card.ToneGood}
	case policy.Removed:
		return card.Mark{Text: "Gone", Tone: card.ToneBad}
	case policy.Changed:
	}
	return card.Mark{Text: "Changed"}
}

// rolesDifference is what somebody's roles become.
func rolesDifference(pack *policy.Pack, from, to string) *difference {
	gained, lost := pack.RoleDetails(workflows.RolesOf(from), workflows.RolesOf(to))
	var part diffPart
	for _, r := range gained {
		part.Items = append(part.Items, diffItem{Name: r.Label, Mark: card.Mark{Text: "Gets", Tone: card.ToneGood}, Changes: roleChanges(r, false)})
	}
	for _, r := range lost {
		part.Items = append(part.Items, diffItem{Name: r.Label, Mark: card.Mark{Text: "Loses", Tone: card.ToneBad}, Changes: roleChanges(r, true)})
	}
	return &difference{Parts: []diffPart{part}}
}

func roleChanges(r policy.RoleInfo, lost bool) []change {
	says := r.Note
	if power := rolePower(r); power != "" {
		says = strings.TrimSpace(says + " " + power)
	}
	if says == "" {
		return nil
	}
	if lost {
		return []change{{Label: "What the role does", Was: says}}
	}
	return []change{{Label: "What the role does", Is: says}}
}

// rolePower says what makes a role one that needs care.
func rolePower(r policy.RoleInfo) string {
	var out []string
	if r.Decides {
		out = append(out, "Has a part in deciding requests.")
	}
	if r.Compliance {
		out = append(out, "Reads everything.")
	}
	if r.Administers {
		out = append(out, "Administers Steward.")
	}
	return strings.Join(out, " ")
}

// visible shows what a text holds, also what is made not to be seen: a second person approves the bytes, so that a character
// that hides others, or turns them round, stands there by its number.
func visible(s string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '\t':
			b.WriteString("    ")
		case r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
