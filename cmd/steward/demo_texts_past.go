package main

import "steward/workflows/policy"

// What the people of the demo asked for in the weeks before.

func spelling() aiUse {
	return aiUse{
		tool: "Grammarly Business", vendor: "Grammarly Inc.", plan: "business_contract", status: "planned", owner: liam, users: "my_team",
		purpose: "Spelling and style of our internal guides. The author reads every change before it is kept.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"public", "internal"},
		autonomy: "drafts", location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"},
	}
}

func hiring() aiUse {
	return aiUse{
		tool: "HireSort", vendor: "HireSort Ltd.", plan: "business_contract", status: "planned", owner: fatima, users: "my_team",
		purpose: "Ranks applications for a job so that recruiters read the best ones first. Recruiters decide whom to invite.",
		role:    "use_as_is", affected: []string{"applicants"}, exposure: []string{"profiles_people"}, data: []string{"personal"},
		areas: []string{"employment"}, autonomy: "recommends", location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"bias", "unexplainable"},
	}
}

func transcripts() aiUse {
	return aiUse{
		tool: "Whisper on our own server", vendor: "Our own company", plan: "own", status: "trial", owner: arjun, users: "department",
		purpose: "Turns recordings of engineering meetings into text. The team keeps the text with the minutes; the recording is deleted the same day.",
		role:    "use_as_is", affected: []string{"employees"}, exposure: []string{"internal_draft"}, data: []string{"internal", "personal"},
		autonomy: "drafts", access: []string{"records_talk"}, location: "own", concerns: []string{"inaccurate"},
	}
}

func companyFacts() aiUse {
	return aiUse{
		tool: "Gemini", vendor: "Google", plan: "business_contract", status: "planned", owner: jack, users: "only_me",
		purpose: "Looks up published figures of companies in our region. I check each figure at its source before I use it.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"public"},
		autonomy: "drafts",
	}
}

func banners() aiUse {
	return aiUse{
		tool: "Canva", vendor: "Canva Pty Ltd", plan: "business_contract", status: "planned", owner: larissa, users: "my_team",
		purpose: "Backgrounds for banners at fairs. No people, no products, no brands of others in the pictures.",
		role:    "use_as_is", affected: []string{"public"}, exposure: []string{"synthetic_media"}, data: []string{"public"},
		autonomy: "drafts", assurances: []string{"ip_terms", "security_report"}, concerns: []string{"compliance"},
	}
}

func spending() aiUse {
	return aiUse{
		tool: "SpendSense", vendor: "Lexbench GmbH", plan: "business_contract", status: "planned", owner: priya, users: "my_team",
		purpose: "Sorts our suppliers' invoices into groups of spending. Purchasing checks the groups once a month before they are reported.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"internal", "confidential"},
		autonomy: "recommends", access: []string{"reads_workspace"}, location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate", "breach"},
	}
}

func crashes() aiUse {
	return aiUse{
		tool: "Sentry Seer", vendor: "Functional Software Inc.", plan: "business_contract", status: "trial", owner: sofia, users: "my_team",
		purpose: "Explains crashes from the stack trace and the code around it, and proposes a fix. An engineer writes the change.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"code_or_config"}, data: []string{"source_code"},
		autonomy: "recommends", access: []string{"reads_workspace"}, location: "adequate",
		assurances: []string{"no_training", "security_report", "ip_terms"}, concerns: []string{"vulnerability"},
	}
}

func helpPages() aiUse {
	return aiUse{
		tool: "Help page assistant", vendor: "Anthropic", plan: "business_contract", status: "planned", owner: sofia, users: "department",
		purpose: "Answers questions on our public help pages from their own text, with a link to the page it took the answer from.",
		role:    "build_on_api", affected: []string{"customers"}, exposure: []string{"chats_with_people"}, data: []string{"public"},
		autonomy: "acts_alone", assurances: []string{"security_report"}, concerns: []string{"inaccurate"},
	}
}

func meetings() aiUse {
	return aiUse{
		tool: "Zoom AI Companion", vendor: "Zoom", plan: "business_contract", status: "trial", owner: jonas, users: "my_team",
		purpose: "Summaries of our team's weekly meeting for those who could not be there. Nobody from outside takes part.",
		role:    "use_as_is", affected: []string{"employees"}, exposure: []string{"internal_draft"}, data: []string{"internal", "personal"},
		autonomy: "drafts", access: []string{"records_talk"}, location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate"},
	}
}

func letters() aiUse {
	return aiUse{
		tool: "DeepL Write", vendor: "DeepL SE", plan: "business_contract", status: "planned", owner: ola, users: "only_me",
		purpose: "Plainer wording of audit reports that I have written myself. Findings and names are left out.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"internal"},
		autonomy: "drafts", location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"},
	}
}

func clauses() aiUse {
	return aiUse{
		tool: "Clause finder", vendor: "Lexbench GmbH", plan: "business_contract", status: "planned", owner: nadia, users: "my_team",
		purpose: "Finds clauses like a given one in the contracts we have signed. Legal reads the contract itself before it relies on a hit.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"confidential"},
		autonomy: "drafts", access: []string{"reads_workspace"}, location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"breach"},
	}
}

func logWatch() aiUse {
	return aiUse{
		tool: "Log triage agent on Claude", vendor: "Anthropic", plan: "business_contract", status: "planned", owner: rahul, users: "my_team",
		purpose: "Reads alerts of our servers at night, closes those that are known to be harmless and wakes the person on duty for the rest.",
		role:    "build_on_api", affected: []string{"employees"}, exposure: []string{"code_or_config"}, data: []string{"internal", "confidential"},
		autonomy: "acts_alone", access: []string{"reads_workspace", "writes_systems"}, location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report", "ip_terms"}, concerns: []string{"unintended", "cyberattack"},
	}
}

// logWatchImpact is the impact assessment that goes with it.
func logWatchImpact() policy.Answers {
	line := policy.Line{
		"cause": {Text: "An alert that matters is closed as harmless"}, "affected": {Text: "customers, the person on duty"},
		"likelihood": {Number: 3}, "consequence": {Number: 3}, "treatment": {Text: "reduce"},
		"measure":             {Text: "Closes only what a list names; a person looks at all closed alerts each Monday"},
		"control_refs":        {List: []string{"27001:A.8.16"}},
		"residual_likelihood": {Number: 2}, "residual_consequence": {Number: 3},
	}
	return policy.Answers{
		"purpose":          {Text: "Fewer false alarms at night. On average the person on duty is woken nine times a week, eight times for nothing."},
		"people":           {Text: "The six people on duty, in turn. Customers indirectly, where an outage is seen later than today."},
		"harm_individuals": {List: []string{"nothing_seen"}}, "harm_society": {List: []string{"nothing_seen"}},
		"misuse":    {Text: "Somebody writes text into a log that tells the agent to close an alert. It may close only alerts of the list, whatever it reads."},
		"oversight": {Text: "The person on duty can switch it off with one command. All that it closes is in a list that the team reads each Monday."},
		"consulted": {List: []string{"users", "security"}}, "result": {Text: "go"},
		policy.LinesKey: {Lines: []policy.Line{line}},
	}
}

func callCoach() aiUse {
	return aiUse{
		tool: "Gong", vendor: "Gong.io", plan: "business_contract", status: "planned", owner: ben, users: "department",
		purpose: "Finds the passages of a customer call in which price or contract came up, so that the account manager hears them again.",
		role:    "use_as_is", affected: []string{"employees", "customers"}, exposure: []string{"internal_draft"},
		data: []string{"confidential", "personal"}, autonomy: "drafts", access: []string{"records_talk"},
		location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate", "compliance"},
	}
}

func incidents() aiUse {
	return aiUse{
		tool: "Incident timeline", vendor: "Our own company", plan: "own", status: "planned", owner: liam, users: "my_team",
		purpose: "Puts the times of an incident in order from what the team wrote in its channel. The person who leads the review corrects it.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"internal"},
		autonomy: "drafts", location: "own",
	}
}

func voices() aiUse {
	return aiUse{
		tool: "CloneCall", vendor: "not known", plan: "free_or_private_account", status: "planned", owner: jack, users: "only_me",
		purpose: "First calls to companies in a copied voice of mine, so that I can make more of them in a day.",
		role:    "use_as_is", affected: []string{"customers"}, exposure: []string{"deepfake_or_news"}, data: []string{"personal"},
		autonomy: "acts_alone", location: "unknown", concerns: []string{"compliance"},
	}
}

func speeches() aiUse {
	return aiUse{
		tool: "ChatGPT Enterprise", vendor: "OpenAI", plan: "business_contract", status: "planned", owner: grace, users: "only_me",
		purpose: "First drafts of talks for our staff meetings. I write the final text.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"public", "internal"},
		autonomy: "drafts", location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"},
	}
}

func survey() aiUse {
	return aiUse{
		tool: "Survey themes on Claude", vendor: "Anthropic", plan: "business_contract", status: "planned", owner: fatima, users: "my_team",
		purpose: "Groups the free comments of our yearly staff survey by theme. Comments come without names; groups under ten people are left out.",
		role:    "build_on_api", affected: []string{"employees"}, exposure: []string{"internal_draft"}, data: []string{"internal", "personal"},
		autonomy: "drafts", location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"breach", "unintended"},
	}
}
