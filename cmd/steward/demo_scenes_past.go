package main

import (
	"time"

	"steward/workflows/approval"
	"steward/workflows/policy"
)

const (
	flowImpact    = "ai-impact"
	flowException = "policy-exception"
)

// pastScenes have ended weeks ago. They fill the register and the record with what an ordinary quarter brings.
func pastScenes(now time.Time) []scene {
	return append(firstScenes(now), laterScenes()...)
}

// firstScenes are the first six weeks.
func firstScenes(now time.Time) []scene {
	return []scene{
		{asker: liam, flow: flowAIUse, start: ago(89, 3), answers: spelling().answers(), acts: []act{approve(ago(88, 4), mei)}},
		{asker: fatima, flow: flowAIUse, start: ago(85, 2), answers: hiring().answers(), acts: []act{
			approve(ago(84, 1), grace),
			advise(ago(82, 5), dan, true, "Applicants are not told that a program ranks them, and nobody can say why one of them came last."),
			reject(ago(80, 4), nadia, "Ranking applicants is a high-risk area of the AI Act. The vendor shows neither a fairness test nor technical documentation."),
		}},
		{asker: arjun, flow: flowAIUse, start: ago(81, 6), answers: transcripts().answers(), acts: []act{
			approve(ago(80, 6), mei), approve(ago(78, 7), yuki),
			advise(ago(78, 2), dan, false, "Fine while the recording is deleted the same day."),
			approve(ago(77, 3), cleo, "recording_notice"),
			prove(ago(75, 4), arjun, "recording_notice", "The invitation to each interview says so, and the first question is whether that is all right."),
			verify(ago(74, 3), cleo, "recording_notice"),
		}},
		{asker: jack, flow: flowAIUse, start: ago(77, 5), answers: companyFacts().answers(), acts: []act{approve(ago(76, 5), ben)}},
		{asker: larissa, flow: flowAIUse, start: ago(74, 4), answers: banners().answers(), acts: []act{
			approve(ago(73, 3), ben), approve(ago(71, 6), cleo),
		}},
		{asker: rahul, flow: flowException, start: ago(70, 3), answers: oldPrinter(now), acts: []act{
			approve(ago(69, 5), grace), approve(ago(67, 4), yuki),
		}},
		{asker: priya, flow: flowAIUse, start: ago(67, 4), answers: spending().answers(), acts: []act{
			approve(ago(66, 2), grace), approve(ago(64, 5), rahul, "least_privilege"), approve(ago(63, 4), tomas, "data_limit"),
			prove(ago(60, 4), priya, "least_privilege", "Its own account reads three views and nothing else; see the access list of Finance."),
			prove(ago(60, 3), priya, "data_limit", "Names of suppliers' staff are masked in the views."),
			verify(ago(58, 5), yuki, "least_privilege"), verify(ago(57, 5), mei, "data_limit"),
		}},
		{asker: sofia, flow: flowAIUse, start: ago(63, 6), answers: crashes().answers(), acts: []act{
			approve(ago(62, 7), mei), approve(ago(60, 6), yuki, "code_review"), approve(ago(59, 5), cleo),
			prove(ago(56, 4), sofia, "code_review", "Suggested fixes are merge requests like any other; two people look at each."),
			verify(ago(55, 5), rahul, "code_review"),
		}},
		{asker: mei, flow: flowAIUse, start: ago(60, 5), answers: helpPages().answers(), acts: []act{
			approve(ago(59, 4), marek), accept(ago(58, 6), sofia), approve(ago(57, 2), cleo),
			prove(ago(54, 4), sofia, "notice_to_people", "A line below each answer says that a program wrote it."),
			sendBack(ago(53, 5), cleo, "notice_to_people", "It has to be said before the first question, not after the answer."),
			prove(ago(50, 5), sofia, "notice_to_people", "The page now says it above the box in which people type."),
			verify(ago(49, 4), cleo, "notice_to_people"),
			report(ago(2, 5), sofia, "model_version_change_major", "The vendor replaces the model next month. We have seen it answer at more length, and more boldly."),
		}},
		{asker: jonas, flow: flowAIUse, start: ago(56, 6), answers: meetings().answers(), acts: []act{
			ask(ago(55, 5), fatima, "Can somebody who does not want to be recorded stay in the meeting?"),
			answerLast(ago(53, 6), jonas, "Yes. The host starts it only when everybody has agreed; it says so in the invitation."),
			approve(ago(52, 5), fatima), approve(ago(51, 7), yuki),
			advise(ago(51, 4), dan, false, "No objection, as nobody from outside takes part."),
			approve(ago(50, 3), tomas, "recording_notice"),
			prove(ago(47, 4), jonas, "recording_notice", "The invitation says it, and the host asks before it starts."),
			verify(ago(46, 6), tomas, "recording_notice"),
		}},
	}
}

// laterScenes are the weeks after, up to three weeks ago.
func laterScenes() []scene {
	return []scene{
		{asker: ola, flow: flowAIUse, start: ago(52, 3), answers: letters().answers(), acts: []act{approve(ago(50, 6), grace)}},
		{asker: nadia, flow: flowAIUse, start: ago(47, 5), answers: clauses().answers(), acts: []act{
			approve(ago(46, 4), grace), approve(ago(45, 6), yuki), approve(ago(43, 4), cleo, "least_privilege", "data_limit"),
			prove(ago(38, 4), nadia, "least_privilege", "It has an account of its own that opens the folder of draft contracts only."),
			verify(ago(37, 3), yuki, "least_privilege"),
			prove(ago(1, 6), nadia, "data_limit", "Contracts with personal annexes go into another folder; the vendor sees only the first."),
		}},
		{key: logWatchKey, asker: rahul, flow: flowAIUse, start: ago(46, 2), answers: logWatch().answers(), acts: []act{
			approve(ago(45, 3), grace), approve(ago(43, 6), yuki, "least_privilege", "off_switch"),
			advise(ago(42, 5), dan, false, "Alerts name no persons but those on duty."),
			approve(ago(41, 4), piotr),
			approve(ago(36, 4), cleo),
			prove(ago(33, 5), rahul, "least_privilege", "It reads the log store and opens tickets; it cannot change anything else."),
			prove(ago(33, 4), rahul, "logging_on", "Its own actions are in the log store for 12 months."),
			prove(ago(33, 3), rahul, "off_switch", "Whoever is on duty can switch its account off; the runbook says how, page 4."),
			prove(ago(32, 6), rahul, "impact_assessment_done", "IMP-1; its three measures are in place."),
			prove(ago(32, 5), rahul, "human_check", "Yuki Tanaka oversees it and reads every ticket before it is acted on."),
			verify(ago(31, 6), yuki, "least_privilege"), verify(ago(31, 5), arjun, "logging_on"), verify(ago(30, 6), cleo, "off_switch"),
			verify(ago(30, 5), cleo, "impact_assessment_done"), verify(ago(30, 4), cleo, "human_check"),
		}},
		{about: logWatchKey, asker: rahul, flow: flowImpact, start: ago(42, 3), answers: logWatchImpact(), acts: []act{
			approve(ago(41, 4), cleo),
		}},
		{asker: ben, flow: flowAIUse, start: ago(40, 3), answers: callCoach().answers(), acts: []act{
			approve(ago(38, 5), marek),
			withdraw(ago(36, 2), ben, "The trial has ended. Too few of our calls are in a language that it understands."),
		}},
		{asker: liam, flow: flowAIUse, start: ago(36, 5), answers: incidents().answers(), acts: []act{approve(ago(34, 6), mei)}},
		{asker: jack, flow: flowAIUse, start: ago(33, 4), answers: voices().answers(), acts: []act{
			reject(ago(32, 3), ben, "We call people with our own voice. A copied one would mislead them, and the terms of the account are not known."),
		}},
		{asker: grace, flow: flowAIUse, start: ago(28, 4), answers: speeches().answers(), acts: []act{approve(ago(27, 4), marek)}},
		{asker: fatima, flow: flowAIUse, start: ago(26, 5), answers: survey().answers(), acts: []act{
			approve(ago(25, 3), grace),
			advise(ago(24, 4), dan, true, "A comment may tell who wrote it even without a name. Read a sample before anything is sent out."),
			{before: ago(22, 5), who: cleo, what: always(approval.Decided{
				Approve: true, Reason: "People reads a sample first and takes out what tells who wrote it. That answers the objection.",
				Conditions: []approval.Choice{{Key: "data_limit"}},
			})},
			prove(ago(19, 4), fatima, "data_limit", "A colleague of People reads each file and takes names out before it goes in."),
			verify(ago(18, 5), mei, "data_limit"),
			suspend(ago(5, 3), tomas, "A summary of the last survey named a colleague. It stays off until People can say how."),
		}},
	}
}

// logWatchKey names the request that an impact assessment is about.
const logWatchKey = "log watch"

// oldPrinter asks for six weeks in which a rule is not kept.
func oldPrinter(now time.Time) policy.Answers {
	return policy.Answers{
		"policy":    {Text: "devices"},
		"exception": {Text: "The label printer in the warehouse keeps running although its maker sends no more updates. Our rule asks for updated devices only."},
		"why":       {Text: "A new one was ordered and arrives in six weeks. Without labels no parcel leaves the house."},
		"systems":   {Text: "Label printer, warehouse"},
		"until":     {Text: now.Add(-ago(28, 0)).Format(time.DateOnly)},
		"owner":     {Text: string(rahul)},
		"risk":      {List: []string{"nothing_seen"}},
		"measure":   {Text: "It hangs in a network of its own that reaches neither the internet nor other devices. Operations looks at that once a week."},
	}
}
