package bot

import (
	"context"
	"errors"
	"slices"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// MaySignIn says whether a link that signs in to the portal may be made for who pressed. From an account that is not good
// enough to decide on, it would be a way around that: the portal trusts whoever comes by such a link.
func (w Who) MaySignIn() bool { return !w.Limited && !w.Unchecked }

// sees says whether the caller may read a request here: as the policy says, and, through an account for which only its
// holder stands, only what they are part of by relation.
func (c caller) sees(viewer workflows.Person, r approval.Request) bool {
	return workflows.MaySee(viewer, r.Concerned()) && (!c.Limited || r.ByRelation(viewer.ID))
}

// withheld answers what somebody may see or do, but not through the account they use: with the reason, and the page of the
// portal. It is nil where the account is no obstacle, and where the person themself may not.
func (d *Desk) withheld(ctx context.Context, c caller, ref workflows.Ref, verb string) (*Reply, error) {
	if c.MaySignIn() || ref.Kind != workflows.KindRequest {
		return nil, nil
	}
	k, err := d.load(ctx, c, ref)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text := ""
	switch {
	case !workflows.MaySee(k.Viewer, k.Request.Concerned()):
		return nil, nil
	case !c.sees(k.Viewer, k.Request):
		text = view.LimitedRead(c.Via.Surface)
	default:
		text = c.barred(k, verb)
	}
	if text == "" {
		return nil, nil
	}
	return &Reply{Kind: ReplyLink, Text: text, Path: view.Path(ref.ID), Code: workflows.CodeNotNow}, nil
}

// barred says why the account is not good enough for what a verb does, "" where it is.
func (c caller) barred(k view.Case, verb string) string {
	kind := decides(verb)
	switch {
	case kind == "":
		return ""
	case c.Unchecked && verb != view.VerbAsk:
		return view.TextOldFlags
	case c.Limited && byRole(k, kind):
		return view.Limited(c.Via.Surface)
	}
	return ""
}

// decides gives the kind of the event by which a verb decides something about a request, "" where it decides nothing.
func decides(verb string) string {
	switch verb {
	case view.VerbApprove, view.VerbDecide, view.VerbReject:
		return approval.Decided{}.Kind()
	case view.VerbNoObjection, view.VerbObject:
		return approval.Advised{}.Kind()
	case view.VerbRule:
		return approval.Ruled{}.Kind()
	case view.VerbOverride:
		return approval.Overridden{}.Kind()
	case view.VerbCorrect:
		return approval.Corrected{}.Kind()
	case view.VerbName:
		return approval.Named{}.Kind()
	case view.VerbAccept, view.VerbDecline:
		return approval.Accepted{}.Kind()
	case view.VerbAsk:
		return approval.Asked{}.Kind()
	case view.VerbEmergencyAllow, view.VerbEmergencyWait:
		return approval.EmergencyAllowed{}.Kind()
	}
	return ""
}

// byRole says whether the viewer would do something in another role than that of a line manager.
func byRole(k view.Case, kind string) bool {
	return slices.ContainsFunc(approval.Actions(k.Request, k.Viewer.ID, k.Roster, k.Now), func(a approval.Action) bool {
		naming := kind == approval.Named{}.Kind() // its roles are those to be named for
		return a.Kind == kind && (naming || slices.ContainsFunc(a.Roles, func(r workflows.Role) bool { return r != workflows.LineManager }))
	})
}

// shows leaves out of what waits for somebody what waits for them by a role, where the account they use is not good enough.
func (c caller) shows(waits []workflows.Wait) []workflows.Wait {
	if !c.Limited {
		return waits
	}
	return slices.DeleteFunc(slices.Clone(waits), func(w workflows.Wait) bool { return !byRelation(w) })
}

// byRelation says whether something waits for somebody because of what they are to the request, or because a system is theirs.
func byRelation(w workflows.Wait) bool {
	return w.Role == workflows.LineManager || w.Why == workflows.WhyAccept || w.Why == workflows.WhyQuestion || w.Why == workflows.WhyMissing ||
		w.About.Kind == workflows.KindSystem && w.Role == workflows.Owner
}
