// Package archtest holds the shape of the house in tests: who may import whom, who knows the clock, which calls are traps, and that the map in README is true.
//
// The table in shape_test.go is the architecture. A new package is a new row
// there; a new import that no row allows is a decision to be made, not a line
// to be slipped in.
package archtest
