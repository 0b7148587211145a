package store

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
	sqlitedriver "github.com/ncruces/go-sqlite3/driver"
)

// maxPrepared bounds the statements that one connection keeps. There are fewer than that; lists written out one by one, whose
// length varies, are what would fill it.
const maxPrepared = 128

// preparing is a connector whose connections keep the statements they prepared. A statement is the same text every time, and
// to parse and plan it takes SQLite longer than to run it; pgx keeps its own.
type preparing struct{ driver.Connector }

// Connect implements [driver.Connector].
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("sqlite: the driver's connection lacks a method"), c.Close())
	}
	// Without it SQLite plans a statement anew each time another value is bound to its LIMIT.
	if _, err := whole.Raw().Config(sqlite3.DBCONFIG_ENABLE_QPSG, true); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: keep plans: %w", err), c.Close())
	}
	return &preparedConn{sqliteConn: whole, idle: map[string]*list.Element{}, used: list.New()}, nil
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	sqlitedriver.Conn
	driver.ExecerContext
	driver.NamedValueChecker
}

// sqliteStmt is what the driver's statements can do.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
}

// preparedConn is one connection with the statements that nobody uses at the moment. database/sql uses a connection from one
// goroutine at a time.
type preparedConn struct {
	sqliteConn

	idle map[string]*list.Element // by text; the values are *preparedStmt
	used *list.List               // of idle ones, the last used first
}

// PrepareContext implements [driver.ConnPrepareContext]. A statement that is in use is prepared a second time.
func (c *preparedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if e, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return c.used.Remove(e).(*preparedStmt), nil //nolint:forcetypeassert // nothing else is put there
	}
	s, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	whole, ok := s.(sqliteStmt)
	if !ok || !keeps(query) {
		return s, nil
	}
	return &preparedStmt{sqliteStmt: whole, conn: c, query: query}, nil
}

// ExecContext implements [driver.ExecerContext]. What changes tables makes the kept statements' columns wrong. Tables change
// only while a store is opened, on its writing connection and before anything else is read.
func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !keeps(query) {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	return c.sqliteConn.ExecContext(ctx, query, args)
}

// keeps says whether a statement is worth keeping: what changes the schema or a setting is run once.
func keeps(query string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	verb, _, _ = strings.Cut(verb, "\n")
	switch strings.ToUpper(verb) {
	case "SELECT", "WITH", "INSERT", "UPDATE", "DELETE":
		return true
	}
	return false
}

// keep puts a statement back and closes the one that was not used for longest, where there are too many.
func (c *preparedConn) keep(s *preparedStmt) error {
	if _, twice := c.idle[s.query]; twice {
		return s.sqliteStmt.Close()
	}
	c.idle[s.query] = c.used.PushFront(s)
	if c.used.Len() <= maxPrepared {
		return nil
	}
	oldest := c.used.Remove(c.used.Back()).(*preparedStmt) //nolint:forcetypeassert // nothing else is put there
	delete(c.idle, oldest.query)
	return oldest.sqliteStmt.Close()
}

// Close implements [driver.Conn].
func (c *preparedConn) Close() error { return errors.Join(c.forget(), c.sqliteConn.Close()) }

// forget closes the statements that are kept.
func (c *preparedConn) forget() error {
	var errs []error
	for e := c.used.Front(); e != nil; e = e.Next() {
		errs = append(errs, e.Value.(*preparedStmt).sqliteStmt.Close()) //nolint:forcetypeassert // nothing else is put there
	}
	c.used.Init()
	clear(c.idle)
	return errors.Join(errs...)
}

// preparedStmt is a statement that goes back to its connection when it is closed. The driver has reset it by then, and bound
// values are cleared.
type preparedStmt struct {
	sqliteStmt

	conn  *preparedConn
	query string
}

// Close implements [driver.Stmt].
func (s *preparedStmt) Close() error { return s.conn.keep(s) }
