-- Files that people gave as proofs. Each belongs to the text beside the log that holds its name, under the same commitment; the record
-- keeps its hash and size. It can be destroyed (a DELETE), with that text, and never altered.

-- +goose Up
CREATE TABLE log_files (
    commitment TEXT PRIMARY KEY CHECK (commitment <> ''),
    content    BLOB NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER log_files_no_update BEFORE UPDATE ON log_files
BEGIN
    SELECT RAISE(ABORT, 'log_files is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
