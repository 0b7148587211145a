-- Files that people gave as proofs. Each belongs to the text beside the log that holds its name, under the same commitment; the record
-- keeps its hash and size. It can be destroyed (a DELETE), with that text, and never altered.

-- +goose Up
CREATE TABLE log_files (
    commitment text COLLATE "C" PRIMARY KEY CHECK (commitment <> ''),
    content    bytea NOT NULL
);
-- They are compressed already, and read piece by piece.
ALTER TABLE log_files ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TRIGGER log_files_no_change BEFORE UPDATE ON log_files FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_files_no_truncate BEFORE TRUNCATE ON log_files FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW v_log_files AS
SELECT f.commitment, x.about_kind, x.about_id, x.n, convert_from(x.value, 'UTF8') AS name, octet_length(f.content) AS size
FROM log_files f JOIN log_texts x ON x.commitment = f.commitment;
