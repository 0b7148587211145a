package fakeslack

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"steward/bot/slack/blockkit"
)

// checkBlocks refuses the blocks of a message that Slack would refuse.
func checkBlocks(blocks []map[string]any) *problem {
	if len(blocks) == 0 {
		return nil
	}
	return refusal(blockkit.CheckBlocks(blockkit.Message, mustJSON(blocks)), "invalid_blocks", "/blocks")
}

// checkView refuses a view that Slack would refuse.
func checkView(raw object) *problem {
	return refusal(blockkit.CheckView(mustJSON(raw)), "invalid_arguments", "/view")
}

// refusal makes Slack's answer of broken rules: one word for all of them, and a line for each.
func refusal(err error, word, at string) *problem {
	var lines []string
	short := ""
	for _, f := range faults(err) {
		switch f.Code {
		case blockkit.CodeBlocksLong, blockkit.CodeViewLarge:
			short = f.Code
		default:
			lines = append(lines, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", f.Rule, pointer(at, f.Path)))
		}
	}
	switch {
	case len(lines) > 0:
		return no(word, lines...)
	case short != "":
		return no(short)
	}
	return nil
}

// faults takes a joined error apart.
func faults(err error) []*blockkit.Fault {
	if err == nil {
		return nil
	}
	var out []*blockkit.Fault
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range all.Unwrap() {
			out = append(out, faults(one)...)
		}
		return out
	}
	if f, ok := errors.AsType[*blockkit.Fault](err); ok {
		out = append(out, f)
	}
	return out
}

// dotted is a step of a path as package blockkit writes it: ".text", "[3]".
var dotted = regexp.MustCompile(`[.\[\]]+`)

// pointer makes a JSON pointer of a path.
func pointer(at, path string) string {
	full := strings.TrimRight(dotted.ReplaceAllString("."+path, "/"), "/")
	if at == "/blocks" {
		at = "" // the path begins with it
	}
	return at + full
}
