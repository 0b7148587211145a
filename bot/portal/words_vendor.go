package portal

import (
	"encoding/json"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/away"
	"steward/workflows/vendor"
)

// vendorDeed puts a record of what is kept of a vendor into words; ok is false for what others leave.
func vendorDeed(rec workflows.Record) (d deed, ok bool) {
	var of vendor.Detail
	_ = json.Unmarshal(rec.Data, &of) // what is not there stays empty
	which := words(of.Key)
	switch rec.What {
	case vendor.FactKept:
		return deed{Text: "kept a fact: " + which + ", " + listed(of.Answer) + ", seen on " + away.Day(of.Seen)}, true
	case vendor.FactChanged:
		return deed{Text: "changed a fact: " + which + ", " + listed(of.Answer) + ", seen on " + away.Day(of.Seen) + "; it was " + listed(of.Was)}, true
	case vendor.FactWithdrawn:
		return deed{Text: "withdrew a fact: " + which + "; it was " + listed(of.Was)}, true
	case vendor.FactReminded:
		return deed{Text: "Reminded that a fact counts not much longer: " + which + ", until " + away.Day(of.Until), Itself: true}, true
	case vendor.FactOver:
		return deed{Text: "A fact counts no longer: " + which, Tone: card.ToneWarn, Itself: true}, true
	}
	return deed{}, false
}

// listed gives values in words; none is nothing.
func listed(values []string) string {
	if len(values) == 0 {
		return "nothing"
	}
	return words(strings.Join(values, ", "))
}

// vendorOptions are what a list of records can be narrowed to of vendors.
func vendorOptions() []option {
	return []option{
		{vendor.FactKept, "Fact of a vendor kept"},
		{vendor.FactChanged, "Fact of a vendor changed"},
		{vendor.FactWithdrawn, "Fact of a vendor withdrawn"},
		{vendor.FactReminded, "Reminded of a fact of a vendor"},
		{vendor.FactOver, "Fact of a vendor over"},
	}
}
