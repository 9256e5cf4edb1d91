-- The record log on PostgreSQL: one row a record.

-- +goose Up
CREATE TABLE log_record (
    position BIGINT NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    id       UUID NOT NULL, -- the record's id as it is, 16 bytes
    record   BYTEA NOT NULL,
    PRIMARY KEY (subject, id)
);
-- A record has some 130 bytes, which are not worth compressing; one of 60,000 must still fit beside the page.
ALTER TABLE log_record ALTER COLUMN record SET STORAGE EXTERNAL;
CREATE INDEX log_record_position ON log_record USING brin (position);

-- +goose Down
DROP TABLE log_record;
