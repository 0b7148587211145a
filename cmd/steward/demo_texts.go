package main

// What the people of the demo ask for.

func otter() aiUse {
	return aiUse{
		tool: "Otter.ai", vendor: "Otter.ai Inc.", plan: "business_contract", status: "trial", owner: larissa, users: "department",
		purpose: "Minutes of customer calls. The account team reads them to agree on next steps; nobody outside sees them.",
		role:    "use_as_is", affected: []string{"employees", "customers"}, exposure: []string{"internal_draft"},
		data: []string{"internal", "confidential", "personal"}, autonomy: "drafts", access: []string{"records_talk", "reads_workspace"},
		location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate", "breach"},
	}
}

func chatGPT() aiUse {
	return aiUse{
		tool: "ChatGPT Enterprise", vendor: "OpenAI", plan: "business_contract", status: "planned", owner: arjun, users: "all_staff",
		purpose: "Drafting and shortening of internal texts. The author checks every text before anybody else reads it.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"public", "internal"},
		autonomy: "drafts", location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"},
	}
}

func pdfTool() aiUse {
	return aiUse{
		tool: "SummarizeMyPDF", vendor: "not known", plan: "free_or_private_account", status: "already_in_use", owner: jack, users: "my_team",
		purpose: "Short versions of customers' price lists before a call, for me and my two colleagues.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"internal", "confidential"},
		autonomy: "drafts", location: "unknown", concerns: []string{"breach", "compliance"},
	}
}

func translator() aiUse {
	return aiUse{
		tool: "DeepL Pro", vendor: "DeepL SE", plan: "business_contract", status: "planned", owner: ola, users: "only_me",
		purpose: "Translation of external audit reports into English, for my own reading only.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"internal"},
		autonomy: "drafts", location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"},
	}
}

func images() aiUse {
	return aiUse{
		tool: "Midjourney", vendor: "Midjourney Inc.", plan: "business_contract", status: "trial", owner: larissa, users: "my_team",
		purpose: "Pictures for our web site and for slides at fairs. They show no real people.",
		role:    "use_as_is", affected: []string{"public"}, exposure: []string{"synthetic_media"}, data: []string{"public"},
		autonomy: "drafts", assurances: []string{"ip_terms", "security_report"}, concerns: []string{"compliance"},
	}
}

func chatbot() aiUse {
	return aiUse{
		tool: "Support assistant on Claude", vendor: "Anthropic", plan: "business_contract", status: "planned", owner: mei, users: "department",
		purpose: "Answers customers' questions about our product at night, from manuals and closed tickets. It hands over to a person when it is not sure.",
		role:    "build_on_api", affected: []string{"customers"}, exposure: []string{"chats_with_people"}, data: []string{"personal", "confidential"},
		autonomy: "acts_alone", access: []string{"reads_workspace"}, location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate", "breach"},
	}
}

func contracts() aiUse {
	return aiUse{
		tool: "Contract compare", vendor: "Lexbench GmbH", plan: "business_contract", status: "planned", owner: arjun, users: "my_team",
		purpose: "Shows what differs between two versions of a supplier's contract. Purchasing and legal read the result.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"confidential", "personal"},
		autonomy: "recommends", location: "eu_eea", assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate", "breach"},
	}
}

func coding() aiUse {
	return aiUse{
		tool: "GitHub Copilot Business", vendor: "GitHub", plan: "business_contract", status: "trial", owner: sofia, users: "department",
		purpose: "Completes code in the editor and proposes tests. Every change goes through the usual review.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"code_or_config"}, data: []string{"source_code"},
		autonomy: "recommends", access: []string{"reads_workspace"}, location: "adequate",
		assurances: []string{"no_training", "security_report", "ip_terms"}, concerns: []string{"vulnerability", "inaccurate"},
	}
}

func proposals() aiUse {
	return aiUse{
		tool: "Jasper", vendor: "Jasper AI", plan: "business_contract", status: "planned", owner: ana, users: "my_team",
		purpose: "Drafts of proposals from our published product texts. The account manager rewrites each one before it is sent.",
		role:    "use_as_is", affected: []string{"customers"}, exposure: []string{"internal_draft"}, data: []string{"public", "internal"},
		autonomy: "drafts", location: "other", assurances: []string{"no_training"}, concerns: []string{"inaccurate"},
	}
}

func moods() aiUse {
	return aiUse{
		tool: "VoiceMood", vendor: "Affectiva Labs", plan: "business_contract", status: "planned", owner: fatima, users: "department",
		purpose: "Tells team leads how stressed call agents sound, so that breaks can be planned better.",
		role:    "use_as_is", affected: []string{"employees"}, exposure: []string{"profiles_people"}, data: []string{"personal", "special_category"},
		practices: []string{"emotion_work_school"}, areas: []string{"biometrics", "employment"}, autonomy: "recommends",
		location: "other", concerns: []string{"bias"},
	}
}

func tickets() aiUse {
	return aiUse{
		tool: "Notion AI", vendor: "Notion Labs", plan: "business_contract", status: "trial", owner: liam, users: "my_team",
		purpose: "Weekly summary of incident tickets for the engineering meeting. I read it before I present it.",
		role:    "use_as_is", affected: []string{"customers"}, exposure: []string{"internal_draft"}, data: []string{"internal", "personal"},
		autonomy: "drafts", access: []string{"reads_workspace"}, location: "eu_eea",
		assurances: []string{"no_training", "dpa", "security_report"}, concerns: []string{"inaccurate"},
	}
}

func callPrep() aiUse {
	return aiUse{
		tool: "Perplexity", vendor: "Perplexity AI", plan: "business_contract", status: "planned", owner: jack, users: "my_team",
		purpose: "Looks up public facts about a company before a first call. Nothing about our customers is typed in.",
		role:    "use_as_is", affected: []string{"requester_only"}, exposure: []string{"internal_draft"}, data: []string{"public"},
		autonomy: "drafts",
	}
}
