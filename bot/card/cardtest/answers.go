package cardtest

import (
	"maps"

	"steward/workflows/policy"
)

// text, many and number make answers.
func text(s string) policy.Answer    { return policy.Answer{Text: s} }
func many(s ...string) policy.Answer { return policy.Answer{List: s} }
func number(n int64) policy.Answer   { return policy.Answer{Number: n} }
func with(a, b policy.Answers) policy.Answers {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// MeetingNotes are answers of medium tier: privacy advises, AI governance decides last.
func MeetingNotes() policy.Answers {
	return policy.Answers{
		"tool": text("Otter.ai for meeting notes"), "vendor": text("Otter.ai, Inc."), "plan": text("business_contract"),
		"purpose": text("Minutes of customer calls, read by the account team before they answer the customer."),
		"status":  text("planned"), "owner": text("ana"), "users": text("my_team"), "our_role": text("use_as_is"),
		"affected": many("employees"), "exposure": many("internal_draft"), "data": many("internal", "personal"),
		"practices": many("none"), "areas": many("none"), "autonomy": text("drafts"), "system_access": many("nothing"),
		"data_location": text("eu_eea"), "vendor_assurances": many("dpa", "security_report"), "concerns": many("inaccurate"),
	}
}

// PublicText are answers of low tier: the manager decides alone, and no condition is suggested.
func PublicText() policy.Answers {
	return policy.Answers{
		"tool": text("DeepL for public texts"), "vendor": text("DeepL SE"), "plan": text("business_contract"),
		"purpose": text("Translate texts that are on our website already, before a colleague reads them."),
		"status":  text("planned"), "owner": text("ana"), "users": text("only_me"), "our_role": text("use_as_is"),
		"affected": many("requester_only"), "exposure": many("internal_draft"), "data": many("public"),
		"practices": many("none"), "areas": many("none"), "autonomy": text("drafts"), "system_access": many("nothing"),
	}
}

// Ranking are answers of high tier: an impact assessment has to be linked, four stages decide.
func Ranking() policy.Answers {
	return with(MeetingNotes(), policy.Answers{
		"tool": text("RankHire CV ranking"), "vendor": text("RankHire GmbH"), "affected": many("applicants"),
		"purpose":  text("Ranks applications for sales roles so that the recruiter reads the best ones first."),
		"exposure": many("profiles_people"), "data": many("personal"), "areas": many("employment"), "autonomy": text("recommends"),
		"vendor_assurances": many("no_training", "dpa", "security_report"), "concerns": many("bias", "unexplainable"),
	})
}

// MoodTracking are answers under legal hold.
func MoodTracking() policy.Answers {
	return with(Ranking(), policy.Answers{
		"tool": text("CallMood"), "vendor": text("CallMood Ltd"), "affected": many("employees"),
		"purpose": text("Reads the mood of call agents from their voice and shows it to the team lead."),
		"data":    many("personal", "special_category"), "practices": many("emotion_work_school"), "areas": many("biometrics", "employment"),
		"data_location": text("other"), "vendor_assurances": many(), "concerns": many("bias"),
	})
}

// Unsure are answers of somebody who does not know whether a practice is banned: legal classifies first.
func Unsure() policy.Answers {
	return with(MeetingNotes(), policy.Answers{
		"tool": text("Segmenta"), "affected": many("customers"), "data": many("internal"), "practices": many("unsure"),
		"vendor_assurances": many("no_training", "security_report"), "concerns": many("nothing_seen"),
	})
}

// Printer are answers of a policy exception.
func Printer() policy.Answers {
	return policy.Answers{
		"policy": text("devices"), "exception": text("The label printer in the warehouse keeps its old firmware against the patch rule."),
		"why":     text("The vendor has no newer firmware; a new printer comes in January."),
		"systems": text("Label printer W-3"), "until": text("2026-01-05"), "owner": text("arjun"), "risk": many("nothing_seen"),
		"measure": text("It stands in a network of its own and prints from one computer only."),
	}
}

// Impact are answers of an impact assessment with two risk lines.
func Impact() policy.Answers {
	return policy.Answers{
		"purpose":          text("Ranks applications so that the recruiter reads the best ones first."),
		"people":           text("About 400 applicants a year; those without a usual career can defend themselves least."),
		"harm_individuals": many("money_work", "unfair"), "harm_society": many("groups"),
		"misuse":    text("Somebody could rank staff with it; if it is down, applications are read by hand."),
		"oversight": text("The recruiter reads ten unranked applications a week. Applicants get an answer from a person."),
		"consulted": many("workers", "privacy", "legal"), "result": text("go_with_measures"),
		policy.LinesKey: {Lines: []policy.Line{
			Line("Older applicants are ranked lower", "applicants", 4, 4, "Rank checked by age group each month", 2, 3),
			Line("A good application is read too late", "applicants", 3, 3, "Ten unranked applications are read each week", 2, 2),
		}},
	}
}

// Line makes a risk line that is reduced by a measure.
func Line(cause, affected string, likely, bad int64, measure string, likelyThen, badThen int64) policy.Line {
	return policy.Line{
		"cause": text(cause), "affected": text(affected), "likelihood": number(likely), "consequence": number(bad),
		"treatment": text("reduce"), "measure": text(measure), "control_refs": many("42001:A.6.2.6"),
		"residual_likelihood": number(likelyThen), "residual_consequence": number(badThen),
	}
}
