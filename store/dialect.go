package store

import (
	"encoding/json"
	"strings"
)

// dialect is what differs between the two databases beyond their schema. Everything else is the same code.
type dialect string

const (
	postgres dialect = "postgres"
	sqlite   dialect = "sqlite"
)

// clock is the database's real time in Unix milliseconds, one value for a whole statement.
func (d dialect) clock() string {
	if d == postgres {
		return "(extract(epoch FROM statement_timestamp()) * 1000)::bigint"
	}
	return "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
}

// in is a condition on a column for a [dialect.list]: one parameter however long the list, so that the text of a
// statement, which databases plan by, does not change with it.
func (d dialect) in(column string) string {
	if d == postgres {
		return column + " = ANY(?)"
	}
	return column + " IN (SELECT value FROM json_each(?))"
}

// list is the parameter of [dialect.in]. It is a string: gorm would take a slice apart.
func (d dialect) list(values []string) string {
	if d == sqlite {
		return string(mustJSON(values))
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v))
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// addLeaves inserts leaves. Its parameters are the index of the first, the size of the checkpoint, and a [dialect.list] of texts
// that are the hash in hex and the number of the record behind it: one short statement, however many there are.
func (d dialect) addLeaves() string {
	if d == postgres {
		return `INSERT INTO log_leaves (idx, seal, hash, entry) SELECT ?::bigint + key - 1, ?::bigint, decode(left(value, 64), 'hex'), substr(value, 65)::bigint
			FROM unnest(?::text[]) WITH ORDINALITY AS u (value, key)`
	}
	return `INSERT INTO log_leaves (idx, seal, hash, entry) SELECT ? + key, ?, unhex(substr(value, 1, 64)), CAST(substr(value, 65) AS INTEGER) FROM json_each(?)`
}

// says is what an entry of the log says in a field, NULL where its bytes are no JSON: the expression that is indexed.
func (d dialect) says(field string) string { return d.saysOf("entry", field) }

// saysOf is [dialect.says] where the column needs the name of its table.
func (d dialect) saysOf(entry, field string) string {
	if d == postgres {
		return "(entry_says(" + entry + ", '" + field + `') COLLATE "C")`
	}
	return "(CASE WHEN json_valid(CAST(" + entry + " AS TEXT)) THEN json_extract(CAST(" + entry + " AS TEXT), '$." + field + "') END)"
}

// joinedBy is the condition on an entry of the AI register that a person has joined it.
func (d dialect) joinedBy() string {
	if d == postgres {
		return "head::jsonb->'joined' @> jsonb_build_array(jsonb_build_object('who', ?::text))"
	}
	return "EXISTS (SELECT 1 FROM json_each(head, '$.joined') j WHERE json_extract(j.value, '$.who') = ?)"
}

// has is a condition on a column to hold a text, letter for letter.
func (d dialect) has(column string) string {
	if d == postgres {
		return "strpos(" + column + ", ?) > 0"
	}
	return "instr(" + column + ", ?) > 0"
}

// plain is a column or expression that no index is looked for by. Where the planner of SQLite would take the index that
// sorts, or the one of a common value, there is no statistic to tell it better; Postgres has its own.
func (d dialect) plain(expression string) string {
	if d == postgres {
		return expression
	}
	return "+" + expression
}

// skipLocked makes a SELECT lock what it finds and pass over what others hold. SQLite has one writer and needs neither.
func (d dialect) skipLocked(table string) string {
	if d == postgres {
		return " FOR UPDATE OF " + table + " SKIP LOCKED"
	}
	return ""
}

// values is a VALUES list of so many rows and columns, of placeholders.
func values(rows, columns int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
	return "VALUES " + strings.TrimSuffix(strings.Repeat(row+", ", rows), ", ")
}

// mustJSON marshals values of our own types, which cannot fail.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("store: cannot marshal: " + err.Error())
	}
	return b
}

// jsonList turns a nil slice into an empty JSON list.
func jsonList[T any](v []T) string {
	if len(v) == 0 {
		return "[]"
	}
	return string(mustJSON(v))
}
