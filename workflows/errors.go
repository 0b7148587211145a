package workflows

import "errors"

// The errors a store gives for things that are not as asked; everything else is a fault of ours or of the machine.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("changed meanwhile")
)
