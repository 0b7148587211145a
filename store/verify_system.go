package store

import (
	"encoding/json"
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/register"
)

// systemLog is what the records of an entry of the AI register say: the entry told again from the log alone.
type systemLog struct {
	entry  *register.Detail // of the last decision
	entryN int
	shown  []byte // what that record shows; nil where it was erased
	state  register.State
	since  time.Time
	owner  workflows.PersonID
	owners []workflows.PersonID // before that one, since the last decision
	pilot  string               // its last day
	renews int                  // the round that is to renew it
	hold   register.Hold        // of that round
	turned register.Turn        // the last word of a person about where it stands, but for the reason
	reason recordedWords        // of that
	tasks  map[string]recordedTask
	fired  []string
	join   joinLog
	seen   seenLog
	after  *recordedSystem
	afterN int
}

// recordedTask is a condition as records left it.
type recordedTask struct {
	n          int // of the last record about it
	own        recordedWords
	state      register.TaskState
	proof      recordedWords
	files      []recordedFile
	provedBy   workflows.PersonID
	provedAt   time.Time
	verifiedBy workflows.PersonID
	verifiedAt time.Time
	returned   recordedWords
	returnedBy workflows.PersonID
	mootBy     string
}

// recordedFile is a file of a proof.
type recordedFile struct {
	name recordedWords
	mark workflows.FileMark
}

// recordedWords is a text that a record names; it may be gone.
type recordedWords struct{ text, commitment string }

// recordedSystem is the short form of the state after a step.
type recordedSystem struct {
	State    register.State     `json:"state"`
	Round    int                `json:"round"`
	Revision int                `json:"revision"`
	Seq      int                `json:"seq"`
	Owner    workflows.PersonID `json:"owner"`
}

func newSystemLog() *systemLog { return &systemLog{tasks: map[string]recordedTask{}} }

// learnSystem takes in one record. Data that a newer program wrote beside what is known here is passed over.
func (v *verifier) learnSystem(rec workflows.Record, texts map[string][]byte) {
	l := v.thing.system
	var d register.Detail
	if len(rec.Data) > 0 {
		if err := json.Unmarshal(rec.Data, &d); err != nil {
			v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
			return
		}
	}
	if rec.What == register.FactMoved && l.state != "" && d.From != l.state {
		v.wrong(rec.About, rec.N, "it says that the system was %s, but the records before it left it %s", d.From, l.state)
	}
	for _, wrong := range []string{l.join.learn(rec, d, l.state, texts), l.seen.learn(rec, d, l.state, texts)} {
		if wrong != "" {
			v.wrong(rec.About, rec.N, "%s", wrong)
		}
	}
	if err := l.learn(rec, d, texts); err != nil {
		v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
	}
}

func (l *systemLog) learn(rec workflows.Record, d register.Detail, texts map[string][]byte) error {
	if len(rec.After) > 0 {
		var after recordedSystem
		if err := json.Unmarshal(rec.After, &after); err != nil {
			return fmt.Errorf("state: %w", err)
		}
		l.after, l.afterN = &after, rec.N
	}
	if name := d.FiredBy(rec.What); name != "" {
		l.fired = append(l.fired, name)
	}
	switch rec.What {
	case register.FactRegistered:
		l.register(rec, d, texts)
	case register.FactMoved:
		l.state, l.since = d.To, rec.Time()
		if !d.To.Live() {
			l.pilot = ""
		}
	case register.FactMeasured:
		l.measure(rec, d, texts)
	case register.FactMooted:
		t := l.tasks[d.Task]
		t.n, t.state, t.mootBy = rec.N, register.TaskMoot, d.Assessment
		l.tasks[d.Task] = t
	case register.FactPiloted:
		l.pilot = d.Until
	case register.FactTurned:
		if d.Event == (register.WentLive{}).Kind() {
			l.pilot = ""
		}
		l.turned, l.reason = register.Turn{Event: d.Event, Trigger: d.Trigger, By: rec.Actor, At: rec.Time()}, wordsOf(rec, "reason", texts)
	case register.FactRenewalBegan:
		l.renews = d.Round
	case register.FactRenewalFailed:
		l.renews, l.hold = 0, register.Hold{}
	case register.FactHoldBegan:
		l.hold = register.Hold{Round: d.Round, Since: rec.Time(), Switched: d.From.Live() || l.hold.Switched}
	case register.FactHoldLifted:
		l.hold.Round, l.hold.Lifted = d.Round, true
	case register.FactHandedOver:
		if l.owner != "" {
			l.owners = append(l.owners, l.owner)
		}
		l.owner = d.Person
	case register.FactProved, register.FactVerified, register.FactSentBack:
		l.tasks[d.Task] = l.tasks[d.Task].learn(rec, d, texts)
	}
	return nil
}

// register takes in a decision: conditions that are kept stay as they were, all others begin anew. What was said of kept ones is not
// said again by a renewal.
func (l *systemLog) register(rec workflows.Record, d register.Detail, texts map[string][]byte) {
	l.entry, l.entryN, l.shown = &d, rec.N, texts[shownName]
	l.owner, l.owners = d.Owner, d.Owners
	l.fired = d.FiredAfter(l.fired, l.pilot != "")
	l.renews, l.hold = 0, register.Hold{}
	if !d.Doubted {
		l.turned, l.reason = register.Turn{}, recordedWords{}
	}
	l.conditions(rec, d, texts)
}

// measure takes in what a later version of an assessment asks for.
func (l *systemLog) measure(rec workflows.Record, d register.Detail, texts map[string][]byte) {
	if l.entry == nil {
		return // said where the entry is compared
	}
	entry := *l.entry
	entry.Conditions, entry.By, entry.Measures = d.Conditions, d.By, d.Measures
	l.entry, l.entryN, l.shown = &entry, rec.N, texts[shownName]
	l.conditions(rec, d, texts)
}

func (l *systemLog) conditions(rec workflows.Record, d register.Detail, texts map[string][]byte) {
	had := l.tasks
	l.tasks = map[string]recordedTask{}
	for _, key := range d.Conditions {
		l.tasks[key] = recordedTask{n: rec.N, state: register.TaskOpen}
	}
	for _, key := range d.Kept {
		l.tasks[key] = had[key]
	}
	for key := range d.By {
		t := l.tasks[key]
		t.own = wordsOf(rec, key, texts)
		l.tasks[key] = t
	}
}

// learn gives the condition as a record about it left it.
func (t recordedTask) learn(rec workflows.Record, d register.Detail, texts map[string][]byte) recordedTask {
	t.n = rec.N
	switch rec.What {
	case register.FactProved:
		t.state, t.proof, t.provedBy, t.provedAt = register.TaskProved, wordsOf(rec, "proof", texts), rec.Actor, rec.Time()
		t.returned, t.returnedBy, t.files = recordedWords{}, "", nil
		for i, mark := range d.Files {
			t.files = append(t.files, recordedFile{wordsOf(rec, workflows.FileText(i), texts), mark})
		}
	case register.FactVerified:
		t.state, t.verifiedBy, t.verifiedAt = register.TaskVerified, rec.Actor, rec.Time()
	case register.FactSentBack:
		t.state, t.returned, t.returnedBy = register.TaskOpen, wordsOf(rec, "reason", texts), rec.Actor
	}
	return t
}

func wordsOf(rec workflows.Record, name string, texts map[string][]byte) recordedWords {
	return recordedWords{string(texts[name]), rec.Texts[name]}
}
