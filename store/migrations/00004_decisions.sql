-- Consents, scores, the audit and API keys. Moments are milliseconds since 1970 UTC, 0 for none.

-- +goose Up
CREATE TABLE consents (
    id            TEXT PRIMARY KEY, -- 32 hex digits: digest of what was granted
    subject       TEXT NOT NULL,
    bank          TEXT NOT NULL,
    bytes         BYTEA NOT NULL,  -- the consent as granted, canonical JSON
    granted       BIGINT NOT NULL, -- moment of entry
    withdrawn     BIGINT NOT NULL, -- moment, 0 while it stands
    withdrawn_day TEXT NOT NULL    -- first day on which it is withdrawn, '' while it stands
);
CREATE INDEX consents_of ON consents (subject, bank);

CREATE TABLE scores (
    id      TEXT PRIMARY KEY, -- 32 hex digits: digest of bytes
    subject TEXT NOT NULL,
    bank    TEXT NOT NULL,
    consent TEXT NOT NULL REFERENCES consents (id),
    day     TEXT NOT NULL,
    made    BIGINT NOT NULL, -- moment at which it was first made
    bytes   BYTEA NOT NULL   -- canonical bytes (scoring/SCORE.md)
);
CREATE INDEX scores_of ON scores (subject, made);

CREATE TABLE score_requests (
    bank    TEXT NOT NULL,
    request TEXT NOT NULL, -- idempotency key, chosen by the bank
    asked   BYTEA NOT NULL, -- SHA-256 of the question
    score   TEXT NOT NULL REFERENCES scores (id),
    PRIMARY KEY (bank, request)
);

CREATE TABLE audit (
    seq     BIGINT PRIMARY KEY CHECK (seq > 0),
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    object  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    hash    BYTEA NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, seq);

CREATE TABLE rule_moves (
    segment  TEXT NOT NULL,
    move     BIGINT NOT NULL, -- from 1, without gaps, within the segment; the last one holds
    policy   BYTEA NOT NULL REFERENCES documents (digest),
    coverage BYTEA REFERENCES documents (digest), -- NULL where none is stated
    mover    TEXT NOT NULL,
    day      TEXT NOT NULL,
    PRIMARY KEY (segment, move)
);

CREATE TABLE api_keys (
    id      TEXT PRIMARY KEY,
    bank    TEXT NOT NULL,
    role    TEXT NOT NULL CHECK (role IN ('bank', 'platform', 'auditor')),
    note    TEXT NOT NULL,
    hash    BYTEA NOT NULL,
    created BIGINT NOT NULL,
    revoked BIGINT NOT NULL
);

-- +goose Down
DROP TABLE api_keys;
DROP TABLE rule_moves;
DROP TABLE audit;
DROP TABLE score_requests;
DROP TABLE scores;
DROP TABLE consents;
