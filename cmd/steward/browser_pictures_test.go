package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
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
		{"inbox", ben, "/", 720}, {"request", like["waits for the manager"].who, like["waits for the manager"].path, 860},
		{"form", ana, draft, 860}, {"record", helen, "/record", 720},
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

// fewColours gives the picture in its 256 most frequent colours; the others become the nearest of them.
func fewColours(full image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	b := full.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	var all []color.RGBA
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	for _, c := range all[:min(len(all), 256)] {
		palette = append(palette, c)
	}
	nearest := map[color.RGBA]uint8{}
	for _, c := range all {
		nearest[c] = uint8(palette.Index(c)) //nolint:gosec // there are 256 at most
	}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)])
		}
	}
	return out
}
