//go:build !cgo

package forest

// Built says whether this program can grow forests.
const Built = false

func (w *work) grow() ([]Tree, error) { return nil, ErrNeedsCompiler }
