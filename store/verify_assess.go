package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"gorm.io/gorm"

	"steward/workflows/approval"
)

// checkAssessments looks for the requests about a request that it knows of, and for the acceptance of each that it has as a reference.
func (v *verifier) checkAssessments(ctx context.Context, t *thing, r approval.Request) error {
	for _, a := range r.Assessments {
		var row requestRow
		err := v.on(ctx).Where("id = ?", a.ID).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			v.wrong(t.about, 0, "it names %s as an assessment, and there is no such request", a.ID)
			continue
		}
		if err != nil {
			return err
		}
		var is approval.Request
		if json.Unmarshal([]byte(row.Head), &is) != nil {
			continue // said where that request is read
		}
		linked := slices.IndexFunc(r.Links, func(l approval.Link) bool { return l.Key == a.Flow && l.Ref == a.ID })
		switch {
		case is.Linked != r.ID || is.Flow != a.Flow:
			v.wrong(t.about, 0, "it names %s as an assessment, but that is about something else", a.ID)
		case a.Status == approval.StatusApproved && !is.Approved():
			v.wrong(t.about, 0, "it takes %s for accepted, and that is not", a.ID)
		case linked >= 0 && (!is.Approved() || is.EndedAt.After(r.Links[linked].At)):
			v.wrong(t.about, 0, "its reference %s had not been accepted when it was linked", a.ID)
		}
	}
	for _, l := range r.Links {
		made := func(a approval.Assessment) bool { return a.ID == l.Ref }
		if _, flow := r.Assessed(l.Key); flow && l.Ref != "" && !slices.ContainsFunc(r.Assessments, made) {
			v.wrong(t.about, 0, "its reference for %q is no assessment about it", l.Key)
		}
	}
	return nil
}
