package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
	"steward/workflows/vendor"
)

// erasedTitle names a request whose content was destroyed.
const erasedTitle = "Content erased"

// Retirable implements [engine.Erasures].
func (t tx) Retirable(ctx context.Context, before time.Time, n int) (ids []string, err error) {
	const texts = "EXISTS (SELECT 1 FROM log_texts x WHERE x.about_kind = ? AND x.about_id = "
	args := append([]any{string(approval.StatusOpen)}, overStates()...)
	args = append(args, string(register.StateExpired), millis(before), string(workflows.KindRequest), string(workflows.KindSystem), n)
	err = t.on(ctx).Raw(`SELECT o.id FROM (SELECT r.id, s.id AS system, CASE WHEN s.since > r.valid_until AND s.since > r.ended_at THEN s.since
		WHEN r.valid_until > r.ended_at THEN r.valid_until ELSE r.ended_at END AS over
		FROM requests r LEFT JOIN ai_systems s ON s.request = r.id WHERE r.status <> ? AND (s.id IS NULL OR s.state IN (?, ?, ?, ?))) o
		WHERE o.over < ? AND (`+texts+`o.id) OR `+texts+`o.system)) ORDER BY o.over, o.id LIMIT ?`, args...).Scan(&ids).Error
	return ids, failed(err, "find requests whose time is over")
}

// RetireRequest implements [engine.Erasures].
func (t tx) RetireRequest(ctx context.Context, id string) ([]string, error) {
	if err := t.blank(ctx, id, func(workflows.PersonID) bool { return true }); err != nil {
		return nil, err
	}
	if err := t.blankRounds(ctx, id); err != nil {
		return nil, failed(err, "erase rounds of %s", id)
	}
	system, err := t.retireSystem(ctx, id)
	if err != nil {
		return nil, err
	}
	var texts []string
	err = t.on(ctx).Raw("SELECT commitment FROM log_texts WHERE about_kind = ? AND about_id = ? OR about_kind = ? AND about_id = ? ORDER BY commitment",
		string(workflows.KindRequest), id, string(workflows.KindSystem), system).Scan(&texts).Error
	if err == nil {
		err = t.dropTexts(ctx, texts)
	}
	return texts, failed(err, "erase texts of %s", id)
}

// RetirableSystems implements [engine.Erasures].
func (t tx) RetirableSystems(ctx context.Context, before time.Time, n int) (ids []string, err error) {
	args := append(overStates(), millis(before), string(workflows.KindSystem), n)
	err = t.on(ctx).Raw(`SELECT s.id FROM ai_systems s WHERE s.request IS NULL AND s.state IN (?, ?, ?) AND s.since < ?
		AND EXISTS (SELECT 1 FROM log_texts x WHERE x.about_kind = ? AND x.about_id = s.id) ORDER BY s.since, s.id LIMIT ?`, args...).Scan(&ids).Error
	return ids, failed(err, "find systems whose time is over")
}

// RetireSystem implements [engine.Erasures].
func (t tx) RetireSystem(ctx context.Context, id string) (texts []string, err error) {
	if err := t.blankSystem(ctx, id, wordlessEntry); err != nil {
		return nil, err
	}
	err = t.on(ctx).Raw("SELECT commitment FROM log_texts WHERE about_kind = ? AND about_id = ? ORDER BY commitment", string(workflows.KindSystem), id).Scan(&texts).Error
	if err == nil {
		err = t.dropTexts(ctx, texts)
	}
	return texts, failed(err, "erase texts of %s", id)
}

// RetireReasons implements [engine.Erasures]. What is kept of a vendor has no end of its own; why it was changed is kept as long as the words
// of requests.
func (t tx) RetireReasons(ctx context.Context, before time.Time, n int) (texts []string, err error) {
	err = t.on(ctx).Raw(`SELECT x.commitment FROM log_texts x JOIN log_entries e ON e.about_kind = x.about_kind AND e.about_id = x.about_id AND e.n = x.n
		WHERE x.about_kind = ? AND x.name = ? AND e.at < ? ORDER BY e.at, x.commitment LIMIT ?`,
		string(workflows.KindVendor), vendor.TextReason, millis(before), n).Scan(&texts).Error
	if err == nil && len(texts) > 0 {
		err = t.dropTexts(ctx, texts)
	}
	return texts, failed(err, "erase reasons of what was kept of vendors")
}

// blank takes what people wrote out of the rows of a request, as far as whose says so.
func (t tx) blank(ctx context.Context, id string, whose func(workflows.PersonID) bool) error {
	r, err := t.LockRequest(ctx, id)
	if err != nil {
		return err
	}
	before := r
	blankHead(&r, whose)
	if err := t.saveHead(ctx, before, r); err != nil {
		return failed(err, "erase words of %s", id)
	}
	for _, v := range r.Votes {
		if !whose(v.Person) {
			continue
		}
		err := t.on(ctx).Exec("UPDATE votes SET reason = '', conditions = ? WHERE request = ? AND id = ?", jsonList(wordless(v.Conditions)), id, v.ID).Error
		if err != nil {
			return failed(err, "erase words of %s", id)
		}
	}
	return failed(t.blankCasts(ctx, r, whose), "erase words of %s", id)
}

// blankCasts does so in rulings, advice and questions.
func (t tx) blankCasts(ctx context.Context, r approval.Request, whose func(workflows.PersonID) bool) error {
	reasons := map[string][]approval.Cast{}
	for _, x := range r.Rulings {
		reasons["rulings"] = append(reasons["rulings"], x.Cast)
	}
	for _, x := range r.Advices {
		reasons["advices"] = append(reasons["advices"], x.Cast)
	}
	for table, casts := range reasons {
		for _, c := range casts {
			if !whose(c.Person) {
				continue
			}
			if err := t.on(ctx).Exec("UPDATE "+table+" SET reason = '' WHERE request = ? AND id = ?", r.ID, c.ID).Error; err != nil {
				return err
			}
		}
	}
	for _, q := range r.Questions {
		for column, by := range map[string]workflows.PersonID{"question": q.Person, "answer": q.AnswerBy} {
			if !whose(by) {
				continue
			}
			if err := t.on(ctx).Exec("UPDATE questions SET "+column+" = '' WHERE request = ? AND id = ?", r.ID, q.ID).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// blankHead does so in the head: references, reasons of namings and of an emergency approval, and conditions of somebody's own.
func blankHead(r *approval.Request, whose func(workflows.PersonID) bool) {
	links := append([]approval.Link{}, r.Links...)
	for i := range links {
		if whose(links[i].By) {
			links[i].Ref = ""
		}
	}
	namings := append([]approval.Naming{}, r.Namings...)
	for i := range namings {
		if whose(namings[i].By) {
			namings[i].Reason = ""
		}
	}
	attached := append([]approval.Attached{}, r.Attached...)
	for i, a := range attached {
		own := strings.HasPrefix(a.Key, approval.OwnCondition) && len(a.By) > 0 && whose(a.By[0])
		if own || len(a.Lines) > 0 && whose("") { // the words of a measure are those of a risk line, which go with the answers
			attached[i].Text = ""
		}
	}
	if e := r.Emergency; e != nil {
		blank := *e
		if whose(e.By) {
			blank.Reason = ""
		}
		if whose(e.Giver) {
			blank.Answer = ""
		}
		r.Emergency = &blank
	}
	if len(links) > 0 {
		r.Links = links
	}
	if len(namings) > 0 {
		r.Namings = namings
	}
	if len(attached) > 0 {
		r.Attached = attached
	}
}

// wordless gives the conditions of a vote without the words of those that are somebody's own.
func wordless(choices []approval.Choice) []approval.Choice {
	out := append([]approval.Choice(nil), choices...)
	for i := range out {
		if out[i].Key == "" {
			out[i].Text, out[i].Due = "", ""
		}
	}
	return out
}

// blankRounds takes the answers out of every round.
func (t tx) blankRounds(ctx context.Context, id string) error {
	var rows []roundRow
	if err := t.on(ctx).Where("request = ?", id).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		var sc policy.Screening
		if err := json.Unmarshal([]byte(row.Screening), &sc); err != nil {
			return err
		}
		blankScreening(&sc)
		err := t.on(ctx).Exec("UPDATE rounds SET screening = ? WHERE request = ? AND round = ?", string(mustJSON(sc)), id, row.Round).Error
		if err != nil {
			return err
		}
	}
	r, err := t.ReadRequest(ctx, id) // its title comes from the round
	if err != nil {
		return err
	}
	return t.saveHead(ctx, r, r)
}

// blankScreening leaves what the policy says: tier, hits, plan.
func blankScreening(sc *policy.Screening) {
	sc.Title, sc.Answers, sc.Carried, sc.Lines, sc.Kept, sc.Corrected = erasedTitle, policy.Answers{}, nil, nil, nil, nil
	for i, c := range sc.Plan.Conditions {
		if len(c.Lines) > 0 { // its words are those of a risk line
			sc.Plan.Conditions[i].Label, sc.Plan.Conditions[i].Text = "", ""
		}
	}
	if sc.Renews != nil {
		sc.Renews.Before = policy.Answers{}
	}
}

// DropCopies implements [engine.Erasures].
func (t tx) DropCopies(ctx context.Context, before time.Time) error {
	for _, table := range []string{"notices", "receipts"} {
		if err := t.on(ctx).Exec("DELETE FROM "+table+" WHERE at < ?", millis(before)).Error; err != nil {
			return failed(err, "drop %s", table)
		}
	}
	return nil
}
