package teams

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// TestIcons looks at the pictures as Teams does: their size, what is see-through, which colours there are.
func TestIcons(t *testing.T) {
	picture := func(t *testing.T, draw func() ([]byte, error), size int) image.Image {
		t.Helper()
		raw, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		again, err := draw()
		if err != nil || !bytes.Equal(raw, again) {
			t.Error("drawn twice, the pictures differ")
		}
		if len(raw) > 4<<10 {
			t.Errorf("%d bytes are many for so little", len(raw))
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds() != image.Rect(0, 0, size, size) {
			t.Fatalf("%v is not %d by %d", img.Bounds(), size, size)
		}
		return img
	}
	at := func(img image.Image, x, y int) color.NRGBA {
		c, ok := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
		if !ok {
			t.Fatal("no colour")
		}
		return c
	}
	t.Run("in colour", func(t *testing.T) {
		img, white := picture(t, colorIcon, 192), 0
		for y := range 192 {
			for x := range 192 {
				c := at(img, x, y)
				if c.A != 0xff {
					t.Fatalf("%d,%d is see-through", x, y)
				}
				if c != accentColour() && (x < 36 || x >= 156 || y < 36 || y >= 156) {
					t.Fatalf("the mark is at %d,%d, where a client may cut it", x, y)
				}
				if c == (color.NRGBA{0xff, 0xff, 0xff, 0xff}) {
					white++
				}
			}
		}
		if at(img, 82, 129).R != 0xff || at(img, 82, 80) != accentColour() || white < 2000 || white > 5000 {
			t.Errorf("this is not our mark: %d white pixels", white)
		}
	})
	t.Run("as an outline", func(t *testing.T) {
		img, solid, edge := picture(t, outlineIcon, 32), 0, 0
		for y := range 32 {
			for x := range 32 {
				c := at(img, x, y)
				if c.A > 0 && (c.R != 0xff || c.G != 0xff || c.B != 0xff) {
					t.Fatalf("%d,%d is not white: %v", x, y, c)
				}
				switch c.A {
				case 0:
				case 0xff:
					solid++
				default:
					edge++
				}
			}
		}
		for _, p := range []image.Point{{0, 0}, {31, 0}, {0, 31}, {31, 31}, {6, 6}} {
			if at(img, p.X, p.Y).A != 0 {
				t.Errorf("%v is not see-through", p)
			}
		}
		for _, p := range []image.Point{{16, 0}, {0, 16}, {31, 16}, {16, 31}, {14, 20}} {
			if at(img, p.X, p.Y).A != 0xff {
				t.Errorf("%v is not white", p)
			}
		}
		if solid < 300 || edge < 40 {
			t.Errorf("this is not our mark: %d white pixels, %d at its edges", solid, edge)
		}
	})
}
