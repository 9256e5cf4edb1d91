-- The record log on PostgreSQL: one row a record.

-- +goose Up
CREATE TABLE log_record (
    position BIGINT NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    id       UUID NOT NULL, -- the record's id as it is, 16 bytes
    record   BYTEA STORAGE PLAIN NOT NULL,
    PRIMARY KEY (subject, id)
);
CREATE INDEX log_record_position ON log_record USING brin (position);

-- +goose Down
DROP TABLE log_record;
