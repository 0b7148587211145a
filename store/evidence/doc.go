// Package evidence writes what an auditor asks to see: a bundle of tables and texts made of the record up to a checkpoint,
// that verifies with no database and no network. What makes it provable is in package ledger, which also checks it.
//
// It knows no database: it asks a [Log] for entries. It decides nothing and asks nobody what time it is.
//
// # What is in the bundle
//
// Beside the files that package ledger names:
//
//	README.html                                what it is, how to check it, what it proves and what not, a summary to print
//	index.csv                                  by control: what in the bundle is evidence for it
//	population.{csv,jsonl,xlsx}                every request of the scope, one a row
//	ai_decisions.{csv,jsonl,xlsx}              every vote, ruling and advice, and emergency approvals
//	exceptions.{csv,jsonl,xlsx}                what an auditor looks at first: refused attempts, other tiers, objections, late stages
//	ai_register.{csv,jsonl,xlsx}               every system of these requests; of a bundle of everything what was only seen, too
//	ai_conditions.{csv,jsonl,xlsx}             the conditions of their approvals, with proof and who verified it
//	ai_risks.{csv,jsonl,xlsx}                  the risk lines of assessments, with what is done, what is left and who accepted that
//	absences.{csv,jsonl,xlsx}                  who was away and who stood in for them: each entry of it
//	vendor_facts.{csv,jsonl,xlsx}              what was kept of vendors, with proofs: each entry of it
//	sample.csv                                 the requests of an auditor's sample, where one was asked for
//	requests.jsonl                             every request with its entries and texts, one a line
//	policies.csv, policies/HASH/FILE           which policy was in force when, and the text of each
//	oscal/assessment-results.json              the same as observations in OSCAL 1.1.2
//
// Each table of requests is made by a [section]; a new one is a value more in the list of sections.
//
// Reading runs ahead of writing, and the sections write side by side, each its own files (golang.org/x/sync/errgroup waits for
// them and keeps the first error): most of the time is spent on compressing.
//
// # Why
//
// All of it is made of entries, the texts they commit to, and policies by their hash, never of rows that change. So the same
// program, checkpoint and erasures give the same bytes, and what the tables say can be held against the record line by line:
// each row names its leaf. Who exported and when is no part of it; that is an entry of the record itself.
//
// People stand in it by their ids, as in the record: names change and can be erased. An auditor has the list of people from
// the company anyway, to see whether the population is whole.
//
// Cells of CSV files that a spreadsheet would take for formulas begin with an apostrophe. The files that end in .jsonl hold the
// same rows with every text as it is, and XLSX files hold texts as texts.
package evidence
