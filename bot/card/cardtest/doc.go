// Package cardtest is the catalogue of cards, forms, homes and charts that every renderer must pass, and the small company
// they come from: requests driven through the real machine under the shipped policy, shown by the real views.
//
// A surface's test goes through [Cards], [Forms], [Homes] and [Charts], draws each, and holds the result against its
// platform's limits; it draws [Hostile] texts and checks with an oracle of its own that nothing in them was interpreted.
// [Text] and [FormText] give a card as plain text, for golden files and for reading aloud.
//
// It must not be imported by the program. It does no I/O and needs no clock: its company lives in November 2025.
//
// # Why
//
// Cards made up for a test drift away from those people get. These are made by the functions that make the real ones, from
// states that the real machine can be in; a new card is one line in cards.go, and every renderer is tested with it.
package cardtest
