package credit

import "errors"

// ErrInvalid is returned, wrapped with what was wrong, for a value that the standard or our format refuses.
var ErrInvalid = errors.New("invalid")
