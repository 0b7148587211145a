// Package catalog knows the controls and clauses of ISO/IEC 27001:2022 and ISO/IEC 42001:2023: their ids, and what each is
// about in a few words of our own. The standards' text is not here; who needs it buys the standard.
//
// It must not know what a company has done about a control: that is evidence, and stands in the record.
//
// # Why
//
// Ids alone tell a reader nothing, and those of both standards overlap ("A.5.2", "8.2"): each id has its standard in front,
// and lists are in the natural order, A.5.9 before A.5.10.
package catalog
