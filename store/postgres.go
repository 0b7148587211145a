package store

import (
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	pgdriver "gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// openPostgres makes the pool. It connects only when first used.
func (s *Store) openPostgres() error {
	config, err := postgresConfig(s.opts)
	if err != nil {
		return err
	}
	pool := stdlib.OpenDB(*config)
	conns := s.opts.Conns
	if conns == 0 {
		conns = 16
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxLifetime(30 * time.Minute)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	s.dialect = postgres
	s.write, err = gorm.Open(pgdriver.New(pgdriver.Config{Conn: pool}), gormConfig(s.opts.Log))
	s.read = s.write
	return err
}

// postgresConfig reads the URL. Its text may hold a password and is in no error.
func postgresConfig(o Options) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("the database URL is neither postgres://... nor sqlite:PATH")
	}
	if o.PgBouncer {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
		return config, nil
	}
	defaults := map[string]string{
		"application_name":  "steward",
		"statement_timeout": strconv.FormatInt(o.Timeout.Milliseconds(), 10),
		"lock_timeout":      strconv.FormatInt(o.Timeout.Milliseconds()/2, 10),
		"idle_in_transaction_session_timeout": strconv.FormatInt(
			2*o.Timeout.Milliseconds(), 10),
	}
	for name, value := range defaults {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	return config, nil
}
