package teams

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// The sizes Teams takes icons in, in pixels.
const (
	colorIconSize   = 192
	outlineIconSize = 32
)

// accentColour is the accent colour of the portal.
func accentColour() color.NRGBA { return color.NRGBA{R: 0x1a, G: 0x5a, B: 0x86, A: 0xff} }

// colorIcon draws our mark in white on the accent colour, up to the edges: Teams rounds the corners itself. All of the mark
// is within the middle 120 pixels, which no client cuts.
func colorIcon() ([]byte, error) {
	mark := iconTick{at: [3]iconPoint{{50, 97}, {82, 129}, {142, 63}}, width: 20}
	return drawIcon(colorIconSize, accentColour(), mark.covers)
}

// outlineIcon draws our mark, the tick in its rounded square, in white on nothing.
func outlineIcon() ([]byte, error) {
	mark := iconTick{at: [3]iconPoint{{9, 16}, {14, 21}, {23, 11}}, width: 3}
	edge := iconFrame{size: outlineIconSize, corner: 8, width: 3}
	return drawIcon(outlineIconSize, color.NRGBA{}, func(p iconPoint) bool { return mark.covers(p) || edge.covers(p) })
}

// iconGrain is how many samples a pixel has in each direction. Everything is counted in whole samples, so that every machine
// draws the same picture: fractions are rounded in more ways than one.
const iconGrain = 8

// drawIcon paints, on the ground, white where the shape covers a point.
func drawIcon(size int, ground color.NRGBA, covers func(iconPoint) bool) ([]byte, error) {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			hit := 0
			for i := range iconGrain * iconGrain {
				if covers(iconPoint{x*iconGrain + i%iconGrain, y*iconGrain + i/iconGrain}) {
					hit++
				}
			}
			img.SetNRGBA(x, y, whitened(ground, hit))
		}
	}
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img)
	return out.Bytes(), err
}

// whitened lays white over a colour, as much of it as the hits of all samples of a pixel.
func whitened(c color.NRGBA, hit int) color.NRGBA {
	if c.A == 0 {
		return color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: whiter(0, hit)}
	}
	return color.NRGBA{R: whiter(c.R, hit), G: whiter(c.G, hit), B: whiter(c.B, hit), A: c.A}
}

// whiter goes a part of the way from a value to 255: as many samples as were hit of all that a pixel has.
func whiter(from uint8, hit int) uint8 {
	return from + uint8((255-int(from))*hit/(iconGrain*iconGrain)) //nolint:gosec // at most 255-from
}

// iconPoint is a place in a picture: in pixels where a shape is told, in samples where one is asked for.
type iconPoint struct{ x, y int }

func (p iconPoint) minus(q iconPoint) iconPoint { return iconPoint{p.x - q.x, p.y - q.y} }
func (p iconPoint) dot(q iconPoint) int         { return p.x*q.x + p.y*q.y }

// iconTick is a tick: two strokes with round ends.
type iconTick struct {
	at    [3]iconPoint
	width int
}

func (t iconTick) covers(p iconPoint) bool {
	return t.stroke(p, t.at[0], t.at[1]) || t.stroke(p, t.at[1], t.at[2])
}

// stroke says whether a sample is within half the width of the line from a to b. Twice the distance is compared with the
// width, for the half of a width may be no whole number.
func (t iconTick) stroke(p, a, b iconPoint) bool {
	from, to := iconPoint{a.x * iconGrain, a.y * iconGrain}, iconPoint{b.x * iconGrain, b.y * iconGrain}
	line, way := to.minus(from), p.minus(from)
	width := t.width * iconGrain
	along := way.dot(line)
	switch length := line.dot(line); {
	case along <= 0:
		return 4*way.dot(way) <= width*width
	case along >= length:
		way = p.minus(to)
		return 4*way.dot(way) <= width*width
	default:
		across := way.x*line.y - way.y*line.x
		return 4*across*across <= width*width*length
	}
}

// iconFrame is the edge of a square with round corners, as large as the picture.
type iconFrame struct{ size, corner, width int }

func (f iconFrame) covers(p iconPoint) bool {
	return f.within(p, 0) && !f.within(p, f.width)
}

// within says whether a sample is in the square that is smaller by so much on every side.
func (f iconFrame) within(p iconPoint, by int) bool {
	low, high := f.corner*iconGrain, (f.size-f.corner)*iconGrain-1
	off := iconPoint{beyond(p.x, low, high), beyond(p.y, low, high)}
	reach := (f.corner - by) * iconGrain
	return off.dot(off) <= reach*reach
}

// beyond is how far a value is outside of a span.
func beyond(v, low, high int) int { return max(low-v, v-high, 0) }
