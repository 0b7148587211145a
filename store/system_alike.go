package store

import (
	"context"
	"strings"

	"steward/workflows"
	"steward/workflows/register"
)

// maxAlike is how many entries are looked at that may be alike.
const maxAlike = 200

// NamedSystems implements [engine.Systems].
func (t tx) NamedSystems(ctx context.Context, tool, vendor string) (out []workflows.SystemRow, err error) {
	tool, vendor = fold(tool), fold(vendor)
	if !storable(tool, vendor) {
		return nil, nil
	}
	var rows []systemRow
	db := t.on(ctx).Model(&systemRow{}).Omit("head")
	if words := workflows.AlikeWords(tool); len(words) > 0 { // a short name may stand anywhere
		db = db.Where(bareKey()+` LIKE ? ESCAPE '\'`, containing(words[0]))
	}
	err = db.Order("number DESC").Find(&rows).Error
	for _, r := range rows {
		if workflows.SameTool(tool, vendor, fold(r.Tool), fold(r.Vendor)) {
			out = append(out, r.line())
		}
	}
	return out, failed(err, "look for systems by name")
}

// bareKey is the search key without the commonest marks: what is left of others only keeps an entry from being found.
func bareKey() string {
	key := "search_key"
	for _, mark := range []string{" ", ".", "-", ",", "/", "_"} {
		key = "REPLACE(" + key + ", '" + mark + "', '')"
	}
	return key
}

// AlikeSystems gives up to n entries of the AI register whose approval stands at a moment, in Unix milliseconds, and whose tool and vendor
// are likely those that somebody typed, newest first. The register is for everybody to read.
func (s *Store) AlikeSystems(ctx context.Context, tool, vendor string, at int64, n int) (out []workflows.SystemRow, err error) {
	tool, vendor = fold(tool), fold(vendor)
	words := workflows.AlikeWords(tool)
	if len(words) == 0 || !storable(tool, vendor) {
		return nil, nil
	}
	key := bareKey()
	var like []string
	values := []any{}
	for _, w := range words {
		like = append(like, key+` LIKE ? ESCAPE '\'`)
		values = append(values, containing(w))
	}
	var rows []systemRow
	err = s.read.WithContext(ctx).Model(&systemRow{}).Omit("head").
		Where("state IN (?, ?, ?, ?) AND (valid_until = 0 OR valid_until > ?)", string(register.StateApproved), string(register.StatePilot),
			string(register.StateInUse), string(register.StateReEvaluation), at).
		Where("("+strings.Join(like, " OR ")+")", values...).Order("number DESC").Limit(maxAlike).Find(&rows).Error
	for _, r := range rows {
		if len(out) < n && workflows.Alike(tool, vendor, fold(r.Tool), fold(r.Vendor)) {
			out = append(out, r.line())
		}
	}
	return out, failed(err, "look for systems alike")
}
