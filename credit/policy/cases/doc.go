// Package cases holds the cases of law: text files that a lawyer can read and change, each a record, what later records
// say of it, and the standing that the policy gives it on some days, with the deciding row, its citation and how far that
// was verified. They are the tests of package policy, and they come with the program, so that a changed policy can be
// held against them.
//
// [Coverage] says of every row of a policy which case asks about it while it is in force, on the day before its first, on
// its first, on its last and on the day after: it moves the row's dates by one day and finds the case that answers
// otherwise. CASES.md in package policy is that table.
package cases
