// Package simulation holds one test: two years in the life of a company of 200 people, on the business clock, on both
// databases, judged by an oracle that works out on its own what has to happen when.
//
// It is a package of its own because it takes minutes: so it runs beside the tests of the program, within the time that
// "go test" gives to each package.
package simulation
