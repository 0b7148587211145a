// Package portaltest acts as people on the portal, for the stories of package surfacetest and for tests of the whole
// program. It goes through the portal's real handler: cookies, origins, forms and redirects, as a browser without script.
//
// # Why
//
// What a person reads and presses is taken from the HTML that was sent, never from the templates' data, so that a page that
// shows the wrong thing fails a story. The HTML is read strictly enough that a page which is not well formed fails too.
package portaltest
