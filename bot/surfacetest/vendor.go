package surfacetest

import "steward/bot/view"

// vendorVerbs are the steps about what is kept of vendors. R is that by its name in the story.
func vendorVerbs() []*verb {
	return []*verb{
		newVerb("WHO keeps facts of a vendor as R", keepsFacts),
		newVerb("WHO changes facts of R", simply(view.VerbVendorChange)),
	}
}

// keepsFacts begins to keep facts of a vendor, from the list of what is kept.
func keepsFacts(s *stage, st step) error {
	screen, err := s.say(st.args[0], view.WordVendor)
	if err != nil {
		return err
	}
	if screen, err = s.press(screen, view.VerbVendor); err != nil {
		return err
	}
	return s.sent(screen, st, st.args[1])
}
