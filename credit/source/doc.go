// Package source reads the tables of departments into records.
package source
