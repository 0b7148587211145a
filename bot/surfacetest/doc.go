// Package surfacetest is what every surface has to pass. It holds three things:
//
//   - [Conform]: one suite for everything that implements [bot.Surface], the half that speaks.
//   - [Play]: stories in plain words (testdata/scenarios), acted out through a [Client], the half that listens. The same
//     stories run on the portal, on Slack and on Teams, because they name people, buttons and questions and no platform.
//     [PlayOne] acts out a story of somebody else's, as of a flow that a company has written.
//   - [Memory]: engine and store in memory, for tests of surfaces that must not import either. It runs the real machine, the
//     real policy and the real desk; what is faked is the database, the log and the leases.
//
// # A story
//
//	ana requests ai-use as R        # opens the form; the lines below fill it in, page by page, and it is sent
//	  tool = Otter.ai (otter.ai)
//	  data = internal, personal
//	ben approves R                  # presses the button on the newest card about R
//	yuki keeps the card of R        # the card as it is now, to be pressed later
//	yuki presses approve on the kept card
//	dan objects to R because The agreement does not cover support from abroad.
//	expect refused already          # the step before was refused, with a sentence that holds this
//	expect ana told approved        # one of her messages holds this
//	expect state R approved
//	later 26h                       # business time passes, and what falls due happens
//	S is the system of R            # what the decision brought into the AI register; steps take it as they take R
//	ana proves on S: https://wiki.example.com/minutes
//	  task = data_limit             # where several conditions are open
//	mei verifies S
//	expect system S in_use
//	jack finds Otter                # the command; what was found is before his eyes
//	expect found in use
//	ana leaves                      # the directory has it from an administrator's file
//	nora joins the company as dpo   # and has an account that nobody has linked: she is asked who she is
//	nora says who they are
//	jonas confirms the account of nora
//
// Lines that begin with # are remarks; [Verbs] lists all steps.
//
// # Why
//
// The rule that a surface behaves as the others is only worth something if one text proves it for all. The road not taken, a
// suite of tests for each platform copied from the last one, is how surfaces drift apart.
package surfacetest
