package scoring

import "errors"

var (
	// ErrRequestReused is returned for a request id that its bank has used before for another question.
	ErrRequestReused = errors.New("request id used before for another question")

	// ErrSubjectUnknown is returned for a subject of which no record was known on the day asked for: a score on nothing
	// would be an answer about nobody.
	ErrSubjectUnknown = errors.New("subject unknown")

	// ErrUnknownDigest is returned where a score names rules, a model or definitions that are not stored, or that this
	// program cannot run any more.
	ErrUnknownDigest = errors.New("unknown digest")

	// ErrUnknownFormat is returned for stored bytes of a format that this program does not read.
	ErrUnknownFormat = errors.New("unknown format")

	// ErrNoChampion is returned where no model has been promoted for the segment.
	ErrNoChampion = errors.New("no champion")
)
