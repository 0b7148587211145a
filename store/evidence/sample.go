package evidence

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"

	"steward/store/ledger"
	"steward/workflows"
)

// sampleSection draws a sample that anybody can draw again: of the population, the requests whose SHA-256 of seed, colon and
// id is smallest. It does not depend on this program, nor on the order of the list.
type sampleSection struct {
	out    io.WriteCloser // nil: none was asked for
	seed   string
	most   int
	chosen []drawn // sorted by hash
}

type drawn struct{ hash, id, title string }

func newSample(b *ledger.Bundle, s workflows.EvidenceScope) (section, error) {
	if s.Sample == 0 {
		return &sampleSection{}, nil
	}
	out, err := b.Create("sample.csv", false)
	return &sampleSection{out: out, seed: s.Seed, most: s.Sample}, err
}

func (s *sampleSection) request(c *Case) error {
	if s.out == nil {
		return nil
	}
	sum := sha256.Sum256([]byte(s.seed + ":" + c.ID))
	d := drawn{hex.EncodeToString(sum[:]), c.ID, c.Title}
	i, _ := slices.BinarySearchFunc(s.chosen, d, func(a, b drawn) int { return cmp.Compare(a.hash, b.hash) })
	if i < s.most {
		s.chosen = slices.Insert(s.chosen, i, d)
		s.chosen = s.chosen[:min(len(s.chosen), s.most)]
	}
	return nil
}

func (s *sampleSection) finish(sum *summary) error {
	if s.out == nil {
		return nil
	}
	sum.Sampled = len(s.chosen)
	rows := [][]string{{"number", "request", "title", "sha256_of_seed_and_request"}}
	if len(s.chosen) > 0 {
		sum.FirstDrawn = s.chosen[0].id
	}
	for i, d := range s.chosen {
		rows = append(rows, []string{strconv.Itoa(i + 1), d.id, plainCell(d.title), d.hash})
	}
	return errors.Join(writeCSV(s.out, rows), s.out.Close())
}
