// Package directory reads the lists a company already has, people.csv, systems.csv and subjects.csv, and works out what an
// import changes ([NewPlan]) before anything is changed.
//
// A file is taken whole or not at all: [ReadPeople], [ReadSystems] and [ReadSubjects] report every mistake at once, each
// with its line. People are an upsert by id: who is not in the file stays as they are, and a column that is missing leaves
// what is stored. A person who leaves is switched off (active = false), never removed, because records name them.
//
// It must not know where people are stored or who started the import; it reads bytes and returns values. Roles and
// calendars are known from the policy pack, which the caller brings in [Known].
//
// # Accounts
//
// slack_user_id and entra_object_id are confirmed links to Slack and Teams: an administrator vouches for them by the
// import. Their tenant is empty as long as the surface is not set up; the surface fills it in. A person has one such link a
// surface, and its id is made of our own words ("slack:P-014"), because ids of links stand in the log and the platform's
// ids do not. An empty cell says nothing: links are not taken away by leaving an id out.
//
// # Why
//
// CSV and not an interface to some directory service, because every personnel system can export it, an auditor can read
// it, and its hash in the record says which list was in force on which day. The brake ([BrakeError]) is there because the
// commonest accident of such imports is a file that was filtered or shifted by a column: a fifth of a company does not
// leave or change managers overnight.
package directory
