package ledger

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The sizes and marks of the ZIP format (APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16).
const (
	localSize = 30
	localMark = 0x04034b50
	lineSize  = 46
	lineMark  = 0x02014b50
	endSize   = 22
	endMark   = 0x06054b50
	version   = 20        // 2.0: folders and deflate
	wide      = 1<<32 - 1 // a file or ZIP of this size has its numbers elsewhere
	most      = 1<<16 - 1 // and so has one of so many files
)

// checkLayout checks that the ZIP is one that [Bundle] writes: the same names in front of the files as in the directory, nothing
// between, before or behind them, no comments, the files in their order. Programs that unpack differ in what they read; here
// all of them read the same. Of a ZIP of 4 GB and more, which needs another directory, the heads of files are checked alone.
func checkLayout(in io.ReaderAt, size int64, files []*zip.File) error {
	var directory []byte
	at, large := int64(0), size >= wide
	for i, f := range files {
		if i > 0 && fileOrder(files[i-1].Name, f.Name) >= 0 {
			return fmt.Errorf("%q is there twice, or is not where it belongs", f.Name)
		}
		large = large || len(files) > most || f.CompressedSize64 >= wide || f.UncompressedSize64 >= wide
		begin, err := f.DataOffset()
		if err != nil {
			return err
		}
		if !fileName(f.Name) || !same(in, at, localHead(f)) || begin != at+localSize+int64(len(f.Name)) {
			return fmt.Errorf("%q: its head is not as Steward writes it, or not where it belongs", f.Name)
		}
		directory = append(directory, directoryLine(f, at)...)
		at = begin + int64(f.CompressedSize64) //nolint:gosec // what is wider is not there, and the next head is not found
	}
	if large {
		return nil
	}
	le := binary.LittleEndian
	end := le.AppendUint32(nil, endMark)
	end = le.AppendUint32(end, 0)                      // disks
	end = le.AppendUint16(end, uint16(len(files)))     //nolint:gosec // see most
	end = le.AppendUint16(end, uint16(len(files)))     //nolint:gosec // see most
	end = le.AppendUint32(end, uint32(len(directory))) //nolint:gosec // the file is not large
	end = le.AppendUint32(end, uint32(at))
	end = le.AppendUint16(end, 0) // comment
	if want := append(directory, end...); at+int64(len(want)) != size || !same(in, at, want) {
		return errors.New("its directory is not as Steward writes it, or something stands behind the files")
	}
	return nil
}

// same says whether these very bytes stand there.
func same(in io.ReaderAt, at int64, want []byte) bool {
	got := make([]byte, len(want))
	_, err := in.ReadAt(got, at)
	return (err == nil || errors.Is(err, io.EOF)) && bytes.Equal(got, want)
}

// facts are what head and directory both say of a file, from the version that is needed to the length of the name.
func facts(f *zip.File) []byte {
	le := binary.LittleEndian
	b := le.AppendUint16(nil, version)
	b = le.AppendUint16(b, 0) // flags
	b = le.AppendUint16(b, f.Method)
	b = le.AppendUint16(b, 0) // hour
	b = le.AppendUint16(b, zipDay)
	b = le.AppendUint32(b, f.CRC32)
	b = le.AppendUint32(b, uint32(min(f.CompressedSize64, wide)))
	b = le.AppendUint32(b, uint32(min(f.UncompressedSize64, wide)))
	return le.AppendUint16(b, uint16(len(f.Name))) //nolint:gosec // a name is shorter than 200 bytes, see fileName
}

// localHead is what stands in front of a file.
func localHead(f *zip.File) []byte {
	b := binary.LittleEndian.AppendUint32(nil, localMark)
	b = append(b, facts(f)...)
	b = append(b, 0, 0) // nothing more behind the name
	return append(b, f.Name...)
}

// directoryLine is what the directory says of a file that stands there.
func directoryLine(f *zip.File, at int64) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, lineMark)
	b = le.AppendUint16(b, version) // by which it was made
	b = append(b, facts(f)...)
	b = append(b, make([]byte, 12)...)            // nothing more, no comment, first disk, no attributes
	b = le.AppendUint32(b, uint32(min(at, wide))) //nolint:gosec // it is bounded right here
	return append(b, f.Name...)
}
