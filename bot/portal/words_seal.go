package portal

import "strconv"

const (
	textNotSealed     = "Not sealed yet. The server does that within a second or two, as long as it has a signing key."
	textNothingSealed = "Nothing is sealed yet. The server does that every second, once it has a signing key: see steward key new."
	textNothingPosted = "No checkpoint was posted yet. Set anchor_file, anchor_url or anchor_channel, so that one is kept where nobody who runs the database can change it."
)

// number sets a comma after each three digits.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// entries says how many there are.
func entries(n int64) string {
	if n == 1 {
		return "1 entry"
	}
	return number(n) + " entries"
}

// anchorWord names a place that checkpoints are posted to.
func anchorWord(surface string) string {
	switch surface {
	case "file":
		return "file"
	case "webhook":
		return "web address"
	case "slack":
		return "Slack channel"
	}
	return surface
}
