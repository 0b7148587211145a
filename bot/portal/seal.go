package portal

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"steward/workflows"
)

// checkpointsPath is the page of checkpoints; with ".txt" behind it, the newest one alone.
const checkpointsPath = "/record/checkpoints"

// sealPart is what the page of a record says of its seal.
type sealPart struct {
	Wanting    string // why there is none
	Facts      []fact
	Path       string // the hashes of the proof, one a line
	Checkpoint string
}

// seal says how a record is sealed.
func (p *Portal) seal(r *http.Request, about workflows.Ref, n int) (sealPart, error) {
	if p.cfg.Seals == nil {
		return sealPart{}, nil
	}
	s, err := p.cfg.Seals.Sealing(r.Context(), about, n)
	if errors.Is(err, workflows.ErrNotFound) {
		return sealPart{Wanting: textNotSealed}, nil
	}
	if err != nil {
		return sealPart{}, err
	}
	return sealPart{
		Facts: []fact{
			{Label: "Place in the record", Cell: cell{Text: number(s.Leaf+1) + " (leaf " + number(s.Leaf) + ")"}},
			{Label: "Proved by", Cell: cell{Text: "the checkpoint of " + number(s.Size) + " entries"}},
			{Label: "Hash of the whole", Cell: cell{Code: s.Root}},
		},
		Path: strings.Join(s.Path, "\n"), Checkpoint: s.Checkpoint,
	}, nil
}

// checkpointsPage says how far the record is sealed, and where that was posted.
type checkpointsPage struct {
	Head       pageHead
	Facts      []fact
	Checkpoint string
	Wanting    string // where nothing is sealed
	Table      table
	Pager      pager
	Empty      emptyState
}

// checkpoints shows the newest checkpoint and those that were posted.
func (p *Portal) checkpoints(w http.ResponseWriter, r *http.Request, v visit) error {
	if p.cfg.Seals == nil || !workflows.SeesRecordsOf(v.Person, workflows.KindRecord) {
		return errUnknown
	}
	s, err := p.cfg.Seals.SealState(r.Context())
	if err != nil {
		return err
	}
	page := checkpointsPage{Head: pageHead{Title: "Checkpoints"}, Checkpoint: s.Checkpoint, Empty: emptyState{Text: textNothingPosted}}
	if s.Checkpoint == "" {
		page.Wanting = textNothingSealed
	}
	page.Facts = []fact{{Label: "Sealed", Cell: cell{Text: entries(s.Size)}}, {Label: "Not sealed yet", Cell: cell{Text: entries(s.Waiting)}}}
	for _, key := range s.Keys {
		page.Facts = append(page.Facts, fact{Label: "Public key", Cell: cell{Code: key}})
	}
	q := narrowing(r)
	f, err := p.recordFilter(v, q)
	if err != nil {
		return err
	}
	f.Kind, f.What = workflows.KindRecord, workflows.FactAnchored
	rows, next, err := p.cfg.Records.RecordRows(r.Context(), v.Person, f)
	if err != nil {
		return err
	}
	page.Table = p.postedTable(v, rows)
	if next != (workflows.RecordKey{}) {
		page.Pager.Next = changedPath(checkpointsPath, nil, q, "before", recordKey(next))
	}
	if f.Before != (workflows.RecordKey{}) {
		page.Pager.First = checkpointsPath
	}
	return p.show(w, r, v, http.StatusOK, "checkpoints", page)
}

// postedTable lists checkpoints that were posted.
func (p *Portal) postedTable(v visit, rows []workflows.RecordRow) table {
	out := table{Label: "Posted checkpoints", Columns: []column{
		{Label: "When", Kind: columnWhen}, {Label: "Checkpoint", Kind: columnMain}, {Label: "Posted to"}, {Label: "Record", Kind: columnNumber},
	}}
	c := p.clock(v)
	for _, row := range rows {
		var d struct {
			Size int64
			To   []string
		}
		_ = json.Unmarshal(row.Record.Data, &d) // what is not there stays empty
		to := make([]string, 0, len(d.To))
		for _, surface := range d.To {
			to = append(to, anchorWord(surface))
		}
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			{When: c.exactly(row.Record.Time())},
			{Text: entries(d.Size), Path: entryPath(row.Record.About, row.Record.N)},
			{Text: strings.Join(to, ", ")},
			{Text: strconv.Itoa(row.Record.N)},
		}})
	}
	return out
}

// checkpointText gives the newest checkpoint as it is, to be kept in a file.
func (p *Portal) checkpointText(w http.ResponseWriter, r *http.Request, v visit) error {
	if p.cfg.Seals == nil || !workflows.SeesRecordsOf(v.Person, workflows.KindRecord) {
		return errUnknown
	}
	s, err := p.cfg.Seals.SealState(r.Context())
	if err != nil {
		return err
	}
	if s.Checkpoint == "" {
		return errUnknown
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="checkpoint-`+strconv.FormatInt(s.Size, 10)+`.txt"`)
	_, err = io.WriteString(w, s.Checkpoint)
	return err
}
