// Package pgtest gives each test a Postgres database of its own.
//
// It must not know Steward's schema: the caller brings the function that
// migrates. It imports nothing of this module.
//
// # Where the server comes from
//
// First the server that STEWARD_TEST_POSTGRES names, as a postgres:// URL of a
// role that may create databases. Without it, the Postgres programs found on
// this machine, started as a private server that only a Unix socket reaches.
// Without those the test is skipped with a sentence that says why, or fails if
// STEWARD_TEST_REQUIRE lists postgres: a continuous build that silently tests
// one database of two is worse than one that stops.
//
// # Why a server of our own
//
// A container runtime or a server set up by hand would be one more thing that a
// newcomer needs before the tests pass. Starting a cluster costs about half a
// second for each test binary and cloning a migrated template about 50 ms for
// each test, so tests share nothing and run in parallel. A socket instead of a
// port leaves nothing to race for and nothing that listens on the network.
//
// # Why a shell stands between
//
// Nothing has to be called when the tests end. The server is the child of a
// small shell script that waits on a pipe from the test binary. When the binary
// ends in whatever way, a panic or a kill -9 among them, the pipe closes, the
// script stops the server and removes its directory. A parent-death signal does
// half of that, on Linux alone, and fires when a thread ends rather than the
// process.
//
// Postgres refuses to run as root. There the script runs as the user postgres,
// or as nobody.
package pgtest
