-- The seal of the log: which entry is which leaf, the nodes above them, what was signed, and the keys that signed. The order
-- of leaves is the order of sealing. Rows are never changed or removed. There are no times here: nothing would prove them. When a
-- key came and when a checkpoint was posted is in the log itself. seal is the size of the checkpoint that a leaf was sealed by.

-- +goose Up
CREATE TABLE log_leaves (
    idx   INTEGER PRIMARY KEY CHECK (idx >= 0),
    entry INTEGER NOT NULL UNIQUE,
    hash  BLOB NOT NULL CHECK (length(hash) = 32),
    seal  INTEGER NOT NULL CHECK (seal > idx)
) STRICT;

-- Roots of whole subtrees of 2^level leaves, from level 8 up.
CREATE TABLE log_nodes (
    level INTEGER NOT NULL CHECK (level >= 8),
    n     INTEGER NOT NULL CHECK (n >= 0),
    hash  BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, n)
) STRICT;

-- note is the signed note.
CREATE TABLE log_checkpoints (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL
) STRICT;

CREATE TABLE log_keys (
    verifier TEXT PRIMARY KEY
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER log_leaves_no_update BEFORE UPDATE ON log_leaves
BEGIN
    SELECT RAISE(ABORT, 'log_leaves is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves
BEGIN
    SELECT RAISE(ABORT, 'log_leaves is append-only: DELETE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE ON log_nodes
BEGIN
    SELECT RAISE(ABORT, 'log_nodes is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_nodes_no_delete BEFORE DELETE ON log_nodes
BEGIN
    SELECT RAISE(ABORT, 'log_nodes is append-only: DELETE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'log_checkpoints is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'log_checkpoints is append-only: DELETE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_keys_no_update BEFORE UPDATE ON log_keys
BEGIN
    SELECT RAISE(ABORT, 'log_keys is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_keys_no_delete BEFORE DELETE ON log_keys
BEGIN
    SELECT RAISE(ABORT, 'log_keys is append-only: DELETE is refused');
END;
-- +goose StatementEnd
