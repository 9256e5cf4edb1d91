// Package additive fits additive models by cyclic boosting: the log odds are a sum of one step function of each column and,
// where asked, of small tables of pairs of columns. It is the family of the explainable boosting machines (Lou, Caruana,
// Gehrke, KDD 2012; Lou et al., KDD 2013), on bins that banks can share.
//
// # How it is fitted
//
// Each column is cut into cells (package bin: quantile cells of a number, levels of a category, missing and each special code
// apart). A bag leaves one fold of the rows out. In each round every column in turn gets a step function of a few leaves from
// the gradients of the log loss in its cells, times a small rate; a bag stops when the loss on the rows left out has not
// fallen for some rounds, and keeps its best round. Then pairs of columns are ranked by what four quadrants would gain on
// gradients of rows left out, and the best are boosted the same way. The model is the mean of the bags; what a pair's table
// says of one column alone is moved to that column's steps.
//
// # Numbers
//
// Log odds are integers in units of 2^-20, probabilities and their variances integers in units of 2^-16 read from a table:
// the sums of a cell are sums of integers, so that they add up over tables, threads and orders of rows without a trace. Rows
// are dealt to folds by a hash of what they hold. The artifact has the same bytes for any number of threads, order of rows
// and processor.
//
// # Directions
//
// A column with a declared direction gets steps in that direction only, so its whole course is monotone by construction, and
// takes no part in pairs. Missing values and special codes stand outside the order.
package additive
