package portal

const (
	noteEvidence = "You get a ZIP with tables and the record itself, signed. README.html in it says how an auditor checks it without Steward. " +
		"Leave all fields but the last empty for everything. That you exported it, and why, stands in the record."
	helpEvidenceDay     = "In UTC. Empty for no bound."
	helpEvidenceControl = "As in 42001:A.10.3 or 27001:9.2.1. Empty for all."
	helpEvidenceRequest = "As in AIR-42. Empty for all."
	helpEvidenceSample  = "How many requests are drawn at random and listed beside. Empty for none."
	helpEvidenceSeed    = "Any word or number that the auditor chooses: the same one draws the same requests."
	helpEvidenceReason  = "For instance: certification audit, stage 2. It stays in the record."
)
