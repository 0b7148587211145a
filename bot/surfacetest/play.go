package surfacetest

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

//go:embed testdata/scenarios/*.txt
var stories embed.FS

// Play acts out every story but those about accounts that nobody has linked yet, which take a whole program, each in a world of its own.
// A line that fails ends its story.
func Play(t *testing.T, build func(*testing.T) World) {
	t.Helper()
	playAll(t, build, func(_ int, steps []step) bool {
		return !slices.ContainsFunc(steps, func(st step) bool { return strings.HasPrefix(st.verb.form, "WHO joins the company") })
	})
}

// PlayShare acts out every story; in a short run only each of-th one, beginning with that number. So tests that play the same stories
// on different ground share them in a short run.
func PlayShare(t *testing.T, number, of int, build func(*testing.T) World) {
	t.Helper()
	playAll(t, build, func(i int, _ []step) bool { return !testing.Short() || i%of == number })
}

func playAll(t *testing.T, build func(*testing.T) World, plays func(i int, steps []step) bool) {
	t.Helper()
	names, err := fs.Glob(stories, "testdata/scenarios/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for i, name := range names {
		text, err := stories.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := readStory(bytes.NewReader(text), verbs())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !plays(i, steps) {
			continue
		}
		t.Run(strings.TrimSuffix(name[strings.LastIndex(name, "/")+1:], ".txt"), func(t *testing.T) {
			newStage(t.Context(), build(t)).play(t, name, steps)
		})
	}
}

// PlayOne acts out one story in a world; file names it where a line of it fails.
func PlayOne(t *testing.T, w World, file string, text []byte) {
	t.Helper()
	steps, err := readStory(bytes.NewReader(text), verbs())
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	newStage(t.Context(), w).play(t, file, steps)
}

// stage is a story being acted out.
type stage struct {
	ctx   context.Context //nolint:containedctx // a story lives as long as its test
	world World
	names map[string]string             // request or system by its name in the story -> id
	kept  map[workflows.PersonID]Screen // cards kept to be pressed later
	last  Screen                        // after the last step
	seen  map[workflows.PersonID]bool   // who took part so far
	owed  bool                          // the last step was refused and nothing said yet that it should be
	// unsure are those whose account nobody stands for yet but themselves: they see less than they may.
	unsure map[workflows.PersonID]bool
}

func newStage(ctx context.Context, w World) *stage {
	return &stage{
		ctx: ctx, world: w, names: map[string]string{}, kept: map[workflows.PersonID]Screen{}, seen: map[workflows.PersonID]bool{},
		unsure: map[workflows.PersonID]bool{},
	}
}

func (s *stage) play(t *testing.T, file string, steps []step) {
	t.Helper()
	for _, one := range steps {
		expects := strings.HasPrefix(one.text, "expect ")
		if s.owed && !strings.HasPrefix(one.text, "expect refused") {
			t.Fatalf("%s: before line %d: the step was refused: %s", file, one.line, s.last.Text)
		}
		if err := one.verb.do(s, one); err != nil {
			t.Fatalf("%s:%d: %s\n%v", file, one.line, one.text, err)
		}
		if err := s.world.Settle(s.ctx); err != nil {
			t.Fatalf("%s:%d: %s\nsettle: %v", file, one.line, one.text, err)
		}
		if expects {
			continue // it changed nothing
		}
		if err := s.agree(s.ctx); err != nil {
			t.Fatalf("%s:%d: %s\nafter it %v", file, one.line, one.text, err)
		}
	}
	if s.owed {
		t.Fatalf("%s: the last step was refused: %s", file, s.last.Text)
	}
}

// after notes what a step led to.
func (s *stage) after(screen Screen, err error) error {
	if err != nil {
		return err
	}
	s.last, s.owed = screen, screen.Refused
	return nil
}

// person finds somebody by their first name in small letters.
func (s *stage) person(name string) (workflows.PersonID, error) {
	for _, p := range s.world.People {
		if first, _, _ := strings.Cut(p.Name, " "); strings.EqualFold(first, name) {
			s.seen[p.ID] = true
			return p.ID, nil
		}
	}
	return "", fmt.Errorf("nobody is called %q", name)
}

// thing gives the id of a request or a system by its name in the story.
func (s *stage) thing(name string) (string, error) {
	if id, ok := s.names[name]; ok {
		return id, nil
	}
	return "", fmt.Errorf("nothing is called %q", name)
}

// state reads a request by its name in the story.
func (s *stage) state(name string) (approval.Request, error) {
	id, err := s.thing(name)
	if err != nil {
		return approval.Request{}, err
	}
	return s.world.Request(s.ctx, id)
}

// say types a command, or the id of a thing, for a person.
func (s *stage) say(who, words string) (Screen, error) {
	id, err := s.person(who)
	if err != nil {
		return Screen{}, err
	}
	return s.world.Client.Open(s.ctx, id, words)
}

// open shows a request or a system to a person.
func (s *stage) open(who, name string) (Screen, error) {
	about, err := s.thing(name)
	if err != nil {
		return Screen{}, err
	}
	return s.say(who, about)
}

// press presses the first of the buttons that is there.
func (s *stage) press(on Screen, buttons ...string) (Screen, error) {
	for _, b := range buttons {
		if _, ok := on.Button(b); ok {
			return s.world.Client.Press(s.ctx, on, b)
		}
	}
	return Screen{}, fmt.Errorf("no button %s; there are %v on:\n%s", strings.Join(buttons, " or "), on.Buttons, on.Text)
}

// fill fills a form page by page and sends it. Every value has to find its field.
func (s *stage) fill(screen Screen, values [][2]string) (Screen, error) {
	used := map[string]bool{}
	for range 12 {
		if screen.Form == nil || screen.Refused {
			break
		}
		var err error
		if screen, err = s.page(screen, values, used); err != nil {
			return screen, err
		}
	}
	if screen.Form != nil && !screen.Refused {
		return screen, fmt.Errorf("the form does not end:\n%s", screen.Text)
	}
	for _, kv := range values {
		if !used[kv[0]] && !screen.Refused {
			return screen, fmt.Errorf("nothing asked for %q", kv[0])
		}
	}
	return screen, nil
}

// linesOut is the field with which risk lines are taken out of a form: it is used once, for the next line has their number then.
const linesOut = policy.LinesKey + ".remove"

// page sends the page that a screen shows, with those of the values that it has fields for: it notes which.
func (s *stage) page(screen Screen, values [][2]string, used map[string]bool) (Screen, error) {
	page := card.Values{}
	for _, kv := range values {
		field, ok := screen.Form.Field(kv[0])
		if !ok || used[kv[0]] && kv[0] == linesOut {
			continue
		}
		typed, err := s.typed(field, kv[1])
		if err != nil {
			return screen, err
		}
		page[kv[0]], used[kv[0]] = typed, true
	}
	return s.world.Client.Fill(s.ctx, screen, page, bot.GoNext)
}

// typed turns a value of a story into what is sent: people and requests by name, several by comma.
func (s *stage) typed(f Field, value string) ([]string, error) {
	switch {
	case value == "-":
		return nil, nil
	case f.Kind == card.FieldMany:
		return slices.DeleteFunc(strings.Split(strings.ReplaceAll(value, ", ", ","), ","), func(v string) bool { return v == "" }), nil
	case f.Kind == card.FieldPerson || f.Key == "person":
		id, err := s.person(value)
		return []string{string(id)}, err
	}
	if id, ok := s.names[value]; ok {
		value = id
	}
	return []string{value}, nil
}

// duration reads "26h", "30m", "3 days".
func duration(text string) (time.Duration, error) {
	var n int
	if _, err := fmt.Sscanf(text, "%d days", &n); err == nil {
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return time.ParseDuration(text)
}
