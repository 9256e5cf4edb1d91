// Package bin cuts columns into bins with weights of evidence (WoE).
//
// A column is first counted into fine cells: quantile cells of a number, the levels of a category. Counts are integers
// (weights on a fixed binary grid), so cells of several tables can be added and the order of rows never shows. Then
// neighbouring cells are merged by dynamic programming into the bins that maximise the penalised log likelihood under
// the wanted trend; the result is the true optimum over the cells. Each special code, missing, and the rare levels of a
// category have a bin of their own and take no part in the merging.
//
// For bin i with weight e_i of bad and n_i of good rows, E and N the totals, p = E/(E+N) and s the smoothing:
//
//	WoE_i = ln((e_i + s p) / (n_i + s (1-p))) - ln(E/N)       above 0: riskier than all rows together
//	IV    = Σ (e_i/E - n_i/N) WoE_i
//
// A bin without rows has WoE 0 exactly, the risk of all rows together. What training did not see has a stated place:
// missing where training had none, and a declared code that it never met, have WoE 0; an unseen level has that of the
// rare levels where they are riskier than the whole, and 0 otherwise, so that a new text can never be the way to the
// safest bin. [Variable.Novel] tells these rows apart so that callers can warn.
//
// Other methods stand beside the optimal one ([Method]): quantiles, equal widths, ChiMerge, a tree; and bins set by hand ([Cut]).
package bin
