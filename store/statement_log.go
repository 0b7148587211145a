package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slow is from when on a statement is worth a line.
const slow = 500 * time.Millisecond

func gormConfig(log *slog.Logger) *gorm.Config {
	hideValues()
	return &gorm.Config{
		Logger:                 statementLog{log},
		TranslateError:         true,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
	}
}

// statementLog writes gorm's statements to slog: their text with placeholders, how long they took, and a code where they
// failed. Values are people's words and never appear, so messages of the database, which may repeat them, do not either.
type statementLog struct{ log *slog.Logger }

// LogMode implements [logger.Interface]; the level is slog's.
func (l statementLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info implements [logger.Interface]. Its arguments may hold values and are dropped, as in Warn and Error.
func (l statementLog) Info(ctx context.Context, msg string, _ ...any) {
	l.log.DebugContext(ctx, "gorm", slog.String("message", msg))
}

// Warn implements [logger.Interface].
func (l statementLog) Warn(ctx context.Context, msg string, _ ...any) {
	l.log.WarnContext(ctx, "gorm", slog.String("message", msg))
}

// Error implements [logger.Interface].
func (l statementLog) Error(ctx context.Context, msg string, _ ...any) {
	l.log.ErrorContext(ctx, "gorm", slog.String("message", msg))
}

// Trace implements [logger.Interface].
func (l statementLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	level := slog.LevelDebug
	took := time.Since(begin) //nolint:forbidigo // how long a statement took; nothing is decided by it
	if err != nil && !expected(err) || took > slow {
		level = slog.LevelWarn
	}
	if !l.log.Enabled(ctx, level) {
		return
	}
	sql, rows := fc()
	attrs := []slog.Attr{slog.String("sql", sql), slog.Int64("rows", rows), slog.Duration("took", took)}
	if err != nil {
		attrs = append(attrs, slog.String("code", errorCode(err)))
	}
	l.log.LogAttrs(ctx, level, "statement", attrs...)
}

// ParamsFilter keeps values out of the text that gorm gives to Trace.
func (l statementLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// expected errors are answers: nothing there, there already, or the caller has gone.
func expected(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, context.Canceled)
}

func errorCode(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	if code, ok := sqliteCode(err); ok {
		return code
	}
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return "duplicated_key"
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return "foreign_key"
	case errors.Is(err, gorm.ErrCheckConstraintViolated):
		return "check"
	case errors.Is(err, gorm.ErrRecordNotFound):
		return "not_found"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "context"
	}
	return "other"
}
