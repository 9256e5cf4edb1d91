// Package eval measures how well scores tell bad from good: the area under the curve with DeLong's interval, KS, Gini,
// Brier score, log loss, calibration, PSI, each with an interval, and a report as JSON and as one HTML page that needs
// no network.
//
// A score is higher for riskier rows. AUC, KS and Gini count rows; Brier score, log loss and calibration count weights
// where there are any, since they judge probabilities and weights restore the population that these are meant for.
// Bootstrap intervals draw rows with replacement from a seeded generator of our own: the same input gives the same
// report.
package eval
