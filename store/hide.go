package store

import (
	"context"
	"sync"

	"gorm.io/gorm/logger"
)

// hidden makes sure that gorm is told once, before the first database is opened.
var hidden sync.Once //nolint:gochecknoglobals // it guards a variable of gorm's that belongs to the whole program

// hideValues keeps values out of the text that gorm writes down for Scan. For all other statements it asks the logger
// (statementLog.ParamsFilter), but Scan puts a logger of its own in between, which only asks this variable.
func hideValues() {
	hidden.Do(func() {
		logger.RecorderParamsFilter = func(_ context.Context, sql string, _ ...any) (string, []any) { return sql, nil }
	})
}
