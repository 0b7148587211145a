package storetest

import (
	"bytes"
	"strings"

	"steward/workflows"
	"steward/workflows/engine"
	"steward/workflows/file"
	"steward/workflows/register"
)

// files makes files of these names; what is in each names it.
func (s *story) files(names ...string) (out []workflows.File) {
	s.Helper()
	for _, name := range names {
		f, why := file.Take(name, []byte("KEPT content of "+name+"\n"))
		if why != "" {
			s.Fatal(why)
		}
		out = append(out, f)
	}
	return out
}

// read reads a file of a record as a page does, in pieces of n bytes.
func (d *db) read(about workflows.Ref, record, i, n int) (workflows.File, error) {
	f, key, err := d.store.File(d.ctx, about, record, i)
	for err == nil {
		var piece []byte
		if piece, err = d.store.FilePiece(d.ctx, key, len(f.Content), n); len(piece) == 0 {
			break
		}
		f.Content = append(f.Content, piece...)
	}
	return f, err
}

// proved gives the number of the n-th record of a proof of a system, from 1.
func (d *db) proved(about workflows.Ref, n int) int {
	d.Helper()
	rows, err := d.store.History(d.ctx, about)
	d.must(err)
	for _, r := range rows {
		if r.Record.What == register.FactProved {
			if n--; n == 0 {
				return r.Record.N
			}
		}
	}
	d.Fatalf("%s has not so many proofs", about)
	return 0
}

func fileChecks() []check {
	return []check{
		{"files of a proof are stored with its record, read piece by piece, and replaced by those of the next proof", func(d *db) {
			s := d.story()
			s.everything()
			about := s.entry("AIR-1")
			report := d.clean()
			if report.Files != 3 {
				d.Errorf("%d files were looked at", report.Files)
			}
			want := s.files("CANARY-report.txt", "CANARY-list.csv")
			for i, n := range []int{7, 1 << 20} {
				got, err := d.read(about, d.proved(about, 2), i, n)
				d.must(err)
				same(d, got, want[i])
			}
			same(d, d.system(about).Tasks[0].Files, workflows.Bare(want))
			for _, no := range []struct {
				about workflows.Ref
				n, i  int
			}{{about, d.proved(about, 2), 2}, {about, d.proved(about, 2), -1}, {about, d.proved(about, 1), 0}, {about, 999, 0}, {workflows.SystemRef("AIS-99"), 1, 0}, {workflows.SystemRef("\x00"), 1, 0}} {
				_, err := d.read(no.about, no.n, no.i, 100)
				d.is(err, workflows.ErrNotFound)
			}
			_, err := d.store.FilePiece(d.ctx, "none", 0, 100)
			d.is(err, workflows.ErrNotFound)
		}},
		{"a file of the largest size is stored and read back, and nothing of it where the transaction fails", func(d *db) {
			content := bytes.Repeat([]byte("0123456789abcdef"), file.MaxSize/16)
			rec := workflows.Record{V: 1, About: workflows.SystemRef("AIS-1"), N: 1, What: "proved", Actor: ana, Texts: map[string]string{"file_1": "c"}, Data: []byte(`{"files":[{"sha256":"x","size":1,"type":"text/plain"}]}`)}
			entry := engine.Entry{Record: rec, Bytes: encode(rec), Texts: []engine.Text{{Commitment: "c", Name: "file_1", Salt: []byte("s"), Value: []byte("a.txt"), File: content}}}
			if d.store.Do(d.ctx, func(tx engine.Tx) error {
				d.must(tx.Append(d.ctx, []engine.Entry{entry}))
				return workflows.ErrConflict
			}) == nil || d.number("SELECT count(*) FROM log_files") != 0 {
				d.Error("a file is there of what was not done")
			}
			d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, []engine.Entry{entry}) })
			got, err := d.read(rec.About, 1, 0, 3<<20)
			d.must(err)
			if !bytes.Equal(got.Content, content) {
				d.Errorf("%d bytes came back", len(got.Content))
			}
			d.refused("UPDATE log_files SET content = content", "append-only")
		}},
		{"a file that was changed, removed, or put in is found, and which record is bad is said", func(d *db) {
			s := d.story()
			s.everything()
			about := s.entry("AIR-1")
			n := d.proved(about, 3)
			d.disarm("log_files")
			key := d.words("SELECT commitment FROM log_texts WHERE about_id = ? AND n = ? AND name = 'file_1'", about.ID, n)[0]
			kept := d.all("log_files")
			d.exec("UPDATE log_files SET content = ? WHERE commitment = ?", []byte("x"), key)
			d.found("another content", about, n, `the file "file_1" is not the one that was recorded`)
			d.exec("DELETE FROM log_files WHERE commitment = ?", key)
			d.found("no content", about, n, `the file "file_1" that was recorded is missing`)
			for _, r := range kept {
				if r.column("commitment") == key {
					d.exec("INSERT INTO log_files (commitment, content) VALUES (?, ?)", key, r.bytes("content"))
				}
			}
			d.clean()
			reason := d.words("SELECT commitment FROM log_texts WHERE about_id = ? AND name = 'reason'", about.ID)[0]
			for _, stray := range []string{strings.Repeat("0", 64), reason} {
				d.exec("INSERT INTO log_files (commitment, content) VALUES (?, ?)", stray, []byte("x"))
				d.found("a stray", workflows.RecordRef(), 0, "but no record names it")
				d.exec("DELETE FROM log_files WHERE commitment = ?", stray)
			}
			restore := d.rewrite(about, func(s *register.System) {
				s.Tasks[1].Files = []workflows.File{{Name: "other.txt", FileMark: s.Tasks[1].Files[0].FileMark}}
			})
			d.wrong(about, `the condition "own-2" is not as its records`)
			restore()
			d.clean()
		}},
	}
}
