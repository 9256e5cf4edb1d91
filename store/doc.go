// Package store keeps the record log and the working tables in SQLite (one file) or PostgreSQL.
//
// # The log
//
// Records are appended and never changed. Each has a position, from 1 without a gap, in the order in which it was
// offered; a record whose id the log already has is left out before positions are given. A position is a cut: who saw
// the head at p sees the same records up to p ever after, so a dataset or a score that states its position can be made
// again. That holds because appends come one after another, whoever makes them:
//
//	          one process            several processes
//	SQLite    DB.appending           BEGIN IMMEDIATE: one writer of a file
//	Postgres  DB.appending           pg_advisory_xact_lock, held until after the commit is seen
//
// Duplicates are found in a set of ids in memory (16 bytes an id, and room to grow), read from the log at the first
// append and completed under the lock whenever another process has appended. An append that fails forgets the set.
//
// # Lay-out
//
// The log is packed on both databases; FORMAT.md describes the bytes. Segments in position order are the truth, runs
// sorted by subject, in blocks, are its index, merged by a bounded step inside each append: packed*.go. Only how rows of
// blocks are moved differs: prepared statements on SQLite, COPY and paged queries on PostgreSQL.
//
// All other tables, and all statements on them, are the same on both.
//
// A row a record was tried on both. Its cost grows with the log: an append of subjects by chance touches every page of
// an index keyed by subject, so that at five million records nearly every record writes a page of its own.
//
// # Reading
//
// DB.History is one subject; DB.Scan and DB.ScanRange are all subjects in the order of their bytes, each whole;
// DB.Records is the order of positions. History's records belong to the caller. The others lend: slices and bodies are
// used again after the callback returns, strings are not. Every read takes an upper position; Latest is all there is.
// A read sees one state of the database from its first row to its last.
//
// # What is not kept
//
// Append refuses a record that the list of shared items (credit.Sharing) of the program's own policy forbids to keep,
// whoever offers it. DB.Erase destroys bodies, in the log and in what the
// database keeps of them in freed space, and leaves tombstones; what needs one is refused with credit.ErrErased by those
// who read histories (features, scoring, datasets).
//
// # Failure
//
// An append is one transaction: after a kill at any point its records are all there or none are, together with the
// progress of the import that DB.AppendImport saves beside them, so an import goes on exactly where it was. When
// Append returns nil the records are on disk. A full disk is ErrDisk and loses nothing that was committed. DB.Check reads
// everything twice and says what does not agree; histories are held to their ids whenever they are read, and where only
// the index is damaged (ErrCorrupt), DB.Reindex makes it anew from the segments.
package store
