package credit

import "errors"

// ErrInvalid is returned, wrapped with what was wrong, for a value that the standard or our format refuses.
var ErrInvalid = errors.New("invalid")

// ErrErased is returned, wrapped with the record and the day of erasure, where an answer needs the body of a record that
// was erased (rulings 9): rows and scores of days before the erasure, on which the record acted, cannot be made again.
var ErrErased = errors.New("erased")
