package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"steward/workflows"
	"steward/workflows/policy"
)

// The hash of a stored policy is defined in package policy and computed again here, by who must not trust it.
func TestBundleHash(t *testing.T) {
	p := policy.Embedded()
	got, err := bundleHash(p.Bundle())
	if err != nil || got != p.Hash {
		t.Errorf("got %s, %v, want %s", got, err, p.Hash)
	}
	if _, err := bundleHash([]byte("[")); err == nil {
		t.Error("hashed what is no bundle")
	}
}

func TestStatementLogKeepsValuesOut(t *testing.T) {
	var out bytes.Buffer
	l := statementLog{slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}.LogMode(logger.Silent)
	ctx := t.Context()
	l.Info(ctx, "info", "CANARY")
	l.Warn(ctx, "warn", "CANARY")
	l.Error(ctx, "error", "CANARY")
	l.Trace(ctx, time.Now().Add(-time.Minute), func() (string, int64) { return "SELECT 1", 1 }, errors.New("CANARY"))
	for _, want := range []string{"message=info", "message=warn", "message=error", "code=other", "took=1m"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, &out)
		}
	}
	if strings.Contains(out.String(), "CANARY") {
		t.Errorf("the log tells values: %s", &out)
	}
	quiet := statementLog{slog.New(slog.DiscardHandler)}
	quiet.Trace(ctx, time.Now(), func() (string, int64) { t.Error("the text of a quiet statement was made"); return "", 0 }, nil)
}

func TestErrorCode(t *testing.T) {
	for want, err := range map[string]error{
		"23503": &pgconn.PgError{Code: "23503"}, "duplicated_key": gorm.ErrDuplicatedKey, "foreign_key": gorm.ErrForeignKeyViolated,
		"check": gorm.ErrCheckConstraintViolated, "not_found": gorm.ErrRecordNotFound, "context": context.DeadlineExceeded, "other": io.EOF,
	} {
		if got := errorCode(fmt.Errorf("wrapped: %w", err)); got != want {
			t.Errorf("%v has code %s, want %s", err, got, want)
		}
	}
	if code := errorCode(context.Canceled); code != "context" {
		t.Errorf("a caller who has gone has code %s", code)
	}
}

func TestFailed(t *testing.T) {
	if failed(nil, "x") != nil {
		t.Error("no error became one")
	}
	err := failed(gorm.ErrRecordNotFound, "read %s", "x")
	if !errors.Is(err, workflows.ErrNotFound) || err.Error() != "read x: not found" {
		t.Errorf("got %v", err)
	}
	if err := failed(gorm.ErrDuplicatedKey, "x"); !errors.Is(err, workflows.ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestOrderKeyWithoutAnAccount(t *testing.T) {
	about := workflows.RequestRef("AIR-1")
	if got := orderKey(workflows.Account{Surface: "portal", Person: "P-1"}, about); got != "portal P-1 request/AIR-1" {
		t.Errorf("got %q", got)
	}
}

func TestSplit(t *testing.T) {
	for id, want := range map[string]struct {
		prefix string
		number int64
	}{"AIR-42": {"AIR", 42}, "A-B-7": {"A-B", 7}, "odd": {"odd", 0}, "AIR-x": {"AIR-x", 0}, "7": {"7", 0}, "": {"", 0}} {
		if prefix, number := split(id); prefix != want.prefix || number != want.number {
			t.Errorf("%q is %q and %d", id, prefix, number)
		}
	}
}
