// Package quality says how good the records of a source are, and whose a name without a code is.
//
// # Rules
//
// rules.csv is the table of rules: each has the kinds of record that it looks at, a dimension (completeness, validity,
// consistency, timeliness, uniqueness), a severity, a check with its arguments, words in Chinese and English, and its
// citation. A check is one small function by name; RULES.md lists them. Nothing is changed or refused by a rule: a finding is a
// remark about a record that the log holds, for the source to mend. A [Checker] takes one subject's history after the
// other, keeps counts by source, day and rule and a few examples by record id, and so needs memory for neither records
// nor subjects. What is to be compared between subjects (one name, one document number) takes a second pass over the
// candidates of the first: see [Checker.Again].
//
// What a rule needs of the law, working days, divisions, industries, is given by the caller ([Law]): this package may
// import credit alone. Where the law has no answer, a year without a table of working days, the record is counted as
// undetermined for that rule, never as good or bad.
//
// # Names
//
// [Normal] brings a name to the form in which names are compared. A [Register] knows the registered and former names of
// subjects and answers one question, [Register.Code]: whose name is this?
//
//	func (r *Register) Code(name string) (credit.Subject, Evidence, bool)
//
// It says so only where the name, after [Normal], is the name of exactly one subject, now or formerly, and is not one
// that a natural person might bear. Everything else is for people: an [Inquiry] collects candidates with scores for a
// review file, whose decisions are read back ([ReadDecisions]). No name is ever resolved by likeness.
//
// [Codes] reports codes that are dead (closed, with later records), duplicate (two codes with one organisation code or one
// name) and merged (chains of succession); a chain that leads back to itself is refused.
package quality
