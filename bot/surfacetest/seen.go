package surfacetest

import (
	"strings"

	"steward/workflows/directory"
)

// What the lists of stories say beside the names of tools.
const (
	seenSource   = "Sign-in log"
	seenAccounts = 14
)

// SeenTool is the line of a list of a story that shows a tool.
func SeenTool(name, vendor string) directory.Tool {
	return directory.Tool{Name: name, Vendor: vendor, Accounts: seenAccounts, Source: seenSource, By: "IT operations"}
}

// seenVerbs are the steps about tools that are seen in the company.
func seenVerbs() []*verb {
	return []*verb{newVerb("a list shows S: TEXT", listShows)}
}

// listShows imports a list with one tool, "Name, Vendor", and gives a name to the entry of it.
func listShows(s *stage, st step) error {
	tool, vendor, _ := strings.Cut(st.args[1], ", ")
	id, err := s.world.Seen(s.ctx, tool, vendor)
	if err != nil {
		return err
	}
	s.names[st.args[0]] = id
	return nil
}
