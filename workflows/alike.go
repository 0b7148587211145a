package workflows

import (
	"strings"
	"unicode"
)

// minAlike is the shortest part of a name that counts as that name, in letters and digits.
const minAlike = 4

// Alike says whether a tool and its vendor, as two people typed them, are likely the same: case, spaces and punctuation do not count,
// and one may say more than the other, as with the address of the tool or the form of the company. Both are folded before, as the
// names of the register are searched. A vendor that is not named is no difference.
func Alike(tool, vendor, otherTool, otherVendor string) bool {
	a, b := squeezed(tool), squeezed(otherTool)
	return a != "" && b != "" && (a == b || within(a, b) || within(b, a)) && sameVendor(squeezed(vendor), squeezed(otherVendor))
}

// SameTool says whether a tool and its vendor are the same but for case, spaces and punctuation. It is stricter than [Alike]: what it
// finds is taken for the same thing without anybody being asked.
func SameTool(tool, vendor, otherTool, otherVendor string) bool {
	a := squeezed(tool)
	return a != "" && a == squeezed(otherTool) && sameVendor(squeezed(vendor), squeezed(otherVendor))
}

func sameVendor(a, b string) bool {
	return a == "" || b == "" || a == b || within(a, b) || within(b, a)
}

func within(part, whole string) bool {
	return len([]rune(part)) >= minAlike && strings.Contains(whole, part)
}

// NameKey gives what two ways to write one name have in common: its letters and digits. The name is folded before.
func NameKey(folded string) string { return squeezed(folded) }

// squeezed leaves out all but letters and digits.
func squeezed(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
}

// AlikeWords gives the words of a name by which things of a like name are looked for: at most six, of three letters or digits and more.
func AlikeWords(name string) (out []string) {
	split := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range append([]string{squeezed(name)}, split...) {
		if len([]rune(w)) >= 3 && len(out) < 6 {
			out = append(out, w)
		}
	}
	return out
}
