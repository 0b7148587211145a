package card

// Cleaned gives a copy of the card with every text cleaned, so that no caller can forget one.
func (c Card) Cleaned() Card {
	c.Kicker, c.Title, c.Foot, c.Gist = Clean(c.Kicker), Clean(c.Title), Clean(c.Foot), Clean(c.Gist)
	if c.Mark != nil {
		c.Mark = &Mark{Text: Clean(c.Mark.Text), Tone: c.Mark.Tone}
	}
	c.Lead = cleaned(c.Lead)
	c.Facts = each(c.Facts, func(f Fact) Fact { return Fact{Label: Clean(f.Label), Value: Clean(f.Value)} })
	c.Track = each(c.Track, func(s Step) Step { return Step{Label: Clean(s.Label), Note: Clean(s.Note), State: s.State} })
	c.Sections = each(c.Sections, func(s Section) Section {
		return Section{Title: Clean(s.Title), Lines: cleaned(s.Lines), Folded: s.Folded, Copied: s.Copied}
	})
	c.Buttons, c.More = each(c.Buttons, Button.cleaned), each(c.More, Button.cleaned)
	if c.Chart != nil {
		chart := c.Chart.cleaned()
		c.Chart = &chart
	}
	return c
}

// Cleaned gives a copy of the form with every text cleaned. Values keep their line breaks: they are what somebody typed.
func (f Form) Cleaned() Form {
	f.Title, f.Step, f.Submit, f.Back, f.Error = Clean(f.Title), Clean(f.Step), Clean(f.Submit), Clean(f.Back), Clean(f.Error)
	f.Intro = cleaned(f.Intro)
	f.Fields = each(f.Fields, Field.cleaned)
	f.Extra = each(f.Extra, Button.cleaned)
	if f.Aside != nil {
		aside := f.Aside.Cleaned()
		f.Aside = &aside
	}
	return f
}

// Cleaned gives a copy of the page with every text cleaned.
func (h Home) Cleaned() Home {
	h.Title = Clean(h.Title)
	h.Groups = each(h.Groups, func(g Group) Group {
		return Group{Title: Clean(g.Title), Cards: each(g.Cards, Card.Cleaned), Empty: Clean(g.Empty)}
	})
	if h.More != nil {
		more := h.More.cleaned()
		h.More = &more
	}
	return h
}

func (f Field) cleaned() Field {
	f.Label, f.Example, f.Shown, f.Error = Clean(f.Label), Clean(f.Example), Clean(f.Shown), Clean(f.Error)
	f.Help = CleanLines(f.Help)
	f.Options = each(f.Options, func(o Option) Option {
		return Option{Value: o.Value, Label: Clean(o.Label), Note: Clean(o.Note), Locked: o.Locked}
	})
	clean := Clean
	if f.Kind == FieldLong {
		clean = CleanLines
	}
	f.Value = each(f.Value, clean)
	return f
}

func (b Button) cleaned() Button {
	b.Label = Clean(b.Label)
	if b.Confirm != nil {
		b.Confirm = &Confirm{
			Title: Clean(b.Confirm.Title), Text: Clean(b.Confirm.Text), Yes: Clean(b.Confirm.Yes), No: Clean(b.Confirm.No),
		}
	}
	return b
}

func (c Chart) cleaned() Chart {
	c.Title, c.Labels = Clean(c.Title), cleaned(c.Labels)
	c.Series = each(c.Series, func(s Series) Series { return Series{Name: Clean(s.Name), Values: s.Values} })
	return c
}

func cleaned(lines []string) []string { return each(lines, Clean) }

// each maps a slice into a new one; nil stays nil.
func each[T, U any](in []T, fn func(T) U) []U {
	if in == nil {
		return nil
	}
	out := make([]U, len(in))
	for i, v := range in {
		out[i] = fn(v)
	}
	return out
}
