// Package policy turns a policy pack (YAML files with CEL conditions) into checked flows and answers what they say: which
// questions are asked ([Flow.Asked]), whether answers are fit to be sent ([Flow.Check]), how they are screened and who
// decides ([Flow.Screen]), and which working hours people have ([Pack.Hours]).
//
// A pack is a folder of YAML files: organisation.yaml (roles, switches, risk words), calendars.yaml (working hours and
// holidays) and one file a flow. [Embedded] is the pack that ships with Steward; [Load] reads another one and reports
// every mistake in it at once, each with file, line, column and a hint.
//
// It must not know who has decided what (package approval), where a pack or a screening is stored, how anything is shown,
// or what time it is: the day of sending is a fact the caller gives. It reads no file but through the fs.FS it is given.
//
// # What the conditions see
//
// Each question K of a flow is a typed variable answers.K; a date question also gives answers.K_days, the whole days from
// the day of sending, 0 when empty. A flow with risk lines has answers.max_score and answers.max_residual; a flow about
// another request also sees the carried answers of that request. A question that was not asked has its zero value, also
// when an earlier draft filled it. Expressions compare option values, never labels, and give a bool.
//
// # How a screening comes about
//
// All rules are evaluated, and every hit is kept. The tier is the highest of the tier by points and every floor: points
// alone never reach legal hold, and never lower a floor. The legal class is a different statement, kept apart: the highest
// class of all hits. Stages, members and conditions follow from the tier and the answers, and are frozen in [Plan].
//
// # Why
//
// The policy is data because the people who answer for it are not programmers: they must be able to read, change and
// defend it, and an auditor must see which text was in force. So a pack is identified by the hash of its bytes and stored
// whole, and a screening keeps all hits and is never evaluated again.
//
// Conditions are CEL with one typed variable a question, not a map of anything: a misspelt question is then found when the
// pack is loaded, not read as "false" on the day it matters. Cost is limited twice: by an estimate at load, which refuses
// what could become too slow, and by a count while running, which is the same on every machine. What still fails to
// evaluate takes the strictest way: the highest tier that people decide, the stage asked, the condition attached.
//
// The YAML is read node by node instead of into structs. It costs some code, and buys what matters here: the place of every
// value, all mistakes at once, and hints in words of the policy instead of words of Go.
//
// # Dependencies
//
// cel-go, because CEL always ends, is typed and has a cost limit, and people may meet it elsewhere; a language of our own
// would be ours to explain. go.yaml.in/yaml/v4, because its nodes keep line and column. golang.org/x/text for NFC alone:
// without it two spellings of one name would be two answers, and the standard library cannot normalise.
package policy
