// Package charttest compares the chart that a machine draws in its documentation with its step table. It is test support.
//
// A chart is believed when it is drawn, and read for years: only a test keeps it true.
package charttest
