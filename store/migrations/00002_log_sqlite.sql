-- The record log on SQLite: packed, in position order and in sorted runs. FORMAT.md describes the bytes.

-- +goose Up
CREATE TABLE log_segment (
    first INTEGER PRIMARY KEY, -- position of the first record
    last  INTEGER NOT NULL,
    ids   BLOB NOT NULL, -- 16 bytes a record
    frame BLOB NOT NULL  -- the records, one zstd frame
);

CREATE TABLE log_run (
    run   INTEGER PRIMARY KEY,
    state INTEGER NOT NULL, -- 0 being merged into, 1 live, 2 merged and on its way out
    into_ INTEGER REFERENCES log_run (run), -- the run that is being merged from this one
    bytes INTEGER NOT NULL,
    done  TEXT NOT NULL -- of a run being merged into: the last subject that it holds
);

CREATE TABLE log_block (
    block   INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL REFERENCES log_run (run),
    subject TEXT NOT NULL, -- the first in it
    data    BLOB NOT NULL
);
CREATE UNIQUE INDEX log_block_run ON log_block (run, subject);

-- +goose Down
DROP TABLE log_block;
DROP TABLE log_run;
DROP TABLE log_segment;
