package ledger

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

// sumReader reads a file of a bundle and hashes what is read. It unpacks by itself, because archive/zip does not say whether
// something is left behind the end of what was packed.
type sumReader struct {
	file   *zip.File
	packed *bufio.Reader // nil: it cannot be read
	in     io.Reader
	sum    hash.Hash
	crc    hash.Hash32
	size   uint64
	err    error
}

func (c *bundleCheck) open(f *zip.File) *sumReader {
	r := &sumReader{file: f, sum: sha256.New(), crc: crc32.NewIEEE()}
	packed, err := f.OpenRaw()
	if err != nil {
		r.err = err
		return r
	}
	r.packed = bufio.NewReaderSize(packed, 64<<10) // it gives single bytes, so that flate reads no further than it has to
	switch f.Method {
	case zip.Deflate:
		r.in = flate.NewReader(r.packed)
	case zip.Store:
		r.in = r.packed
	default:
		r.packed, r.err = nil, zip.ErrAlgorithm
	}
	return r
}

// Read implements io.Reader.
func (r *sumReader) Read(p []byte) (int, error) {
	if r.packed == nil {
		return 0, r.err
	}
	n, err := r.in.Read(p)
	_, _ = r.sum.Write(p[:n]) // hashes never fail
	_, _ = r.crc.Write(p[:n])
	r.size += uint64(n) //nolint:gosec // it is not negative
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// end reads what is left, and says what is wrong with how the file was packed.
func (r *sumReader) end() error {
	if _, err := io.Copy(io.Discard, r); err != nil && r.err == nil {
		r.err = err
	}
	if r.err != nil {
		return fmt.Errorf("it cannot be read: %w", r.err)
	}
	if _, err := r.packed.ReadByte(); !errors.Is(err, io.EOF) {
		return errors.New("something follows its end")
	}
	if r.size != r.file.UncompressedSize64 || r.crc.Sum32() != r.file.CRC32 {
		return errors.New("its size or checksum is not the one in the directory of the ZIP")
	}
	return nil
}

// closeFile reads what is left and compares the sum.
func (c *bundleCheck) closeFile(r *sumReader) {
	if c.read == nil {
		c.read = map[string]bool{}
	}
	name := r.file.Name
	c.read[name] = true
	if err := r.end(); err != nil {
		c.wrong(name, "%v", err)
	}
	if name == FileSums || name == FileSignature {
		return
	}
	switch want, ok := c.sums[name]; {
	case !ok:
		c.wrong(name, "SHA256SUMS does not name this file")
	case hex.EncodeToString(r.sum.Sum(nil)) != want:
		c.wrong(name, "its SHA-256 is not that in SHA256SUMS")
	}
}
