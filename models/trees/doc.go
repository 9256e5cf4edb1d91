// Package trees fits histogram gradient boosting: sums of small decision trees for the log odds of the bad outcome.
//
// Nouns:
//
//   - [Bins] is a frame with every value put into one of at most 256 cells: cell 0 is missing, a number has cells of about
//     equal numbers of rows, a category one cell for each common level and one for rare and unseen ones.
//   - A [Recipe] holds every choice of a fit; [Fit] makes a [Model] and its artifact.
//   - A bag is the trees of one fold left out: it stops by that fold. The model is the mean of its bags.
//   - [Model.Prove] checks every pair of leaves of every tree for the declared directions.
//   - [Expand] turns durations into person-periods, [Hazard] reads a model of them as a term structure.
//
// # Numbers
//
// Gradients (15 bits) and hessians (16 bits) of the log loss are integers on a fixed grid, and so are leaf values and log
// odds (2^-30). The statistics of a cell are sums of integers: they add up over tables, threads and orders of rows without
// a trace. Gradients below 2^-16 cannot be told apart, so that probabilities are as fine as 1.5e-5. Draws of rows and folds go by a hash of what a row holds, with a running number among rows that are alike, and
// never by its place. So the artifact has the same bytes for any number of threads, order of rows and processor. The
// order of columns does count: of equal splits the earlier column's is taken.
//
// # Missing and unseen
//
// Each split learns the side of missing values; where the leaf has none, they go with the larger child. A special code
// of a number has no place in its order: it may be split off by itself, and is missing otherwise. A level with too few
// rows is pooled with the unseen ones; sets that say nothing of a level send it with the larger child.
//
// # Directions
//
// A split on a column with a direction is made only where its children's values are in order, and bounds all leaves below
// it by the middle between them, so that every tree, and so the sum, is monotone in the column whatever the other columns
// hold. Missing stands outside the order.
//
// # Explanation
//
// Contributions are exact Shapley values, path-dependent; see shap.go. Their sum is the log odds to the last bit.
package trees
