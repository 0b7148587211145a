package store

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"gorm.io/gorm"

	"steward/workflows"
)

// The states of a delivery.
const (
	stateWaiting = "waiting"
	stateSending = "sending"
	stateSent    = "sent"
	stateMoot    = "moot"
	stateDead    = "dead"
)

// deliveryRow is a delivery with its mail and the receipt it updates.
type deliveryRow struct {
	ID                                       int64
	Surface, Account, Person, Tenant, UserID string
	Confirmed                                bool
	Why, Bucket                              string
	Lane                                     int
	Attempts                                 int
	Token                                    string
	Takeover                                 bool
	Mail                                     mailRow    `gorm:"embedded;embeddedPrefix:mail_"`
	Receipt                                  receiptRow `gorm:"embedded;embeddedPrefix:receipt_"`
	State, LastError                         string
	MadeAt, RunAt, DoneAt                    int64
}

// Claim takes up to n deliveries for the surfaces for the length of the lease: those of the most urgent lane first, where
// every lane below counts as a minute later, so that none starves; at most one an account and thing, in order; none whose
// bucket is paused, or one that its bucket is part of. A lease that has run out is taken over. Surfaces that are not named
// are left to other replicas.
//
// Two replicas that claim at the same moment pass over each other's rows. Where they would still send about one thing to
// one account at once, an index refuses the second, which then claims nothing and tries again at its next turn.
func (s *Store) Claim(ctx context.Context, surfaces []string, n int, lease time.Duration) ([]workflows.Delivery, error) {
	d := s.dialect
	token := rand.Text()
	var ids []int64
	err := s.write.WithContext(ctx).Raw(`WITH c AS MATERIALIZED (
	SELECT d.id FROM deliveries d
	WHERE d.state IN ('waiting', 'sending') AND d.run_at <= `+d.clock()+` AND `+d.in("d.surface")+`
	AND NOT EXISTS (SELECT 1 FROM buckets b WHERE b.paused_until > `+d.clock()+`
		AND (b.name = d.bucket OR b.name || '/' = substr(d.bucket, 1, length(b.name) + 1)))
	AND (d.state = 'sending' OR NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.order_key = d.order_key AND e.id <> d.id
		AND e.state IN ('waiting', 'sending') AND (e.state = 'sending' OR e.id < d.id)))
	ORDER BY d.rank, d.id LIMIT ?`+d.skipLocked("d")+`
) UPDATE deliveries SET takeover = (takeover OR state = 'sending'), state = 'sending', fresh = false, attempts = attempts + 1,
	token = ?, run_at = `+d.clock()+` + ? WHERE id IN (SELECT id FROM c) RETURNING id`,
		d.list(surfaces), n, token, lease.Milliseconds()).Scan(&ids).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil, nil
	}
	if err != nil || len(ids) == 0 {
		return nil, failed(err, "claim deliveries")
	}
	var rows []deliveryRow
	err = s.write.WithContext(ctx).Raw(deliveryQuery+" WHERE d.id IN ? AND d.token = ? AND d.state = 'sending' ORDER BY d.rank, d.id", ids, token).
		Scan(&rows).Error
	out := make([]workflows.Delivery, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.delivery())
	}
	return out, failed(err, "read claimed deliveries")
}

const deliveryQuery = `SELECT d.id, d.surface, d.account, d.person, d.tenant, d.user_id, d.confirmed, d.why, d.bucket, d.lane,
	d.attempts, d.token, d.takeover, d.state, d.last_error, d.made_at, d.run_at, d.done_at,
	m.id AS mail_id, m.about_kind AS mail_about_kind, m.about_id AS mail_about_id, m.record AS mail_record, m.item AS mail_item,
	m.to_person AS mail_to_person, m.why AS mail_why, m.part AS mail_part, m.lane AS mail_lane, m.at AS mail_at,
	COALESCE(r.id, 0) AS receipt_id, COALESCE(r.delivery, 0) AS receipt_delivery, COALESCE(r.about_kind, '') AS receipt_about_kind,
	COALESCE(r.about_id, '') AS receipt_about_id, COALESCE(r.surface, '') AS receipt_surface,
	COALESCE(r.account, '') AS receipt_account, COALESCE(r.person, '') AS receipt_person, COALESCE(r.tenant, '') AS receipt_tenant,
	COALESCE(r.user_id, '') AS receipt_user_id, COALESCE(r.confirmed, false) AS receipt_confirmed,
	COALESCE(r.why, '') AS receipt_why, COALESCE(r.part, '') AS receipt_part, COALESCE(r.place, '') AS receipt_place,
	COALESCE(r.message_id, '') AS receipt_message_id, COALESCE(r.text_hash, '') AS receipt_text_hash, COALESCE(r.at, 0) AS receipt_at
FROM deliveries d JOIN mails m ON m.id = d.mail LEFT JOIN receipts r ON r.id = d.receipt`

func (r deliveryRow) delivery() workflows.Delivery {
	d := workflows.Delivery{
		ID: r.ID, Mail: r.Mail.mail(), Bucket: r.Bucket, Attempts: r.Attempts, Token: r.Token, Takeover: r.Takeover,
		Account: workflows.Account{
			ID: r.Account, Person: workflows.PersonID(r.Person), Surface: r.Surface, Tenant: r.Tenant, User: r.UserID, Confirmed: r.Confirmed,
		},
	}
	if r.Receipt.ID != 0 {
		receipt := r.Receipt.receipt()
		d.Receipt = &receipt
	}
	return d
}

// fence finds a delivery as long as its claim is the present one.
const fence = "id = ? AND token = ? AND state = 'sending'"

// Extend lengthens the lease of a claim; [workflows.ErrConflict] where it was taken over.
func (s *Store) Extend(ctx context.Context, d workflows.Delivery, lease time.Duration) error {
	db := s.write.WithContext(ctx).Exec("UPDATE deliveries SET run_at = "+s.dialect.clock()+" + ? WHERE "+fence,
		lease.Milliseconds(), d.ID, d.Token)
	err := db.Error
	if err == nil && db.RowsAffected == 0 {
		err = workflows.ErrConflict
	}
	return failed(err, "extend delivery %d", d.ID)
}

// Finish ends an attempt and keeps what it left, in one transaction. Where the claim was taken over it changes nothing and
// gives [workflows.ErrConflict].
func (s *Store) Finish(ctx context.Context, d workflows.Delivery, f workflows.Finish) error {
	err := s.do(ctx, func(t tx) error {
		if err := t.endAttempt(ctx, d, f); err != nil {
			return err
		}
		switch f.State {
		case workflows.FinishSent:
			return t.putReceipt(ctx, d, f.Receipt)
		case workflows.FinishGone:
			return t.supersede(ctx, d.Receipt)
		case workflows.FinishPause:
			return t.pause(ctx, f.Bucket, f.After)
		case workflows.FinishMoot, workflows.FinishRetry, workflows.FinishFailed:
		}
		return nil
	})
	return failed(err, "finish delivery %d", d.ID)
}

// endAttempt moves a delivery on. A retry without a time of its own waits longer each time, up to a quarter of an hour.
func (t tx) endAttempt(ctx context.Context, d workflows.Delivery, f workflows.Finish) error {
	state, attempts, after := stateMoot, d.Attempts, f.After
	switch f.State {
	case workflows.FinishSent:
		state = stateSent
	case workflows.FinishFailed:
		state = stateDead
	case workflows.FinishRetry:
		state = stateWaiting
		if d.Attempts >= t.s.opts.Attempts {
			state = stateDead
		}
		if after <= 0 {
			after = min(time.Second<<min(max(d.Attempts, 0), 10), 15*time.Minute)
		}
	case workflows.FinishPause:
		state, attempts = stateWaiting, max(0, d.Attempts-1)
	case workflows.FinishMoot, workflows.FinishGone:
	}
	done := t.s.dialect.clock()
	if state == stateWaiting {
		done = "0"
	}
	db := t.on(ctx).Exec("UPDATE deliveries SET state = ?, attempts = ?, takeover = (takeover OR ?), token = '', last_error = ?, run_at = "+
		t.s.dialect.clock()+" + ?, done_at = "+done+" WHERE "+fence, state, attempts, f.Unsure, f.Reason, after.Milliseconds(), d.ID, d.Token)
	if db.Error == nil && db.RowsAffected == 0 {
		return workflows.ErrConflict
	}
	if db.Error == nil && state == stateDead {
		return t.expandAgain(ctx, d)
	}
	return db.Error
}

// putReceipt notes where a message is: anew, or on the receipt of the message that was updated. Where an update became a
// message of its own, the old one is superseded.
func (t tx) putReceipt(ctx context.Context, d workflows.Delivery, r *workflows.Receipt) error {
	if r == nil {
		return nil
	}
	row := newReceiptRow(*r)
	row.ID, row.Delivery = 0, d.ID
	if d.Receipt != nil {
		if d.Receipt.Place == r.Place && d.Receipt.MessageID == r.MessageID {
			return t.on(ctx).Model(&receiptRow{}).Where("id = ?", d.Receipt.ID).Select("text_hash", "at").Updates(&row).Error
		}
		if err := t.supersede(ctx, d.Receipt); err != nil {
			return err
		}
	}
	if known, err := t.knows(ctx, row); err != nil || known { // a press on the message came first, see AdoptReceipt
		return err
	}
	return t.on(ctx).Omit("ID").Create(&row).Error
}

func (t tx) supersede(ctx context.Context, r *workflows.Receipt) error {
	if r == nil {
		return nil
	}
	return t.on(ctx).Exec("UPDATE receipts SET superseded = true WHERE id = ?", r.ID).Error
}

// pause keeps a bucket closed to all replicas. A pause is only ever lengthened.
func (t tx) pause(ctx context.Context, bucket string, after time.Duration) error {
	if bucket == "" || after <= 0 {
		return nil
	}
	return t.on(ctx).Exec(`INSERT INTO buckets (name, paused_until) VALUES (?, `+t.s.dialect.clock()+` + ?)
		ON CONFLICT (name) DO UPDATE SET paused_until = CASE WHEN excluded.paused_until > buckets.paused_until
			THEN excluded.paused_until ELSE buckets.paused_until END`, bucket, after.Milliseconds()).Error
}
