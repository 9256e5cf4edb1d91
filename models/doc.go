// Package models holds what every fitted model shares: the table it is fitted on, the scale of its points, and the
// artifact that is kept of it. It deals in numbers only and knows nothing of firms.
//
// Nouns:
//
//   - A [Frame] is a table (rows × columns) of float64 with NaN for missing, a 0/1 target and weights. A category
//     column holds indices into its sorted levels.
//   - A [Model] gives the log odds of the bad outcome for one row, and what each column contributed to them.
//   - A [Scale] turns log odds into points and back.
//   - An [Artifact] is a fitted model in canonical bytes, described in ARTIFACT.md. The digest of the bytes is the
//     model's version.
//
// Invariants: the same frame and recipe give the same bytes, whatever the number of threads, the order of rows or the
// processor; a decoded artifact is checked whole, so that a model made from it cannot fail on any row of the right
// width.
//
// The sub-packages fit and judge: bin (binning of columns), card (scorecard), eval (measures and report).
package models
