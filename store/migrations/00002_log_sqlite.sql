-- The record log on SQLite.

-- +goose Up
CREATE TABLE log_record (
    position INTEGER PRIMARY KEY,
    subject  TEXT NOT NULL,
    id       BLOB NOT NULL,
    record   BLOB NOT NULL,
    UNIQUE (subject, id)
);

-- +goose Down
DROP TABLE log_record;
