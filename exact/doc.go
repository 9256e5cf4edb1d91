// Package exact holds exp and log that give the same bits on every machine.
//
// The standard library has assembly for some processors, and a compiler may fuse a product and a sum into one rounding
// where the processor can; both change the last bit of a result, and with it the digest of everything computed from it.
// Here nothing is assembly, and every product that meets a sum is rounded on its own by an explicit conversion
// (Go specification, "Floating-point operators"). Whatever ends in a dataset, an artifact or a score uses these.
//
// Results lie within 1 ulp of the true value (in the tests against series in 300 bits; most are the nearest number).
// Both functions use the table method of P. T. P. Tang (ACM TOMS 15:2, 1989 for exp; 16:4, 1990 for log), with tables
// that gen.go writes from series in 300 bits.
package exact
