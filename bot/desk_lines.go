package bot

import (
	"context"
	"maps"
	"slices"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// submitLines takes the page of risk lines: lines come one after the other, each on the same page, and a page with nothing
// in its fields goes on.
func (d *Desk) submitLines(ctx context.Context, f *filling, s Submission) (Reply, error) {
	l := f.form.Flow.Lines
	lines := slices.Clone(f.draft.Answers[policy.LinesKey].Lines)
	at, typed := view.LineTyped(s.Values)
	at = min(at, len(lines))
	line, errs := policy.Line{}, map[string]string{}
	if typed {
		line, errs = view.ReadLine(l, at, s.Values)
	}
	note := ""
	switch {
	case !typed:
	case at < len(lines):
		lines[at], note = line, view.LineKept(at)
	default:
		lines, note = append(lines, line), view.LineKept(at)
	}
	removed := view.Removed(s.Values)
	var kept []policy.Line
	for i, one := range lines {
		if !removed[i] {
			kept = append(kept, one)
		}
	}
	if n := len(lines) - len(kept); n > 0 {
		note = view.LinesOut(n)
	}
	f.draft.Answers = mapWith(f.draft.Answers, policy.LinesKey, policy.Answer{Lines: kept})
	switch s.Go {
	case GoBack:
		return d.turn(ctx, f, -1)
	case GoSave:
		return d.stay(ctx, f, view.Sheet{Note: view.TextSaved}, "")
	case GoNext:
	}
	if no := f.form.Flow.Check(f.draft.Answers, f.flowPage(), f.form.Facts); no != nil {
		errs = merged(no.Fields, errs)
	}
	if only, ok := errs[policy.LinesKey]; ok && len(errs) == 1 && (typed || len(removed) > 0) && len(kept) < l.Max {
		delete(errs, policy.LinesKey) // more lines may still come; it is said when going on
		note += " " + only
	}
	switch {
	case len(errs) > 0:
		sheet := view.Sheet{Errors: errs}
		if len(removed) == 0 && typed && view.ActiveLine(len(kept), errs) == at {
			sheet.Typed = s.Values
		}
		return d.stay(ctx, f, sheet, workflows.CodeField)
	case typed || len(removed) > 0:
		return d.stay(ctx, f, view.Sheet{Note: note}, "")
	}
	return d.turn(ctx, f, +1)
}

func mapWith(a policy.Answers, key string, v policy.Answer) policy.Answers {
	out := make(policy.Answers, len(a)+1)
	maps.Copy(out, a)
	out[key] = v
	return out
}
