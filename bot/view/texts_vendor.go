package view

// The sentences of what is kept of vendors.
const (
	titleVendors      = "Facts about vendors"
	titleVendorForm   = "Keep facts of a vendor"
	titleVendorChange = "Change"
	titleFacts        = "What is kept"

	buttonVendors      = "Facts about vendors"
	buttonVendorFacts  = "Facts about the vendor\u2026"
	buttonVendor       = "Keep facts of a vendor\u2026"
	buttonVendorChange = "Change\u2026"

	textVendorCounts  = "%s fill in the form of whoever asks for a tool of this vendor with this plan."
	textVendorCount1  = "%s fills in the form of whoever asks for a tool of this vendor with this plan."
	textVendorNone    = "Nothing that counts is kept of this vendor with this plan."
	textVendorAge     = "Please look at it again: it counts until %s."
	textVendorAges    = "Please look at %s again: the first counts until %s."
	textVendorLine    = "%s %s. Kept by %s; seen on %s, counts until %s. Proof: %s"
	textVendorOver    = "%s %s. It counted until %s, and fills in nothing any more. Proof: %s"
	textNothing       = "Nothing"
	textVendorsNone   = "Nothing is kept of any vendor yet. What you keep here fills in the form of whoever asks for a tool of that vendor."
	textVendorsSome   = "%s, by name. What is kept fills in the form of whoever asks for a tool of that vendor."
	textVendorRow     = "%s: %s"
	textVendorRowNone = "nothing that counts"
	textVendorsMore   = "There are more in the portal."
	textVendorIntro   = "Each answer needs a proof and the day on which you have seen it. It counts for %d months from that day. Leave the proof empty to keep nothing."
	textVendorSubmit  = "Save"
	textVendorName    = "Vendor"
	textVendorProof   = "Proof: %s"
	textProofOpenHelp = "A link, or where it stands: contract, annex, report."
	textVendorSeen    = "Seen on: %s"
	textVendorReason  = "Why does it change?"
	textVendorReasonH = "Needed where something that was kept changes or is withdrawn. It stays in the record."
	textVendorDone    = "Saved. %s"
	textVendorAlready = "This was saved before. %s"
	textVendorSame    = "%s keeps that already. Nothing was changed."

	textPrefilled    = "%s Filled in with what %s keeps of this vendor: %s. Seen on %s, proof: %s"
	textPrefillOther = "%s Your answer differs from what %s keeps of this vendor: %s. Seen on %s, proof: %s"
	textBacked       = "%s keeps the same; seen on %s, proof: %s"
	textDiffers      = "%s keeps otherwise: %s; seen on %s, proof: %s"
	textOwnWord      = "the requester's word only"
	labelVendorFacts = "Vendor facts"
	textAllBacked    = "Backed by what is kept, with proof seen on %s"
	textSomeBacked   = "%d of %d backed by what is kept, with proof seen on %s"
	textSomeDiffer   = "Differs from what is kept with proof: %s"
	textNoneBacked   = "Only the word of %s; there is no proof"
)

// TextNoVendor answers for what is kept of a vendor that does not exist or is not for its reader's eyes.
const TextNoVendor = "Nothing is kept under this number, or it is not for your eyes."

// TextNoKeeper answers somebody who asks for what is kept of vendors and does not look after that.
const TextNoKeeper = "Facts about vendors are kept by the people whom the policy names for that. What counts fills in your form when you ask for a tool."
