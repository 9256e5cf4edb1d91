-- The record log on PostgreSQL: one row a record.

-- +goose Up
CREATE TABLE log_record (
    position BIGINT NOT NULL,
    batch    BIGINT NOT NULL, -- position of the first record that was appended together with it
    subject  TEXT COLLATE "C" NOT NULL,
    id       UUID NOT NULL, -- the record's id as it is, 16 bytes
    record   BYTEA NOT NULL,
    PRIMARY KEY (subject, id)
);

-- A record has some 130 bytes, which are not worth compressing; one of 60,000 must still fit beside the page.
ALTER TABLE log_record ALTER COLUMN record SET STORAGE EXTERNAL;

-- Rows are written in the order of subjects, so an index on the position would be written in a random order. The
-- batches come in order, and equal keys take next to no room.
CREATE INDEX log_record_batch ON log_record (batch);

-- +goose Down
DROP TABLE log_record;
