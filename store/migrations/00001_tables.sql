-- Written once for both databases. SQLite reads BYTEA as a column that keeps blobs as they are.
-- Days are texts such as 2024-01-31; digests are 32 bytes.

-- +goose Up
CREATE TABLE log_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    head BIGINT NOT NULL -- position of the last record
);
INSERT INTO log_head (one, head) VALUES (1, 0);

CREATE TABLE documents (
    digest BYTEA PRIMARY KEY, -- SHA-256 of bytes
    kind   TEXT NOT NULL,
    bytes  BYTEA NOT NULL
);

CREATE TABLE subjects (
    subject TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    class   TEXT NOT NULL,
    source  TEXT NOT NULL,
    day     TEXT NOT NULL -- day as of which the source states it
);
CREATE INDEX subjects_name ON subjects (name);

CREATE TABLE imports (
    file    BYTEA NOT NULL, -- SHA-256 of the file
    mapping BYTEA NOT NULL, -- SHA-256 of the mapping
    name    TEXT NOT NULL,
    done    INTEGER NOT NULL,
    rows    BIGINT NOT NULL, -- rows of the file that the log holds, or that need no more looking at
    state   BYTEA NOT NULL,  -- what the importer needs to go on, in its own form
    PRIMARY KEY (file, mapping)
);

CREATE TABLE datasets (
    manifest BYTEA PRIMARY KEY REFERENCES documents (digest),
    dir      TEXT NOT NULL,
    position BIGINT NOT NULL,
    day      TEXT NOT NULL
);

CREATE TABLE artifacts (
    digest BYTEA PRIMARY KEY REFERENCES documents (digest),
    name   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL
);

CREATE TABLE stages (
    segment  TEXT NOT NULL,
    artifact BYTEA NOT NULL REFERENCES artifacts (digest),
    stage    TEXT NOT NULL CHECK (stage IN ('candidate', 'shadow', 'champion', 'retired')),
    PRIMARY KEY (segment, artifact)
);
CREATE UNIQUE INDEX stages_one_champion ON stages (segment) WHERE stage = 'champion';

CREATE TABLE stage_moves (
    segment  TEXT NOT NULL,
    move     BIGINT NOT NULL, -- from 1, without gaps, within the segment
    artifact BYTEA NOT NULL REFERENCES artifacts (digest),
    was      TEXT NOT NULL,
    stage    TEXT NOT NULL,
    mover    TEXT NOT NULL,
    day      TEXT NOT NULL,
    reason   TEXT NOT NULL,
    PRIMARY KEY (segment, move)
);

-- +goose Down
DROP TABLE stage_moves;
DROP TABLE stages;
DROP TABLE artifacts;
DROP TABLE datasets;
DROP TABLE imports;
DROP TABLE subjects;
DROP TABLE documents;
DROP TABLE log_head;
