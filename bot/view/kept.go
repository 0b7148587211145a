package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// What is kept of a vendor stands behind answers of a request, and fills them in.

// keptLines says of the answers of a page where what they were filled in with comes from, and which of them differ from it.
func (f Form) keptLines(page int, a policy.Answers) (out []string) {
	for _, q := range f.Flow.Asked(a, page, f.Facts) {
		k, ok := policy.KeptOf(f.Facts.Kept, q.Key)
		if !ok || !slices.Contains(f.Flow.VendorFacts.Keys, q.Key) {
			continue
		}
		text := textPrefilled
		if !k.Is(a[q.Key]) {
			text = textPrefillOther
		}
		is := strings.TrimSuffix(said(q, k.Answer, f.Eyes), ".")
		out = append(out, short(fmt.Sprintf(text, sentenceOrQuestion(q.Label), f.who(k.By), is, f.Eyes.date(k.Seen), k.Proof), card.MaxLine))
	}
	return out
}

// backing says of an answer whether a kept fact stands behind it; empty where the flow keeps none of that kind.
func backing(f *policy.Flow, s policy.Screening, q policy.Question, e Eyes, who func(workflows.PersonID) string) string {
	if f.VendorFacts == nil || !slices.Contains(f.VendorFacts.Keys, q.Key) {
		return ""
	}
	k, ok := policy.KeptOf(s.Kept, q.Key)
	fixed := correctedBy(s, q, e, who)
	switch {
	case fixed != "" && ok && !k.Is(s.Answers[q.Key]):
		return fixed + "; " + fmt.Sprintf(textDiffers, who(k.By), said(q, k.Answer, e), e.date(k.Seen), k.Proof)
	case fixed != "":
		return fixed
	case !ok:
		return textOwnWord
	case k.Is(s.Answers[q.Key]):
		return fmt.Sprintf(textBacked, who(k.By), e.date(k.Seen), k.Proof)
	}
	return fmt.Sprintf(textDiffers, who(k.By), said(q, k.Answer, e), e.date(k.Seen), k.Proof)
}

// vendorFact says to whoever decides how far what is kept of the vendor stands behind the answers; ok is false where the flow asks
// nothing of that.
func (c Case) vendorFact() (card.Fact, bool) {
	sc := c.Request.Screening
	if c.Flow.VendorFacts == nil {
		return card.Fact{}, false
	}
	asked, backed, seen := 0, 0, ""
	var differ, fixed []string
	for _, key := range c.Flow.VendorFacts.Keys {
		q, _ := c.Flow.Question(key)
		k, kept := policy.KeptOf(sc.Kept, key)
		if !kept && c.answer(q, sc.Answers[key], factLength) == "" {
			continue
		}
		asked++
		x, found := correctedOf(sc, key)
		switch {
		case found && x.Is(sc.Answers[key]):
			fixed = append(fixed, strings.TrimRight(card.Clean(q.Label), "?:. "))
		case !kept:
		case !k.Is(sc.Answers[key]):
			differ = append(differ, strings.TrimRight(card.Clean(q.Label), "?:. "))
		default:
			if backed++; seen == "" || k.Seen < seen {
				seen = k.Seen
			}
		}
	}
	value := ""
	switch {
	case asked == 0:
		return card.Fact{}, false
	case len(fixed) > 0:
		value = fmt.Sprintf(textFactCorrected, strings.Join(append(fixed, differ...), " \u00b7 "))
	case len(differ) > 0:
		value = fmt.Sprintf(textSomeDiffer, strings.Join(differ, " \u00b7 "))
	case backed == 0:
		value = fmt.Sprintf(textNoneBacked, c.name(c.Request.Asker()))
	case backed == asked:
		value = fmt.Sprintf(textAllBacked, c.Eyes().date(seen))
	default:
		value = fmt.Sprintf(textSomeBacked, backed, asked, c.Eyes().date(seen))
	}
	return card.Fact{Label: labelVendorFacts, Value: short(value, factLength)}, true
}
