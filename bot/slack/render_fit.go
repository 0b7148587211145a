package slack

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// The size of a message. Slack documents no limit of it; it was seen to refuse 11,341 code points of text in 45 blocks with
// 17,694 of JSON, and to take 9,597 in 50 with 15,561, and 13,297 in one. We keep below all of these.
const (
	maxMessageText = 12_000 // code points of text, and blockWeight for each block
	maxMessageJSON = 13_000
	blockWeight    = 75
)

// fitted draws a card as a message, below the size Slack takes: lists become lines of one text first, which says the same in
// less; then the longest sections lose lines, and the card says so. A card that keeps the neutral limits loses nothing.
func fitted(c card.Card, p pen) []slackgo.Block {
	out := p.card(c)
	if fits(out) {
		return out
	}
	p.dense = true
	for out = p.card(c); !fits(out); out = p.card(c) {
		var less bool
		if c, less = shorter(c); !less {
			break
		}
	}
	return out
}

// fits says whether Slack takes a message of these blocks.
func fits(blocks []slackgo.Block) bool {
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false) // six letters for one are gone again when Slack has read them
	var tree any
	if e.Encode(blocks) != nil || json.Unmarshal(raw.Bytes(), &tree) != nil {
		return true // nothing that is drawn here fails to marshal; if it did, cutting would not help
	}
	return textSize(tree)+blockWeight*len(blocks) <= maxMessageText && utf8.RuneCount(raw.Bytes()) <= maxMessageJSON
}

// textSize counts the code points of all texts in JSON.
func textSize(tree any) int {
	n := 0
	switch v := tree.(type) {
	case []any:
		for _, one := range v {
			n += textSize(one)
		}
	case map[string]any:
		for key, one := range v {
			if s, ok := one.(string); ok && key == "text" {
				n += utf8.RuneCountInString(s)
			}
			n += textSize(one)
		}
	}
	return n
}

// shorter takes lines away from the longest section and notes that; false where there is nothing left to take.
func shorter(c card.Card) (card.Card, bool) {
	c.Cut = true
	if len(c.Sections) == 0 {
		c.Facts, c.Track = nil, nil
		if len(c.Lead) < 2 {
			return c, false
		}
		c.Lead = c.Lead[:len(c.Lead)-1]
		return c, true
	}
	at := 0
	size := func(s card.Section) int { return len(strings.Join(s.Lines, "")) }
	for i, s := range c.Sections {
		if size(s) > size(c.Sections[at]) {
			at = i
		}
	}
	c.Sections = slices.Clone(c.Sections)
	if n := len(c.Sections[at].Lines); n > 1 {
		c.Sections[at].Lines = c.Sections[at].Lines[:n/2]
	} else {
		c.Sections = slices.Delete(c.Sections, at, at+1)
	}
	return c, true
}

// upTo keeps a view below the number of blocks Slack takes, and says so.
func upTo(blocks []slackgo.Block) []slackgo.Block {
	if len(blocks) <= maxViewBlocks {
		return blocks
	}
	return append(slices.Clone(blocks[:maxViewBlocks-1]), small(wordCut))
}
