package evidence

import (
	"crypto/sha1" //nolint:gosec // version 5 of UUIDs is made of it
	"encoding/json"
	"fmt"
	"strings"

	"steward/store/ledger"
)

// The names of OSCAL assessment results, version 1.1.2, as far as they are written.
type (
	oscalFile struct {
		Results oscalResults `json:"assessment-results"`
	}
	oscalResults struct {
		UUID     string        `json:"uuid"`
		Metadata oscalMetadata `json:"metadata"`
		ImportAP oscalHref     `json:"import-ap"`
		Results  []oscalResult `json:"results"`
		Back     oscalBack     `json:"back-matter"`
	}
	oscalMetadata struct {
		Title    string `json:"title"`
		Modified string `json:"last-modified"`
		Version  string `json:"version"`
		OSCAL    string `json:"oscal-version"`
	}
	oscalHref struct {
		Href        string `json:"href"`
		Description string `json:"description,omitempty"`
	}
	oscalResult struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Start        string             `json:"start"`
		End          string             `json:"end,omitempty"`
		Reviewed     oscalReviewed      `json:"reviewed-controls"`
		Observations []oscalObservation `json:"observations,omitempty"`
	}
	oscalReviewed struct {
		Selections []oscalSelection `json:"control-selections"`
	}
	oscalSelection struct {
		Description string         `json:"description,omitempty"`
		Include     []oscalControl `json:"include-controls,omitempty"`
	}
	oscalControl struct {
		ID string `json:"control-id"`
	}
	oscalObservation struct {
		UUID        string      `json:"uuid"`
		Title       string      `json:"title"`
		Description string      `json:"description"`
		Methods     []string    `json:"methods"`
		Types       []string    `json:"types"`
		Evidence    []oscalHref `json:"relevant-evidence"`
		Collected   string      `json:"collected"`
	}
	oscalBack struct {
		Resources []oscalResource `json:"resources"`
	}
	oscalResource struct {
		UUID        string `json:"uuid"`
		Title       string `json:"title"`
		Description string `json:"description"`
	}
)

// writeOSCAL writes what the bundle holds by control as observations. It has no findings: whether a requirement is met is for
// people to say.
func writeOSCAL(b *ledger.Bundle, s *summary) error {
	id := func(of string) string { return uuid(s.Checkpoint.Root.String() + string(scopeJSON(s)) + of) }
	result := oscalResult{
		UUID: id("result"), Title: "Approvals as recorded", Start: stamp(s.from), End: "",
		Description: "What was decided and recorded in the period. Each observation says how much there is for a control, not whether it is met.",
	}
	if s.from.IsZero() {
		result.Start = "1970-01-01T00:00:00.000Z"
	}
	if result.End = stamp(s.Last); !s.until.IsZero() && s.until.Before(s.Last) {
		result.End = stamp(s.until)
	}
	selection := oscalSelection{Description: "The controls for which this bundle holds evidence."}
	for _, c := range s.Controls {
		selection.Include = append(selection.Include, oscalControl{controlToken(c.ID)})
		result.Observations = append(result.Observations, oscalObservation{
			UUID: id(c.ID), Title: c.ID + " " + c.Title, Methods: []string{"EXAMINE"}, Types: []string{"historic"}, Collected: stamp(s.Last),
			Description: fmt.Sprintf("%d requests with %d decisions are evidence for this control.", c.Requests, c.Decisions),
			Evidence: []oscalHref{
				{"../population.csv", "The requests; the column controls names those that they are evidence for."},
				{"../ai_decisions.csv", "The decisions, each with its place in the record."},
			},
		})
	}
	result.Reviewed.Selections = []oscalSelection{selection}
	process := id("process")
	text, err := json.MarshalIndent(oscalFile{oscalResults{
		UUID:     id("file"),
		Metadata: oscalMetadata{"Evidence from " + s.Checkpoint.Origin, stamp(s.Last), fmt.Sprint(s.Checkpoint.Size), "1.1.2"},
		ImportAP: oscalHref{Href: "#" + process}, Results: []oscalResult{result},
		Back: oscalBack{[]oscalResource{{process, "Continuous recording", "There is no plan of a single assessment: decisions are recorded when they are made, and this is an excerpt. README.html says how to check it."}}},
	}}, "", "  ")
	if err != nil {
		return err
	}
	return b.Put("oscal/assessment-results.json", append(text, '\n'))
}

// controlToken gives a control as OSCAL names it, which takes no colon: "iso42001-a.4.4", "iso27001-cl-9.2.1".
func controlToken(id string) string {
	standard, number, _ := strings.Cut(id, ":")
	if !strings.HasPrefix(number, "A.") {
		number = "cl-" + number
	}
	return "iso" + standard + "-" + strings.ToLower(number)
}

// uuid gives the UUID of version 5 (RFC 9562) for a name of ours.
func uuid(name string) string {
	sum := sha1.Sum([]byte("steward evidence\x00" + name)) //nolint:gosec // nothing relies on it being hard to find another
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
