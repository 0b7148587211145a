package ledger

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"
)

// Bundle collects the files of an evidence bundle. They may be written side by side: each is kept compressed in a temporary
// file that only its owner reads, until [Bundle.WriteTo] puts them together. It is not safe for concurrent use.
type Bundle struct {
	dir   string // of temporary files; empty for the system's
	files []*bundleFile
}

// NewBundle begins a bundle whose temporary files are in dir, or where the system has them if dir is empty. Whoever begins one
// has to call [Bundle.Discard].
func NewBundle(dir string) *Bundle { return &Bundle{dir: dir} }

// spoolInMemory is how much of a compressed file stays in memory.
const spoolInMemory = 64 << 10

// bundleFile is a file that is being written: its bytes are counted and hashed, and go compressed into the spool.
type bundleFile struct {
	name   string
	method uint16
	size   int64
	sum    hash.Hash
	crc    hash.Hash32
	in     *bufio.Writer // gathers small writes
	pack   io.WriteCloser
	spool  *spool
	closed bool
}

// nothing is a closer of what needs no closing.
type nothing struct{ io.Writer }

// Close implements io.Closer.
func (nothing) Close() error { return nil }

// Create begins a file. Files that are compressed already are kept as they are.
func (b *Bundle) Create(name string, compressed bool) (io.WriteCloser, error) {
	if !fileName(name) || slices.ContainsFunc(b.files, func(f *bundleFile) bool { return f.name == name }) {
		return nil, fmt.Errorf("a bundle cannot have a file %q, or has it already", name)
	}
	f := &bundleFile{name: name, method: zip.Store, sum: sha256.New(), crc: crc32.NewIEEE(), spool: &spool{dir: b.dir}}
	f.pack = nothing{f.spool}
	if !compressed {
		f.method = zip.Deflate
		pack, err := flate.NewWriter(f.spool, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		f.pack = pack
	}
	f.in = bufio.NewWriterSize(writerFunc(f.take), 32<<10)
	b.files = append(b.files, f)
	return f, nil
}

type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

// take takes a piece of the file.
func (f *bundleFile) take(p []byte) (int, error) {
	f.size += int64(len(p))
	_, _ = f.sum.Write(p) // hashes never fail
	_, _ = f.crc.Write(p)
	return f.pack.Write(p)
}

// Write implements io.Writer.
func (f *bundleFile) Write(p []byte) (int, error) { return f.in.Write(p) }

// WriteString saves writers a copy.
func (f *bundleFile) WriteString(s string) (int, error) { return f.in.WriteString(s) }

// Close ends the file; once more does nothing.
func (f *bundleFile) Close() error {
	if f.closed {
		return nil
	}
	f.closed = true
	err := errors.Join(f.in.Flush(), f.pack.Close())
	f.in, f.pack = nil, nil // a packer needs much memory
	return err
}

// fileName allows what sha256sum, unzip and every system take as it is.
func fileName(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._%/"
	return name != "" && len(name) < 200 && strings.Trim(name, allowed) == "" && !strings.HasPrefix(name, "/") &&
		!slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return strings.Trim(part, ".") == "" })
}

// sorted gives the files in their order.
func (b *Bundle) sorted() []*bundleFile {
	files := slices.Clone(b.files)
	slices.SortFunc(files, func(x, y *bundleFile) int { return fileOrder(x.name, y.name) })
	return files
}

// fileOrder is by name, with what explains the rest in front.
func fileOrder(x, y string) int {
	switch {
	case x == y:
		return 0
	case x == FileReadme:
		return -1
	case y == FileReadme:
		return 1
	}
	return strings.Compare(x, y)
}

// WriteTo closes all files, adds the sums with their signature, and writes the ZIP.
func (b *Bundle) WriteTo(w io.Writer, key Key) error {
	var sums bytes.Buffer
	for _, f := range b.sorted() {
		if err := f.Close(); err != nil {
			return fmt.Errorf("%s of the bundle: %w", f.name, err)
		}
		sums.WriteString(hex.EncodeToString(f.sum.Sum(nil)) + "  " + f.name + "\n")
	}
	for name, text := range map[string][]byte{FileSums: sums.Bytes(), FileSignature: key.SignBytes(sums.Bytes())} {
		if err := b.Put(name, text); err != nil {
			return err
		}
	}
	z := zip.NewWriter(w)
	for _, f := range b.sorted() {
		if err := f.into(z); err != nil {
			return fmt.Errorf("%s of the bundle: %w", f.name, err)
		}
	}
	return z.Close()
}

// Put writes a whole file.
func (b *Bundle) Put(name string, text []byte) error {
	f, err := b.Create(name, false)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// zipDay is the first day that a ZIP can name: 1 January 1980.
const zipDay = 1<<5 | 1

// into copies the file into the ZIP.
func (f *bundleFile) into(z *zip.Writer) error {
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: f.name, Method: f.method, CRC32: f.crc.Sum32(), ModifiedDate: zipDay, //nolint:staticcheck // a raw header has no other time
		UncompressedSize64: uint64(f.size), CompressedSize64: uint64(f.spool.size), //nolint:gosec // sizes are counted up from 0
		CreatorVersion: version, ReaderVersion: version,
	})
	if err != nil {
		return err
	}
	return f.spool.copyTo(w)
}

// Discard removes the temporary files.
func (b *Bundle) Discard() error {
	var errs []error
	for _, f := range b.files {
		errs = append(errs, f.spool.remove())
	}
	return errors.Join(errs...)
}

// spool keeps bytes: the first in memory, all in a temporary file when there are more.
type spool struct {
	dir  string
	size int64
	mem  bytes.Buffer
	file *os.File
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	if s.file == nil && s.mem.Len()+len(p) <= spoolInMemory {
		return s.mem.Write(p)
	}
	if s.file == nil {
		var err error
		if s.file, err = os.CreateTemp(s.dir, "steward-bundle-*"); err != nil {
			return 0, err
		}
		if _, err := s.mem.WriteTo(s.file); err != nil {
			return 0, err
		}
		s.mem = bytes.Buffer{}
	}
	return s.file.Write(p)
}

func (s *spool) copyTo(w io.Writer) error {
	if s.file == nil {
		_, err := w.Write(s.mem.Bytes())
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

func (s *spool) remove() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
