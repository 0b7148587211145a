// Package enter reads the end of a request, and its emergency approval before that, as the AI register takes it. It stands between two
// machines that do not know each other: approval, which decides, and register, in which what was decided on lives. It is pure and decides
// nothing itself; the flow's register section says which answer fills what.
package enter
