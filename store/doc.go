// Package store keeps the record log and the working tables in SQLite (one file) or PostgreSQL.
package store
