package vendor

import (
	"fmt"
	"unicode/utf8"

	"steward/workflows"
)

// The sentences of refusals: what, what next. They are shown as they stand.
const (
	noName      = "Say which vendor it is."
	noProof     = "Say where this stands: a link, or in words. Without a proof it is not kept."
	nothingKept = "Nothing is kept yet. Give an answer with its proof."
	notSeenYet  = "This day has not come yet. Give the day on which the proof was seen."
	noReason    = "Say why this changes. The reason stays in the record."
)

func noDay(today string) string {
	return "Give the day on which the proof was seen, like " + today + "."
}

func tooOld(months int) string {
	return fmt.Sprintf("Proofs count for %d months, and this one is older. Look at it again.", months)
}

func tooLong(text string, most int) string {
	if n := utf8.RuneCountInString(text); n > most {
		return fmt.Sprintf("This has %d characters; at most %d fit. Please shorten it.", n, most)
	}
	return ""
}

func keptAlready(v Vendor) string {
	return fmt.Sprintf("Facts about %s with this plan are kept already. Open %s and change them there.", v.Name, v.ID)
}

func notKept() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, "The policy in force keeps no facts about vendors.")
}

func inactive(name string) *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotNow, name+" is not active in the directory. An administrator can look into it.")
}

func notYours() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeNotYours, "Facts about vendors are kept by the people whom the policy names for that.")
}

func stale() *workflows.Refusal {
	return workflows.Refuse(workflows.CodeStale, "This has changed since you opened it. Here is how it stands now; nothing was changed.")
}
