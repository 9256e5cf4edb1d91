// Package storetest holds what the store promises, as one suite that runs on every kind of database, and the throwaway
// PostgreSQL server to run it on.
//
// [Run] is the suite. [Each] runs a test of one's own on both kinds, [Open], [SQLite] and [Postgres] open what it needs,
// and [Main], from TestMain, stops the server. Where no server can be had, tests on PostgreSQL fail; none is passed over.
//
// With -soak the suite kills an appending process thirty times on each database, and three times without.
package storetest
