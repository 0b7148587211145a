package directory

import "steward/workflows"

// Row is a person as stored: the person with zone and calendar by name, and their chat accounts.
type Row struct {
	workflows.Person
	ZoneName string // IANA, "Europe/Madrid"
	Calendar string // code in the pack's calendars, "ES-MD"
	HRID     string
	Accounts []workflows.Account // chat accounts, ordered by id; the portal needs none
	Erased   bool                // what was kept about the person is destroyed: the id is nobody's any more
}

// Change is one person to be inserted or updated, with the accounts the import names. An account named by an
// administrator's import is a confirmed link.
type Change struct {
	Row      Row
	Before   *Row // nil for a new person
	Accounts []workflows.Account
}
