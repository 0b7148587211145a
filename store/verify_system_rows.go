package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// checkSystem compares the row of an entry of the AI register with what its records say.
func (v *verifier) checkSystem(ctx context.Context, t *thing) error {
	var row systemRow
	err := v.on(ctx).Where("id = ?", t.about.ID).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		v.wrong(t.about, t.last, "the system of these records is not in the register")
		return nil
	}
	if err != nil {
		return err
	}
	var s register.System
	if err := json.Unmarshal([]byte(row.Head), &s); err != nil {
		v.wrong(t.about, 0, "its row cannot be read: %v", err)
		return nil
	}
	v.checkSystemHead(t, row, s)
	v.checkSeen(t, s)
	if t.system.entry == nil {
		v.checkUndecided(t, s)
	} else {
		v.checkEntry(t, s, *t.system.entry)
		v.checkTasks(t, s)
		v.checkJoined(t, s)
		if err := v.checkDecision(ctx, t, s); err != nil {
			return err
		}
	}
	return v.checkBeside(ctx, t, s.Waits, s.Concerned())
}

// checkSystemHead compares the state, and the columns with the head that they repeat.
func (v *verifier) checkSystemHead(t *thing, row systemRow, s register.System) {
	l, want := t.system, newSystemRow(s)
	want.SearchKey = row.SearchKey // folding may change with a new version of Unicode
	want.Head = row.Head
	if row != want {
		v.wrong(t.about, 0, "the columns of its row do not agree with its head")
	}
	if s.Records != t.last {
		v.wrong(t.about, t.last, "it is the last record, but the system has %d", s.Records)
	}
	is := recordedSystem{State: s.State, Round: s.Round, Revision: s.Revision, Seq: s.Seq, Owner: s.Owner}
	switch {
	case l.after == nil:
		v.wrong(t.about, t.last, "no record says what state the system is in")
	case *l.after != is:
		v.wrong(t.about, l.afterN, "the system is %s, round %d, revision %d, event %d, owned by %s, but this record left it %s, %d, %d, %d, %s",
			is.State, is.Round, is.Revision, is.Seq, is.Owner, l.after.State, l.after.Round, l.after.Revision, l.after.Seq, l.after.Owner)
	}
	turned := s.Turned
	turned.Reason, turned.At = "", l.turned.At
	v.same(t, []compared{
		{"last word", turned == l.turned && s.Turned.At.Equal(l.turned.At) && v.says(s.Turned.Reason, l.reason)},
		{"state", s.State == l.state && s.Since.Equal(l.since)},
		{"owner", s.Owner == l.owner && slices.Equal(s.Owners, l.owners)},
		{"pilot", s.PilotUntil == l.pilot},
		{"renewal", s.Renewal == l.renews},
		{"legal hold", sameHold(s.Hold, l.hold)},
		{"list of timers that are done", slices.Equal(s.Fired, l.fired)},
		{"content shown", s.Shown == t.shown},
	})
}

func sameHold(a, b register.Hold) bool {
	at := a.Since.Equal(b.Since)
	a.Since = b.Since
	return at && a == b
}

// compared is something of a thing that was compared with its records.
type compared struct {
	what string
	ok   bool
}

func (v *verifier) same(t *thing, all []compared) {
	for _, c := range all {
		if !c.ok {
			v.wrong(t.about, 0, "its %s is not the one in its records", c.what)
		}
	}
}

// checkEntry compares the entry with the record of the last decision and with what that shows.
func (v *verifier) checkEntry(t *thing, s register.System, d register.Detail) {
	l := t.system
	v.same(t, []compared{
		{"request", s.Request == d.Request && s.Round == d.Round},
		{"kind of approval", s.Emergency == d.Emergency},
		{"requester", s.Requester == d.Requester},
		{"tier", s.Tier == d.Tier},
		{"legal class", s.LegalClass == d.LegalClass},
		{"tier by the rules", s.Computed == d.Computed && slices.Equal(s.Hits, d.Hits)},
		{"group of those whom it covers", s.Covers == d.Covers},
		{"policy", s.Flow == d.Flow && s.Policy == d.Policy && s.Version == d.Version && slices.Equal(s.Governors, d.Governors)},
		{"validity", millis(s.ApprovedAt) == d.ApprovedAt && millis(s.ValidUntil) == d.ValidUntil && millis(s.RenewFrom) == d.RenewFrom},
	})
	if !v.policies[s.Policy] {
		v.wrong(t.about, l.entryN, "the policy of its decision is not stored")
	}
	switch {
	case l.shown != nil && !bytes.Equal(s.Content(), l.shown):
		v.wrong(t.about, l.entryN, "what the register says of it is not what was shown")
	case l.shown == nil && v.erased[t.shown] && !wordlessSystem(s):
		v.wrong(t.about, l.entryN, "what the register said of it was erased, but the row has something in its place")
	}
}

// wordlessSystem says whether an entry holds nothing that people wrote, as an erasure leaves it.
func wordlessSystem(s register.System) bool {
	left := s.Tool + s.Vendor + s.Plan + s.Use + s.Role + s.Hosting + s.Users + s.Group + strings.Join(s.Data, "") + strings.Join(s.Affected, "")
	return s.Title == erasedTitle && left == ""
}

// checkTasks compares the conditions with what records say was done about them.
func (v *verifier) checkTasks(t *thing, s register.System) {
	l := t.system
	var keys []string
	for _, x := range s.Tasks {
		keys = append(keys, x.Key)
		was := l.tasks[x.Key]
		same := x.State == was.state && v.says(x.Proof, was.proof) && v.sameFiles(x.Files, was.files) && x.ProvedBy == was.provedBy && x.ProvedAt.Equal(was.provedAt) &&
			x.VerifiedBy == was.verifiedBy && x.VerifiedAt.Equal(was.verifiedAt) && v.says(x.Returned, was.returned) && x.ReturnedBy == was.returnedBy && x.MootBy == was.mootBy
		if !same {
			v.wrong(t.about, was.n, "the condition %q is not as its records say", x.Key)
		}
		if from := l.entry.Measures[x.Key]; x.From.Assessment != from.Assessment || !slices.Equal(x.From.Lines, from.Lines) {
			v.wrong(t.about, l.entryN, "the condition %q comes with another assessment than was decided", x.Key)
		}
		if by := l.entry.By[x.Key]; x.By != by || by != "" && !v.says(x.Text, was.own) {
			v.wrong(t.about, l.entryN, "the condition %q is not as it was decided", x.Key)
		}
	}
	if !slices.Equal(keys, l.entry.Conditions) {
		v.wrong(t.about, l.entryN, "its conditions are not those that were decided: %s", strings.Join(slices.Sorted(maps.Keys(l.tasks)), ", "))
	}
}

// sameFiles says whether the files of a row are those that were recorded. What was erased is gone in the row as well.
func (v *verifier) sameFiles(files []workflows.File, was []recordedFile) bool {
	if len(was) > 0 && v.erased[was[0].name.commitment] {
		was = nil
	}
	return slices.EqualFunc(files, was, func(f workflows.File, w recordedFile) bool { return f.FileMark == w.mark && f.Name == w.name.text })
}

// says says whether a text of a row is the one that was recorded. One that was erased is gone in the row as well.
func (v *verifier) says(text string, was recordedWords) bool {
	if v.erased[was.commitment] {
		return text == ""
	}
	return text == was.text
}

// checkDecision looks for the end of the request in the round that the entry is of, or for the emergency approval that was given in
// it. None is in the register without one, and none that was not approved may be used.
func (v *verifier) checkDecision(ctx context.Context, t *thing, s register.System) error {
	what := approval.FactEnded
	if s.Emergency {
		what = approval.FactEmergencyAllowed
	}
	var rows []logEntryRow
	err := v.on(ctx).Where("about_kind = ? AND about_id = ? AND "+v.s.dialect.plain(v.s.dialect.says("what"))+" = ?",
		string(workflows.KindRequest), s.Request, what).Order("n").Find(&rows).Error
	if err != nil {
		return err
	}
	var status approval.Status
	at, until := int64(0), int64(0)
	for _, row := range rows {
		rec, err := decode(row.Entry)
		var d approval.Detail
		if err != nil || rec.Round != s.Round || json.Unmarshal(rec.Data, &d) != nil {
			continue // another round, or said where the record is read
		}
		status, at, until = d.Status, rec.At, d.ValidUntil
	}
	if s.Emergency {
		if s.State == register.StateRejected || millis(s.ApprovedAt) != at || millis(s.ValidUntil) != until {
			v.wrong(t.about, t.system.entryN, "the system is %s, but its request %s has no such emergency approval in round %d", s.State, s.Request, s.Round)
		}
		return nil
	}
	fits := false
	switch status {
	case approval.StatusApproved:
		fits = s.State != register.StateRejected && millis(s.ApprovedAt) == at
	case approval.StatusRejected:
		fits = s.State == register.StateRejected && s.ApprovedAt.IsZero()
	case approval.StatusStopped:
		fits = s.State == register.StateStopped && s.ApprovedAt.IsZero()
	case approval.StatusOpen, approval.StatusWithdrawn, approval.StatusExpired:
	}
	if !fits {
		v.wrong(t.about, t.system.entryN, "the system is %s, but its request %s was %s in round %d", s.State, s.Request, ended(status), s.Round)
	}
	return nil
}

func ended(status approval.Status) string {
	if status == "" {
		return "not decided"
	}
	return string(status)
}

// unrecordedSystems finds entries of the AI register that no record speaks of.
func (v *verifier) unrecordedSystems(ctx context.Context) error {
	var ids []string
	err := v.on(ctx).Raw(`SELECT id FROM ai_systems s WHERE NOT EXISTS
		(SELECT 1 FROM log_entries e WHERE e.about_kind = ? AND e.about_id = s.id) ORDER BY number`, string(workflows.KindSystem)).Scan(&ids).Error
	for _, id := range ids {
		v.wrong(workflows.SystemRef(id), 0, "the system is in the register, but no record of it")
	}
	return err
}

// unenteredRequests finds requests that were decided on, and whose plan brings them into the AI register, without an entry there.
// Plans of before there was a register bring nothing.
func (v *verifier) unenteredRequests(ctx context.Context) error {
	rows, err := v.on(ctx).Raw(`SELECT r.id, r.status, o.screening FROM requests r JOIN rounds o ON o.request = r.id AND o.round = r.round
		WHERE r.status IN (?, ?, ?) AND NOT EXISTS (SELECT 1 FROM ai_systems s WHERE s.request = r.id) ORDER BY r.prefix, r.number, r.id`,
		string(approval.StatusApproved), string(approval.StatusRejected), string(approval.StatusStopped)).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, status, screening string
		if err := rows.Scan(&id, &status, &screening); err != nil {
			return err
		}
		var sc policy.Screening
		if json.Unmarshal([]byte(screening), &sc) == nil && sc.Plan.Registers { // a base that cannot be read is said where it stands
			v.wrong(workflows.RequestRef(id), 0, "the request was %s, but the register has no entry of it", status)
		}
	}
	return rows.Err()
}
