package store

import (
	"context"

	"steward/workflows"
)

// flag is a column that is true or false. On SQLite it is a number, and nothing but Steward itself keeps it to 0 and 1.
type flag struct {
	table, column string
	kind          workflows.Kind
	id            string // the column that names the thing
}

func flags() []flag {
	return []flag{
		{"votes", "approve", workflows.KindRequest, "request"},
		{"advices", "objection", workflows.KindRequest, "request"},
		{"questions", "resumed", workflows.KindRequest, "request"},
		{"questions", "void", workflows.KindRequest, "request"},
		{"accounts", "confirmed", workflows.KindAccount, "id"},
		{"accounts", "active", workflows.KindAccount, "id"},
		{"accounts", "preferred", workflows.KindAccount, "id"},
		{"absences", "hand_over", workflows.KindAbsence, "id"},
		{"delegations", "hand_over", workflows.KindAbsence, "id"},
		{"proposals", "alone", workflows.KindProposal, "id"},
	}
}

// readable says whether all rows can be read at all. Where one cannot, it is named, and nothing else is looked at.
func (v *verifier) readable(ctx context.Context) (bool, error) {
	if v.s.dialect == postgres {
		return true, nil
	}
	for _, f := range flags() {
		var ids []string
		err := v.on(ctx).Raw("SELECT CAST(" + f.id + " AS TEXT) FROM " + f.table + " WHERE " + f.column + " NOT IN (0, 1) ORDER BY 1").Scan(&ids).Error
		if err != nil {
			return false, err
		}
		for _, id := range ids {
			v.wrong(workflows.Ref{Kind: f.kind, ID: id}, 0, "%s of table %s is neither true nor false: the rest cannot be checked before that is put right", f.column, f.table)
		}
	}
	return v.report.OK(), nil
}
