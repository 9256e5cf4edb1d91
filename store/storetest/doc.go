// Package storetest holds what the store promises, as one suite that runs on every kind of database, and the throwaway
// PostgreSQL server to run it on.
package storetest
