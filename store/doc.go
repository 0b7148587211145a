// Package store keeps everything Steward knows in a database: Postgres, or SQLite as the embedded default.
package store
