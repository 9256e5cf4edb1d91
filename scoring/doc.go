// Package scoring turns a question (this subject, this bank, this purpose, this day) into a [Score]: points, probability,
// grade, reasons with the records behind them, and the provenance from which the same score can be made again.
//
// A [Scorer] does it in one order, and there is no other way to a score: consent, position, history, fold, model,
// reasons, ledger. A question without a consent in force is refused before any record is read. What is given out was
// recorded first, with its consent and its audit entry, in one transaction of the [Ledger].
//
// A [Method] is the set of rules under which a score is made: a model's artifact, the indicators it reads, the policy and
// the source coverage, each named by its digest. [Replay] opens the method that a score names, reads the history up to
// the score's position, and must come to the same bytes, whatever was recorded, enacted or promoted since. What it cannot
// find or run any more it refuses by name, with [ErrUnknownDigest]; nothing is put in its place.
//
// Errors: [credit.ErrConsent] and the named refusals that wrap it; [ErrSubjectUnknown]; [ErrNoChampion];
// [ErrUnknownDigest]; [credit.ErrInvalid] for a question that is none.
package scoring
