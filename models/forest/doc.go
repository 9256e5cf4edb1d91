// Package forest fits a random forest as a challenger: the forest of golearn (github.com/sjwhitworth/golearn) behind our
// frame, with its faults contained. It is no champion: it holds to no directions and says so.
//
// Growing needs a program built with a C compiler (CGO_ENABLED=1), since golearn's ensemble does; [Fit] of any other
// build fails with [ErrNeedsCompiler]. Reading and scoring an artifact is pure Go in every build.
//
// # What of golearn is used, and what is not
//
// golearn grows each tree (its ID3 recursion over its grids) and its ensemble holds them. Around it:
//
//   - Its forest votes: every tree says good or bad, and on tables with few bad rows hardly any row gets a majority. We
//     average the shares of bad rows in the leaves, each drawn towards the rate of all rows.
//   - Ties of its votes, and unknown branches, follow the order of a Go map. Trees are turned into arrays of our own, and
//     every row has a way through them.
//   - Its draws of rows and columns come from a global generator in many goroutines. Rows are drawn here from a seeded
//     generator, in an order that depends on what rows hold; columns by a hash of what the node holds. So the artifact is
//     the same for any order of rows, any number of threads and any run.
//   - Its random tree does not end on numbers, once fewer columns are left than it wants to draw. Our rule of splits takes
//     those that are left. It compares integers, with the Gini index, where golearn's compares logarithms that differ
//     between processors.
//   - It knows no missing values: cell 0 stands for them, below all others. Levels are ordered by their rate of bad rows.
//   - It has neither weights nor a least size of leaves: weights are chances of being drawn, and the rule stops at
//     min_rows.
//   - A column is used once on a path and then dropped; this stands. Memory and time grow fast, so at most max_rows rows are
//     used, evenly spread over what they hold, with a remark in the artifact, and a tree draws at most tree_rows of them.
//
// # Contributions
//
// A split moves the share of bad rows from its node's to its child's; the move is the column's, summed over trees and
// averaged (A. Palczewska et al., 2013). The moves are then stretched to log odds by one factor a row, so that they sum to
// it. They are not Shapley values.
package forest
