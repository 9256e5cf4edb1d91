// Package card fits and reads scorecards: tables of points by bin whose sum stands for a probability.
//
// A fit goes: every column into bins (package bin); out with columns without evidence and with the weaker of two that
// are alike; logistic regression of the outcome on the weights of evidence (WoE), by Newton's method with a ridge that
// pulls the coefficients towards the one that they would share; out with columns whose coefficient is not above 0, since a riskier bin must never earn points; points rounded on the
// scale; the base set so that the predicted bad weight of the fit's rows is the true one.
//
// The regression does not read the WoE of the final bins but cross-fitted ones: each row has the WoE of bins made
// without its fold. Evidence that is luck does not repeat in another fold, so its coefficient shrinks by itself.
//
// The points are the model. Log odds and probability follow from their sum, so equal points always mean equal
// probability and more points a lower one; what rounding costs is measured with everything else.
//
// A fit rests on what the rows hold: rows are put in a canonical order first, sums run over it in blocks of fixed size
// that are added in order, and counts are integers. Neither the order of rows nor the number of threads shows.
//
// Beside the fit stand: tests of each characteristic ([Tests]), forward-backward selection with a funnel ([Stepwise]), bins
// set by hand with a ledger ([Edit]), periods in which the order of event rates must hold, a prior for over-sampled tables, and the
// band of cards under assumptions about rejected applicants ([Rejects]).
package card
