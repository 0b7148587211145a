package main

import "context"

// rights warns where the server's role could change the log.
func (x *examination) rights(ctx context.Context, c *core) {
	role, changes, err := c.store.LogRights(ctx)
	switch {
	case err != nil:
		x.say(stateFail, "rights", "", "%v", err)
	case role == "": // SQLite
	case len(changes) > 0:
		x.say(stateWarn, "rights", "steward migrate --grant-app-role NAME, as this role, and NAME in the database_url of serve; the runbook says how",
			"the role %s could change the log", role)
	default:
		x.say(stateOK, "rights", "", "the role %s adds to the log and cannot change it", role)
	}
}
