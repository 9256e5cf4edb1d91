-- Records whose bodies were destroyed (rulings 9). What stays of one is in the log, marked as a tombstone.

-- +goose Up
CREATE TABLE erasures (
    id       BYTEA PRIMARY KEY, -- the record's, 16 bytes
    position BIGINT NOT NULL,
    day      TEXT NOT NULL,   -- from which the record says nothing
    rule     TEXT NOT NULL,   -- row of the policy that wants it, '' for a request
    reason   TEXT NOT NULL,   -- of a request
    entry    BIGINT NOT NULL, -- of the audit; 0 for a record that arrived as a tombstone
    purged   INTEGER NOT NULL -- 1 once what the database had left of the body in freed space is gone too
);
CREATE INDEX erasures_entry ON erasures (entry);

-- +goose Down
DROP TABLE erasures;
