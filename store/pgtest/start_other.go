//go:build !unix

package pgtest

import (
	"errors"
	"net/url"
)

// local is a private server, which this system cannot have.
type local struct{ url url.URL }

func start(options) (*local, error) {
	return nil, errors.New("a private Postgres needs a Unix system; set " + envServer + " to a server")
}

func (l *local) stop() error { return nil }
