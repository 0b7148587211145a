package card

import (
	"fmt"
	"strconv"
	"strings"
)

// Action is what a button carries: which verb, on which thing, and what its presser had before their eyes. It is trusted
// for nothing; who pressed comes from the surface, and everything is checked again.
type Action struct {
	Verb     string // "approve", "reject", "ask", "details", ...
	About    string // "request/AIR-42"
	Stage    string
	Round    int
	Revision int
	Arg      string // a question's number, a draft's id
}

// String packs the action into one short line, as a button's value.
func (a Action) String() string {
	return strings.Join([]string{a.Verb, a.About, a.Stage, strconv.Itoa(a.Round), strconv.Itoa(a.Revision), a.Arg}, "|")
}

// ParseAction is the inverse of [Action.String].
func ParseAction(s string) (Action, error) {
	p := strings.Split(s, "|")
	if len(p) != 6 || p[0] == "" || len(s) > 500 {
		return Action{}, fmt.Errorf("not an action: %d parts", len(p))
	}
	round, err1 := strconv.Atoi(p[3])
	revision, err2 := strconv.Atoi(p[4])
	if err1 != nil || err2 != nil || round < 0 || revision < 0 {
		return Action{}, fmt.Errorf("not an action: round %q, revision %q", p[3], p[4])
	}
	return Action{Verb: p[0], About: p[1], Stage: p[2], Round: round, Revision: revision, Arg: p[5]}, nil
}
