// Package synth generates a province: firms and individual businesses that never existed, their public credit records
// over some years, their loans, and the probability with which each loan was drawn to fail.
//
// It is for demonstrations, load tests and tests of correctness: whether the fold reads no future, whether a model finds
// factors that are known to be there, whether a pipeline loses a row. It cannot show how well any model predicts real
// defaults: the odds are written down in rates.yaml and the models are asked to find them again. Everything it writes is
// marked as generated: source names begin with "synth:", names and most document numbers say 合成, files say so in their metadata.
//
// Each subject is made from the seed and its index alone, so a shard, another order or another machine gives the same
// subjects, a province of 20,000 is the first part of a province of 1,000,000, and memory does not grow with the
// number. Generate goes in ascending order of subject codes, each subject's records in (known date, id) order: the
// order in which datasets wants them. Randomness is counter based (splitmix64), a stream for each part of a subject, and
// all arithmetic uses package exact, so the bytes are the same on every machine.
//
// Every kind of package credit is reported. Most blocks carry no risk of their own (report_blocks.go, report_years.go):
// they are there for readers, rules of quality and load, and so that a model has the chance to be taken in.
//
// With the odds and shares of the domain page the true probability separates outcomes with an AUC of about 0.755, and
// what can be seen of it in the records (Observation.Visible) with about 0.67: no model on the records can do better.
//
// A subject is first lived (world: what truly happened, by event date), then reported (records: with publication lags,
// outages, copies, errors, corrections, lost repairs). Loans rest on the world, records on the reports; what lies
// between is what a lender cannot see.
package synth
