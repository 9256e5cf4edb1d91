// Package policy holds the law as dated rows in CSV files, reads and writes them, and makes a [credit.Policy] of them.
//
// One file a table: rules (periods of publicity, conditions of repair), classes (which records a rule takes), settings
// (what the law leaves open), thresholds (small, large and huge fines by sector), leniency (first and minor offences,
// new sectors, records that may be repaired), retention, suspensions (reorganisation), lists (kinds of list, vetoes),
// clocks (limits in working days), reasons (texts), words (what sources write), items (what is
// shared for financing, and how), supervision and downgrades (inspections by grade) and benchmarks (averages). FORMAT.md describes the columns,
// COVERAGE.md says which line of the law each row stands for, and which lines have none; CASES.md which case asks about
// which row (package cases).
//
// [Lines], [Diff] and [DiffDays] read policies row by row, [Replace] puts one edited file in place.
//
// Every row names the text that it rests on and how far that text was read (verified: yes, partial, no). No row quotes
// a statute. Code holds no period and no threshold: a change of law is a new row.
//
// [Parse] refuses a set of files in which a row is malformed, overlaps another, leaves a gap or cites nothing, and names
// file, row and field. The canonical bytes of the set ([credit.Policy.Canonical]) have a digest, and a score is
// replayed under the bytes stored with it.
package policy
