// Package file says which files Steward takes: how large, how many, under which names and of which kinds. [Take] makes a [workflows.File]
// of what somebody sent, or says in a sentence why it is not taken; [Check] is what a machine asks of files that come with an event.
//
// It must not know who gives a file, what for, or where it is stored: proofs of conditions are the first that are given, and whatever
// else takes files later has the same rules.
//
// # Rules that are easy to get wrong
//
// A file is what its content shows, not what its name says: both have to agree, or it is not taken. Nothing that a browser would run or
// draw as a page is taken (HTML, SVG, XML), under no name, and no document with macros. Of a document of an office program only the
// names of its parts are looked at; it is never unpacked.
//
// A name is shown to others and offered to them as that of a download: it has no path, no control or bidi characters, and an end of a
// kind that is taken.
package file
