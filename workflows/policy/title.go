package policy

import "unicode/utf8"

// titleLength bounds [Screening.Title], in runes.
const titleLength = 80

// title names a request to people: the first short text that was answered, else the flow's own title.
func (f *Flow) title(a Answers) string {
	for _, q := range f.Questions {
		text := a[q.Key].Text
		if q.Type != ShortText || text == "" {
			continue
		}
		if utf8.RuneCountInString(text) <= titleLength {
			return text
		}
		return string([]rune(text)[:titleLength-1]) + "…"
	}
	return f.Title
}
