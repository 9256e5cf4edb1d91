// Package eval measures how well scores tell bad from good and whether their probabilities hold: AUC with DeLong's interval
// (of one model, and of the difference of two), KS, Gini, CAP, precision and recall, lift, Brier score, log loss,
// calibration, PSI and CSI, each with an interval; and a report as JSON, as one HTML page that needs no network, and as an Excel workbook.
//
// A score is higher for riskier rows. What orders rows (AUC, KS, Gini, CAP, precision, lift) and the test over groups count
// rows; Brier score, log loss and calibration count weights where there are any, since they judge probabilities and weights
// restore the population that these are meant for. A score or probability that is NaN, a single outcome and lengths that
// differ are refused; a measure that the rows do not determine is NaN (null in JSON), as its comment says.
//
// Bootstrap intervals draw rows with replacement from a seeded generator of our own: the same input gives the same
// report. testdata/sklearn.json holds figures of scikit-learn and scipy, made by the script beside it.
package eval
