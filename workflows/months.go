package workflows

import "time"

// AddMonths gives the day n months after the local day of t, at noon: a day the month does not have becomes its last one
// (31 January and one month is 28 February), which time.AddDate would carry into the month after.
func AddMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 12, 0, 0, 0, t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
