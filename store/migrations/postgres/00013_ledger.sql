-- The seal of the log: which entry is which leaf, the nodes above them, what was signed, and the keys that signed. The order
-- of leaves is the order of sealing. Rows are never changed or removed. There are no times here: nothing would prove them. When a
-- key came and when a checkpoint was posted is in the log itself. seal is the size of the checkpoint that a leaf was sealed by.

-- +goose Up
CREATE TABLE log_leaves (
    idx   bigint PRIMARY KEY CHECK (idx >= 0),
    entry bigint NOT NULL UNIQUE,
    hash  bytea NOT NULL CHECK (length(hash) = 32),
    seal  bigint NOT NULL CHECK (seal > idx)
);

-- Roots of whole subtrees of 2^level leaves, from level 8 up.
CREATE TABLE log_nodes (
    level integer NOT NULL CHECK (level >= 8),
    n     bigint NOT NULL CHECK (n >= 0),
    hash  bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, n)
);

-- note is the signed note.
CREATE TABLE log_checkpoints (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    note text NOT NULL
);

CREATE TABLE log_keys (
    verifier text COLLATE "C" PRIMARY KEY
);

CREATE TRIGGER log_leaves_no_change BEFORE UPDATE OR DELETE ON log_leaves FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_leaves_no_truncate BEFORE TRUNCATE ON log_leaves FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_no_change BEFORE UPDATE OR DELETE ON log_nodes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_no_truncate BEFORE TRUNCATE ON log_nodes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_checkpoints_no_change BEFORE UPDATE OR DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_checkpoints_no_truncate BEFORE TRUNCATE ON log_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_keys_no_change BEFORE UPDATE OR DELETE ON log_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_keys_no_truncate BEFORE TRUNCATE ON log_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW v_log_leaves AS SELECT idx, entry, encode(hash, 'hex') AS hash, seal FROM log_leaves;
CREATE VIEW v_log_nodes AS SELECT level, n, encode(hash, 'hex') AS hash FROM log_nodes;
CREATE VIEW v_log_checkpoints AS SELECT size, encode(root, 'base64') AS root, note FROM log_checkpoints;
CREATE VIEW v_log_keys AS SELECT verifier FROM log_keys;

-- What is sealed is what has no leaf yet, whatever transaction it came from: a number of transactions means nothing in another
-- cluster, to which a backup may be restored.
ALTER TABLE log_entries DROP COLUMN txid;
