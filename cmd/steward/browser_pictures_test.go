package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"steward/workflows"
)

// maxPicture bounds a picture of the README in bytes.
const maxPicture = 150 << 10

// TestBrowserPictures takes the pictures of the README where STEWARD_TEST_PICTURES names the folder for them; anything else
// that it names is not meant for us, see the test of the same name in bot/slack. It is a Wednesday there, whenever it is taken.
func TestBrowserPictures(t *testing.T) {
	folder := os.Getenv("STEWARD_TEST_PICTURES")
	if at, err := os.Stat(folder); err != nil || !at.IsDir() {
		t.Skip("STEWARD_TEST_PICTURES names no folder")
	}
	chrome := newChromium(t)
	a := startBrowsed(t)
	s := stagehand{t: t, a: a, surfers: map[workflows.PersonID]*surfer{}}
	draft, like := s.draft(ana, 1), s.examples()
	w := chrome.tab(t, a.url())
	for _, p := range []struct {
		name string
		who  workflows.PersonID
		path string
		high int64 // of the picture on a desk
	}{
		{"inbox", ben, "/", 720},
		{"request", like["objection"].who, like["objection"].path, 860},
		{"form", ana, draft, 860},
		{"register", helen, "/register", 720},
		{"record", helen, "/record", 720},
	} {
		w.as(p.who)
		for _, width := range []int64{1280, 360} {
			for _, scheme := range []string{"light", "dark"} {
				high := p.high
				if width == 360 {
					high = 720
				}
				w.size(width, high)
				w.scheme(scheme)
				w.open(p.path)
				w.settled()
				name := fmt.Sprintf("portal-%s-%d-%s.png", p.name, width, scheme)
				picture := w.picture()
				if len(picture) > maxPicture || len(picture) < 4<<10 {
					t.Errorf("%s has %d bytes", name, len(picture))
				}
				if err := os.WriteFile(filepath.Join(folder, name), picture, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.calm(p.name)
	}
}

// picture takes a picture of what is seen of the page, in 256 colours: pages have few.
func (w *tab) picture() []byte {
	w.t.Helper()
	var shot []byte
	w.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		shot, err = page.CaptureScreenshot().Do(ctx)
		return err
	}))
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		w.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(full)); err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes()
}

// fewColours gives the picture in 256 of its colours; the others become the nearest of them.
func fewColours(full image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	b := full.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	palette := chosen(count)
	nearest := map[color.RGBA]uint8{}
	for c := range count {
		nearest[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)])
		}
	}
	return out
}

// chosen gives up to 256 colours: one after the other that which is frequent and far from those that there are, so that no
// mark loses its colour because it is small.
func chosen(count map[color.RGBA]int) color.Palette {
	type candidate struct {
		color.RGBA
		weight, far float64
	}
	var all []candidate
	for c, n := range count {
		all = append(all, candidate{c, math.Cbrt(float64(n)), math.MaxUint16})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var out color.Palette
	for next := 0; len(out) < min(len(all), 256); {
		took := all[next]
		out = append(out, took.RGBA)
		for i := range all {
			c := &all[i]
			r, g, b := float64(c.R)-float64(took.R), float64(c.G)-float64(took.G), float64(c.B)-float64(took.B)
			c.far = min(c.far, math.Sqrt(r*r+g*g+b*b))
			if c.weight*c.far > all[next].weight*all[next].far {
				next = i
			}
		}
	}
	return out
}
