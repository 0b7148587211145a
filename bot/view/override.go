package view

import (
	"fmt"
	"strconv"

	"steward/bot/card"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// overrideButtons gives the button by which another tier is named, or the way to where that is pressed.
func (c Case) overrideButtons() []card.Button {
	if InPortal(c) {
		return c.elsewhere(buttonInPortal, buttonSignIn)
	}
	style := card.StylePlain
	if len(c.Request.NamedTier()) > 0 {
		style = card.StylePrimary
	}
	return []card.Button{c.form(VerbOverride, "", buttonOverride, style)}
}

// overrideForm asks which tier fits, and why. What others have named stands above.
func (c Case) overrideForm(s Sheet) card.Form {
	out := s.form(c.titled(titleOverride, ""), textSend)
	out.Aside = c.aside()
	out.Intro = append(out.Intro, fmt.Sprintf(textOverrideIntro, mid(c.tierName(c.Request.Screening.Assessment.Tier)), upper(c.as(c.plan().Override...))))
	for _, v := range c.Request.NamedTier() {
		out.Intro = append(out.Intro, short(c.rulingLine(v), card.MaxNote))
	}
	tier := s.text(card.FieldOne, KeyTier, textTierLabel, textOverrideHelp, 0)
	for _, t := range c.Flow.Tiers {
		tier.Options = append(tier.Options, tierOption(t))
	}
	tier.Required = true
	s.fill(&tier, []string{Own(s.Draft, KeyTier).Text})
	reason := s.text(card.FieldLong, KeyReason, textReasonLabel, textOverrideReason, approval.MaxText)
	reason.Required = true
	out.Fields = append(out.Fields, tier, reason)
	return out
}

// tierOption is a tier as something to choose.
func tierOption(t policy.TierInfo) card.Option {
	return card.Option{Value: string(t.Tier), Label: t.Display, Note: short(t.Meaning, card.MaxOptionLabel)}
}

// namedNews says which tier somebody has named, for who named another one or is asked to name one; "" where that is over.
func (c Case) namedNews(part string) string {
	named := c.Request.NamedTier()
	for _, v := range named {
		if c.open() && (part == approval.PartOverride && v.Tier != c.Request.Screening.Assessment.Tier || part == strconv.Itoa(v.ID)) {
			return c.rulingLine(v)
		}
	}
	return ""
}

// namedLines gives what was said about the tier while the request is decided on, and by whom it was named.
func (c Case) namedLines() (out []string) {
	for _, v := range c.Request.NamedTier() {
		out = append(out, c.rulingLine(v))
	}
	if c.Request.Screening.Assessment.Computed == "" {
		return out
	}
	is := c.Request.Screening.Assessment
	for _, v := range RulingsOf(c.Request, register.System{Computed: is.Computed, Tier: is.Tier, Round: c.Request.Round}) {
		out = append(out, c.rulingLine(v))
	}
	return out
}
