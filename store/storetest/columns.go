package storetest

import (
	"maps"
	"slices"
	"strings"
)

// silent lists the tables, the columns ("table.column") and the fields of JSON columns ("table.column/field") of which no record
// speaks, each with the reason. Verify cannot find it where they are changed; all others it does, and a check shows it. Who adds
// a table or a column has to choose.
func silent() map[string]string {
	return map[string]string{
		"goose_db_version": "the schema's own number",
		"people":           "the directory is the company's: a file brings it anew, and a record says that it did, not what stands in it",
		"person_roles":     "as people; a change of a role that Steward makes has a record and a proposal",
		"assets":           "as people",
		"request_numbers":  "the next free number: a wrong one is refused by the key of the requests and systems",
		"inbox_keys":       "which presses were seen, kept for a few days",
		"timers":           "what is to happen later: what has happened is recorded",
		"mails":            "what is to be told: kept until it is sent",
		"tells":            "events between things: kept until they are applied, and then recorded there",
		"deliveries":       "kept for a while only; what an operator does to one has a record",
		"receipts":         "where a message is, to change it later",
		"buckets":          "pauses that platforms asked for",
		"drafts":           "what nobody has sent yet",
		"notices":          "a person's own list of what they were told",
		"sessions":         "when people come to the portal is nobody's business",
		"sign_in_links":    "kept until it is used; making one on the server has a record",
		"conversations":    "how a person is reached on a platform",

		"requests.search_key":      "folded from the title for the search; another version of Unicode folds otherwise",
		"ai_systems.search_key":    "as that of requests",
		"ai_systems.head/told":     "who may read it: who decided, proved and verified is recorded",
		"ai_systems.head/timers":   "what is to wake it",
		"policies.stored_at":       "when a replica first brought it; when it came into force is recorded",
		"policy_in_force.one":      "always 1",
		"absences.told":            "who may read it: who was named is recorded",
		"vendors.name_key":         "compared with the name as both fold now, so that not every other writing is found",
		"accounts.surface":         "ids of accounts stay out of the log: it says whose a link is, and not of what",
		"accounts.tenant":          "as surface",
		"accounts.user_id":         "as surface",
		"accounts.preferred":       "where its person is written to first",
		"accounts.used_at":         "when its person was last seen there",
		"accounts.asked_at":        "when its person was last asked about it",
		"requests.head/held_at":    "since when it waits, for reminders",
		"requests.head/pauses":     "when the clock stood still, for reminders; the questions themselves are recorded",
		"requests.head/told":       "who may read it: who decided, asked and answered is recorded",
		"requests.head/owned":      "repeats the owners of its entry in the register, which has its own records",
		"requests.head/notices":    "who was asked what, so that nobody is asked twice",
		"requests.head/timers":     "what is to wake it",
		"requests.head/fired":      "what has woken it",
		"rounds.screening/carried": "repeats the round of the request that it is about, which has its own records",
	}
}

// columnChecks see to it that each table and column is either found by verify or listed with the reason why not.
func columnChecks() []check {
	return []check{
		{"every table is one that verify reads, or is listed with the reason why not, and so is every column", func(d *db) {
			left := silent()
			for _, table := range d.tables() {
				_, passed := left[table]
				read := slices.Contains(evidence(), table) || slices.Contains(sealTables(), table)
				if passed == read {
					d.Errorf("table %s: read by verify %v, listed as silent %v", table, read, passed)
				}
				delete(left, table)
				if !read {
					continue
				}
				for _, r := range d.columns(table) {
					delete(left, table+"."+r)
					for name := range left {
						if strings.HasPrefix(name, table+"."+r+"/") {
							delete(left, name)
						}
					}
				}
			}
			for _, name := range slices.Sorted(maps.Keys(left)) {
				d.Errorf("%s is listed and not there", name)
			}
		}},
	}
}

// tables lists all tables of the schema.
func (d *db) tables() []string {
	if d.lite() {
		return d.words("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	}
	return d.words("SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1")
}

// columns lists the columns of a table.
func (d *db) columns(table string) []string {
	if d.lite() {
		return d.words("SELECT name FROM pragma_table_info(?)", table)
	}
	return d.words("SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?", table)
}
