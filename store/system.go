package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/register"
)

// systemRow is an entry of the AI register: the machine's own JSON, and columns for lists, constraints and people's SQL.
type systemRow struct {
	ID         string `gorm:"primaryKey"`
	Number     int64
	Request    sql.NullString // none has what was only seen, nor a requester
	Round      int
	State      string
	Since      int64
	Seq        int
	Revision   int
	Requester  sql.NullString
	Owner      sql.NullString // none has what was only seen until somebody is named
	Title      string
	Tool       string
	Vendor     string
	SearchKey  string
	Tier       string
	LegalClass string
	Flow       string
	Policy     string
	Records    int
	ApprovedAt int64
	ValidUntil int64
	OpenTasks  int
	NextDue    int64
	Head       string
}

// TableName implements gorm's Tabler.
func (systemRow) TableName() string { return "ai_systems" }

func newSystemRow(s register.System) systemRow {
	_, number := split(s.ID)
	open, due := s.Open()
	return systemRow{
		ID: s.ID, Number: number, Request: orNull(s.Request), Round: s.Round, State: string(s.State), Since: millis(s.Since),
		Seq: s.Seq, Revision: s.Revision, Requester: orNull(s.Requester), Owner: orNull(s.Owner),
		Title: s.Title, Tool: s.Tool, Vendor: s.Vendor, SearchKey: fold(s.ID + " " + s.Tool + " " + s.Vendor),
		Tier: string(s.Tier), LegalClass: s.LegalClass, Flow: s.Flow, Policy: s.Policy, Records: s.Records,
		ApprovedAt: millis(s.ApprovedAt), ValidUntil: millis(s.ValidUntil), OpenTasks: open, NextDue: millis(due),
		Head: string(mustJSON(s)),
	}
}

// orNull is a text for a column that refers to another table; empty is nothing.
func orNull[T ~string](s T) sql.NullString { return sql.NullString{String: string(s), Valid: s != ""} }

// systemTexts gives all that is text in an entry and does not come from Steward itself.
func systemTexts(s register.System) []string {
	texts := []string{
		s.ID, string(s.State), s.Request, string(s.Requester), string(s.Owner), s.Title, s.Tool, s.Vendor, s.Plan, s.Use, s.Role, s.Hosting,
		s.Users, string(s.Tier), s.LegalClass, s.Flow, s.Policy, s.PilotUntil, s.Shown, s.Turned.Event, s.Turned.Trigger,
		string(s.Turned.By), s.Turned.Reason, string(s.Covers), s.Group, string(s.Computed),
		s.Sighting.Source, s.Sighting.By, s.Sighting.LastUsed, s.Sighting.File,
	}
	for _, u := range s.Joined {
		texts = append(texts, string(u.Who), string(u.By))
	}
	for _, a := range s.Asks {
		texts = append(texts, string(a.Who), string(a.State), string(a.By), a.Reason)
	}
	for _, list := range [][]string{s.Data, s.Affected, s.Timers, s.Fired, s.Hits} {
		texts = append(texts, list...)
	}
	for _, list := range [][]workflows.PersonID{s.Owners, s.Told} {
		texts = append(texts, asText(list)...)
	}
	texts = append(texts, asText(s.Governors)...)
	for _, t := range s.Tasks {
		texts = append(texts, t.Key, t.Text, string(t.Verifier), t.Evidence, string(t.State), t.Proof, string(t.ProvedBy),
			string(t.VerifiedBy), t.Returned, string(t.ReturnedBy), string(t.By), t.MootBy, t.From.Assessment)
		for _, f := range t.Files {
			texts = append(texts, f.Name, f.SHA256, f.Type)
		}
		texts = append(texts, t.Refs...)
	}
	for _, w := range s.Waits {
		texts = append(texts, string(w.About.Kind), w.About.ID, string(w.Who), string(w.For), string(w.Why), w.Part, string(w.Role))
	}
	return texts
}

// asText gives names as texts.
func asText[T ~string](names []T) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, string(n))
	}
	return out
}

// NewSystemID implements [engine.Systems]. Numbers have no gaps, as those of requests.
func (t tx) NewSystemID(ctx context.Context) (string, error) {
	return t.NewRequestID(ctx, workflows.SystemPrefix)
}

// LockSystem implements [engine.Systems].
func (t tx) LockSystem(ctx context.Context, id string) (register.System, error) {
	return system(t.on(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

// ReadSystem implements [engine.Systems].
func (t tx) ReadSystem(ctx context.Context, id string) (register.System, error) {
	return system(t.on(ctx), id)
}

func system(db *gorm.DB, id string) (s register.System, err error) {
	if !storable(id) {
		return s, failed(workflows.ErrNotFound, "read system")
	}
	var row systemRow
	if err := db.Select("head").Where("id = ?", id).Take(&row).Error; err != nil {
		return s, failed(err, "read system %s", id)
	}
	return s, failed(json.Unmarshal([]byte(row.Head), &s), "read system %s", id)
}

// SystemOf implements [engine.Systems].
func (t tx) SystemOf(ctx context.Context, request string) (string, error) {
	if !storable(request) {
		return "", failed(workflows.ErrNotFound, "read the system of a request")
	}
	var row systemRow
	err := t.on(ctx).Select("id").Where("request = ?", request).Take(&row).Error
	return row.ID, failed(err, "read the system of %s", request)
}

// SaveSystem implements [engine.Systems]. The caller holds the lock, so that only a fault of ours gives [workflows.ErrConflict].
func (t tx) SaveSystem(ctx context.Context, before, after register.System) error {
	about := workflows.SystemRef(after.ID)
	err := t.saveSystemRow(ctx, before, after)
	if err == nil {
		err = t.saveWaits(ctx, about, before.Waits, after.Waits)
	}
	if err == nil {
		err = t.saveReaders(ctx, about, before.Concerned(), after.Concerned())
	}
	return failed(err, "save system %s", after.ID)
}

func (t tx) saveSystemRow(ctx context.Context, before, after register.System) error {
	if !storable(systemTexts(after)...) {
		return errText
	}
	row := newSystemRow(after)
	if before.ID == "" {
		return t.on(ctx).Create(&row).Error
	}
	db := t.on(ctx).Model(&systemRow{}).Where("id = ? AND seq = ?", before.ID, before.Seq).
		Select("*").Omit("id", "number").Updates(&row)
	if db.Error == nil && db.RowsAffected == 0 {
		return workflows.ErrConflict
	}
	return db.Error
}

// overStates are the states in which the life of a system is over.
func overStates() []any {
	return []any{string(register.StateRejected), string(register.StateStopped), string(register.StateRetired)}
}

// LivingSystems implements [engine.Systems].
func (t tx) LivingSystems(ctx context.Context) (ids []string, err error) {
	err = t.on(ctx).Raw("SELECT id FROM ai_systems WHERE state NOT IN (?, ?, ?) ORDER BY number", overStates()...).Scan(&ids).Error
	return ids, failed(err, "read living systems")
}
