package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/file"
	"steward/workflows/register"
)

// Of forms with files.
const (
	filesPath = "/files" // behind the path of the form
	partFiles = "files"  // name of the parts that are files
	maxParts  = 200      // of a body, so that a body of nothing but heads ends, too
	// maxFilesBody bounds a form with as many files as are taken, and what stands between them.
	maxFilesBody = file.MaxCount*file.MaxSize + 1<<20
	// filesWithin is how long a form with files may take to arrive, and a piece of a file to be fetched.
	filesWithin = 5 * time.Minute
)

// maxTaking is how many forms with files a replica reads at once: each may be in memory whole.
const maxTaking = 3

// taking are those whose files are being read.
type taking struct {
	mu   sync.Mutex
	busy map[workflows.PersonID]bool
}

// begin lets somebody send files, one form at a time; ok is false where they, or too many others, are at it.
func (t *taking) begin(who workflows.PersonID) (end func(), ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.busy) >= maxTaking || t.busy[who] {
		return nil, false
	}
	if t.busy == nil {
		t.busy = map[workflows.PersonID]bool{}
	}
	t.busy[who] = true
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.busy, who)
	}, true
}

// withFiles says that a request is a form that was sent to where files are taken.
func withFiles(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "multipart/form-data" && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, filesPath)
}

// submitFiles takes a form with files. Whatever is wrong with them, what was typed stays.
func (p *Portal) submitFiles(w http.ResponseWriter, r *http.Request, v visit) error {
	if !withFiles(r) {
		return p.submit(w, r, v)
	}
	var files []workflows.File
	wrong := ""
	end, ok := p.taking.begin(v.Person.ID)
	if ok {
		defer end()
		control, until := http.NewResponseController(w), p.cfg.Now().Add(filesWithin)
		for _, err := range []error{control.SetReadDeadline(until), control.SetWriteDeadline(until.Add(time.Minute))} {
			if err != nil && !errors.Is(err, http.ErrNotSupported) {
				return err
			}
		}
		var take taker
		var err error
		if wrong, err = readParts(r, take.part); err != nil {
			return err
		}
		if files = take.files; wrong == "" {
			wrong = take.wrong
		}
	} else {
		if _, err := readForm(r); err != nil {
			return err
		}
		wrong = textFilesBusy
	}
	s, kept, err := readSubmission(r)
	if err != nil {
		return err
	}
	if s.FilesWrong = wrong; wrong == "" {
		s.Files = files
	}
	return p.submitted(w, r, v, s, kept)
}

// readParts reads a form with files: its fields become the request's form, and each file is given to take. Without that it ends at the
// first file. wrong says that the whole was too much; the fields stand before the files and are there all the same.
func readParts(r *http.Request, take func(*multipart.Part) error) (wrong string, err error) {
	form := url.Values{}
	in, err := r.MultipartReader()
	if err != nil {
		return "", errMalformed
	}
	defer func() {
		if err == nil {
			r.PostForm = form
		}
	}()
	text := int64(0)
	for range maxParts {
		part, err := in.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return brokenOff(err, form)
		case part.FormName() == partFiles && take == nil:
			return "", nil
		case part.FormName() == partFiles:
			if err := take(part); err != nil {
				return brokenOff(err, form)
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, maxBody+1))
		if err != nil {
			return brokenOff(err, form)
		}
		if text += int64(len(value) + len(part.FormName())); text > maxBody {
			return "", errTooLarge
		}
		if !utf8.Valid(value) || !utf8.ValidString(part.FormName()) {
			return "", errMalformed
		}
		form.Add(part.FormName(), strings.ReplaceAll(string(value), "\r\n", "\n"))
	}
	return "", errMalformed
}

// brokenOff says what it means that no more can be read: too much was sent, or it ended too early.
func brokenOff(err error, form url.Values) (string, error) {
	if _, big := errors.AsType[*http.MaxBytesError](err); big && form.Has("revision") {
		return textFilesTooLarge, nil
	}
	return "", errMalformed
}

// taker reads the files of a form. The first thing that is wrong is what its sender is told.
type taker struct {
	files []workflows.File
	wrong string
}

func (t *taker) part(part *multipart.Part) error {
	if t.wrong != "" { // what comes now is not needed, and the form is read to its end
		_, err := io.Copy(io.Discard, part)
		return err
	}
	content, err := io.ReadAll(io.LimitReader(part, file.MaxSize+1))
	if err != nil {
		return err
	}
	name := part.FileName()
	switch {
	case name == "" && len(content) == 0: // a field that was left empty
		return nil
	case len(t.files) == file.MaxCount:
		t.wrong = file.TooMany
	default:
		var f workflows.File
		if f, t.wrong = file.Take(name, content); t.wrong == "" {
			t.files = append(t.files, f)
		}
	}
	if t.wrong != "" {
		t.files = nil
	}
	_, err = io.Copy(io.Discard, part)
	return err
}

// filePiece is how much of a file is in memory while somebody fetches it.
const filePiece = 1 << 20

// proofFile gives a file of a proof to whoever may read the entry that it is of. A browser keeps it and never shows it as a page.
func (p *Portal) proofFile(w http.ResponseWriter, r *http.Request, v visit) error {
	ref, ok := workflows.ShortRef(r.PathValue("id"))
	n, bad := strconv.Atoi(r.PathValue("n"))
	i, worse := strconv.Atoi(r.PathValue("file"))
	if !ok || ref.Kind != workflows.KindSystem || bad != nil || worse != nil {
		return errUnknown
	}
	sys, err := p.cfg.Register.System(r.Context(), ref.ID)
	if err != nil {
		return err
	}
	if !workflows.MaySee(v.Person, sys.Concerned()) {
		return errUnknown
	}
	f, key, err := p.cfg.Files.File(r.Context(), ref, n, i-1)
	if err != nil {
		return err
	}
	return p.giveFile(w, r, f, key)
}

// giveFile sends a file, piece by piece.
func (p *Portal) giveFile(w http.ResponseWriter, r *http.Request, f workflows.File, key string) error {
	control := http.NewResponseController(w)
	for at := 0; at < f.Size; at += filePiece {
		if err := control.SetWriteDeadline(p.cfg.Now().Add(filesWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		piece, err := p.cfg.Files.FilePiece(r.Context(), key, at, filePiece)
		if err == nil && len(piece) == 0 {
			err = workflows.ErrNotFound
		}
		switch {
		case err != nil && at == 0:
			return err
		case err != nil: // it was destroyed just now, or the database is gone
			panic(http.ErrAbortHandler)
		case at == 0:
			h := w.Header()
			h.Set("Content-Type", f.Type)
			h.Set("Content-Length", strconv.Itoa(f.Size))
			h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name(f.Name)}))
			h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		}
		if _, err := w.Write(piece); err != nil { //nolint:gosec // a browser stores it: it is an attachment of a kind that it knows, in a sandbox
			panic(http.ErrAbortHandler) // nobody is there any more
		}
	}
	return nil
}

// fileLink is a file of a proof on a page.
type fileLink struct{ Name, Path, Size, SHA256 string }

// filesIn gives the files that a record of an entry names, as far as they are there.
func filesIn(row workflows.LogRow) []fileLink {
	rec := row.Record
	var d register.Detail
	if rec.About.Kind != workflows.KindSystem || rec.What != register.FactProved || json.Unmarshal(rec.Data, &d) != nil {
		return nil
	}
	var out []fileLink
	for i, mark := range d.Files {
		if name, there := row.Texts[workflows.FileText(i)]; there {
			out = append(out, fileLink{
				Name: file.Name(name), Path: fmt.Sprintf("%s/proofs/%d/%d", systemPath(rec.About.ID), rec.N, i+1), Size: file.Size(mark.Size), SHA256: mark.SHA256,
			})
		}
	}
	return out
}

// proofFiles gives the files of the last proof of a condition.
func proofFiles(rows []workflows.LogRow, task string) []fileLink {
	for _, row := range slices.Backward(rows) {
		var d register.Detail
		if row.Record.What == register.FactProved && json.Unmarshal(row.Record.Data, &d) == nil && d.Task == task {
			return filesIn(row)
		}
	}
	return nil
}
