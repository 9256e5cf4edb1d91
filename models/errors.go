package models

import "errors"

// ErrInvalid is returned, wrapped with the column or field and the fix where there is one, for a frame that cannot be
// fitted, a row of the wrong width and bytes that are not an artifact.
var ErrInvalid = errors.New("invalid")
