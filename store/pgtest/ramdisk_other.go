//go:build unix && !linux

package pgtest

// ramDisk returns "": only Linux has one that is always there.
func ramDisk() string { return "" }
