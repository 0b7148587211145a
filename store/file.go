package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"steward/workflows"
	"steward/workflows/engine"
)

// logFileRow is a file beside the log: it belongs to the text with its name.
type logFileRow struct {
	Commitment string
	Content    []byte
}

// TableName implements gorm's Tabler.
func (logFileRow) TableName() string { return "log_files" }

// putFiles stores the files of entries, one at a time: together they may be large.
func (t tx) putFiles(ctx context.Context, entries []engine.Entry) error {
	for _, e := range entries {
		for _, x := range e.Texts {
			if len(x.File) == 0 {
				continue
			}
			if err := t.on(ctx).Create(&logFileRow{x.Commitment, x.File}).Error; err != nil {
				return failed(err, "store a file of %s", e.Record.About)
			}
		}
	}
	return nil
}

// filePiece is how much of a file is in memory at once.
const filePiece = 1 << 20

// filePiece gives up to so many bytes of a file, fewer at its end.
func (t tx) filePiece(ctx context.Context, commitment string, offset, n int) ([]byte, error) {
	part := "substr(content, ?, ?)"
	if t.s.dialect == postgres {
		part = "substring(content FROM CAST(? AS integer) FOR CAST(? AS integer))"
	}
	var out []byte
	db := t.on(ctx).Raw("SELECT "+part+" FROM log_files WHERE commitment = ?", offset+1, n, commitment)
	err := db.Row().Scan(&out)
	return out, err
}

// hasFile says whether the content of a file is there.
func (t tx) hasFile(ctx context.Context, commitment string) (there bool, err error) {
	err = t.on(ctx).Raw("SELECT EXISTS (SELECT 1 FROM log_files WHERE commitment = ?)", commitment).Scan(&there).Error
	return there, err
}

// copyFile writes a file out, piece by piece.
func (t tx) copyFile(ctx context.Context, w io.Writer, commitment string) error {
	for at := 0; ; at += filePiece {
		piece, err := t.filePiece(ctx, commitment, at, filePiece)
		if err != nil || len(piece) == 0 {
			return err
		}
		if _, err := w.Write(piece); err != nil || len(piece) < filePiece {
			return err
		}
	}
}

// fileMarks gives what a record says of its files.
func fileMarks(rec workflows.Record) []workflows.FileMark {
	var d struct{ Files []workflows.FileMark }
	if len(rec.Data) == 0 || json.Unmarshal(rec.Data, &d) != nil {
		return nil // said where the data are read
	}
	return d.Files
}

// File finds a file of a record by its number, from 0, with the key by which [Store.FilePiece] reads it. [workflows.ErrNotFound] where
// there is none, or none any more. Who may read the record is the caller's to ask.
func (s *Store) File(ctx context.Context, about workflows.Ref, n, i int) (f workflows.File, key string, err error) {
	if !storable(about.ID) {
		return f, "", failed(workflows.ErrNotFound, "read a file of %s", about)
	}
	err = s.view(ctx, func(t tx) error {
		var row logEntryRow
		if err := t.on(ctx).Where("about_kind = ? AND about_id = ? AND n = ?", string(about.Kind), about.ID, n).Take(&row).Error; err != nil {
			return err
		}
		rec, err := decode(row.Entry)
		if err != nil {
			return err
		}
		marks := fileMarks(rec)
		if i < 0 || i >= len(marks) {
			return workflows.ErrNotFound
		}
		f.FileMark, key = marks[i], rec.Texts[workflows.FileText(i)]
		var name logTextRow
		if err := t.on(ctx).Where("commitment = ?", key).Take(&name).Error; err != nil {
			return err
		}
		f.Name = string(name.Value)
		there, err := t.hasFile(ctx, key)
		if err == nil && !there {
			err = workflows.ErrNotFound
		}
		return err
	})
	return f, key, failed(err, "read a file of %s", about)
}

// FilePiece gives up to n bytes of a file from an offset on; fewer at its end. [workflows.ErrNotFound] where it is gone.
func (s *Store) FilePiece(ctx context.Context, key string, offset, n int) ([]byte, error) {
	t := s.reader()
	there, err := t.hasFile(ctx, key)
	if err != nil || !there {
		if err == nil {
			err = workflows.ErrNotFound
		}
		return nil, failed(err, "read a piece of a file")
	}
	out, err := t.filePiece(ctx, key, offset, n)
	return out, failed(err, "read a piece of a file")
}

// checkFiles compares the files of a record with what it says of them. One that an erasure took is gone with its name.
func (v *verifier) checkFiles(ctx context.Context, rec workflows.Record) error {
	marks := fileMarks(rec)
	for name, commitment := range rec.Texts {
		if !strings.HasPrefix(name, "file_") {
			continue
		}
		there, err := v.hasFile(ctx, commitment)
		if err != nil {
			return err
		}
		i := 0
		for i < len(marks) && workflows.FileText(i) != name {
			i++
		}
		switch {
		case i == len(marks):
			v.wrong(rec.About, rec.N, "it names a file %q and says nothing of what is in it", name)
		case there && v.erased[commitment]:
			v.wrong(rec.About, rec.N, "the file %q is there, though it was erased", name)
		case there:
			if err := v.checkFile(ctx, rec, name, marks[i]); err != nil {
				return err
			}
		case !v.erased[commitment]:
			v.wrong(rec.About, rec.N, "the file %q that was recorded is missing", name)
		}
		v.report.Files++
	}
	for i := range marks {
		if rec.Texts[workflows.FileText(i)] == "" {
			v.wrong(rec.About, rec.N, "it speaks of a file %q that it does not name", workflows.FileText(i))
		}
	}
	return nil
}

func (v *verifier) checkFile(ctx context.Context, rec workflows.Record, name string, mark workflows.FileMark) error {
	sum := sha256.New()
	size := &measured{w: sum}
	if err := v.copyFile(ctx, size, rec.Texts[name]); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != mark.SHA256 || size.n != mark.Size {
		v.wrong(rec.About, rec.N, "the file %q is not the one that was recorded", name)
	}
	return nil
}

// measured counts what is written through it.
type measured struct {
	w io.Writer
	n int
}

// Write implements io.Writer.
func (m *measured) Write(p []byte) (int, error) {
	m.n += len(p)
	return m.w.Write(p)
}

// strayFiles finds files that no record names.
func (v *verifier) strayFiles(ctx context.Context) error {
	var stray []string
	err := v.on(ctx).Raw(`SELECT f.commitment FROM log_files f WHERE NOT EXISTS
		(SELECT 1 FROM log_texts x WHERE x.commitment = f.commitment AND x.name LIKE 'file|_%' ESCAPE '|') ORDER BY f.commitment`).Scan(&stray).Error
	for _, c := range stray {
		v.wrong(workflows.RecordRef(), 0, "the file %s is there, but no record names it", c)
	}
	return err
}
