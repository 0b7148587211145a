package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/approval"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"steward": func() { os.Exit(run()) }})
}

// The scripts run the program as its operator does. Those of the folder run on SQLite.
func TestScripts(t *testing.T) {
	testscript.Run(t, params("testdata/script/*.txtar", func(env *testscript.Env) string {
		return "sqlite:" + filepath.Join(env.WorkDir, "steward.db")
	}))
}

// What touches the database runs on Postgres too.
func TestScriptsOnPostgres(t *testing.T) {
	for _, name := range []string{"story", "erase", "evidence"} {
		dsn := pgtest.New(t, nil)
		testscript.Run(t, params("testdata/script/"+name+".txtar", func(*testscript.Env) string { return dsn }))
	}
}

func params(files string, database func(*testscript.Env) string) testscript.Params {
	found, err := filepath.Glob(files)
	if err != nil {
		panic(err)
	}
	return testscript.Params{
		Files: found,
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"people.csv", "systems.csv", "subjects.csv"} {
				data, err := sample.ReadFile("sample/" + name)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o600); err != nil {
					return err
				}
			}
			env.Setenv("STEWARD_DATABASE_URL", database(env))
			env.Setenv("STEWARD_LISTEN", "127.0.0.1:0")
			root, err := filepath.Abs("../..")
			if err != nil {
				return err
			}
			env.Setenv("ROOT", root)
			s := &stage{}
			env.Values[stageKey{}] = s
			env.Defer(s.close)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": onStage((*stage).start), "halt": onStage((*stage).halt), "act": onStage((*stage).act),
			"told": onStage((*stage).told), "stands": onStage((*stage).stands), "get": onStage((*stage).get),
			"follow": onStage((*stage).follow), "use": onStage((*stage).use), "sealed": onStage((*stage).sealed),
		},
	}
}

// stage is the program running inside the test, for scripts that need people to act on it.
type stage struct {
	*player
	link string // the last sign-in link
}

type stageKey struct{}

func onStage(do func(*stage, *testscript.TestScript, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		err := do(ts.Value(stageKey{}).(*stage), ts, args)
		switch {
		case err == nil && neg:
			ts.Fatalf("it was done, and should not have been")
		case err != nil && !neg:
			ts.Fatalf("%v", err)
		case err != nil:
			_, _ = fmt.Fprintln(ts.Stderr(), err)
		}
	}
}

// start runs the app with the settings of the script's environment: start
func (s *stage) start(ts *testscript.TestScript, _ []string) error {
	var environ []string
	for _, o := range options() {
		for _, name := range []string{o.env, o.env + "_FILE"} {
			if v := ts.Getenv(name); v != "" {
				environ = append(environ, name+"="+v)
			}
		}
	}
	p := program{in: strings.NewReader(""), out: ts.Stdout(), err: ts.Stderr(), env: environ, now: time.Now}
	l, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		return err
	}
	a, err := startApp(context.Background(), appOptions{config: l, log: slog.New(slog.DiscardHandler), now: time.Now})
	if err != nil {
		return err
	}
	ts.Setenv("URL", a.url())
	ts.Setenv("LISTEN", a.web.address)
	s.player = newPlayer(a, time.Now())
	return nil
}

// halt ends it in order: halt. A command "stop" of testscript's own would end the script instead, as one that passes.
func (s *stage) halt(*testscript.TestScript, []string) error {
	a := s.app
	s.player = nil
	return a.stop(context.Background())
}

func (s *stage) close() {
	if s.player != nil {
		_ = s.halt(nil, nil)
	}
}

// act lets a person do something: act WHO VERB ID [TEXT or CONDITION...]. A new request takes a file of answers.
func (s *stage) act(ts *testscript.TestScript, args []string) error {
	ctx := context.Background()
	who, verb, id, rest := workflows.PersonID(args[0]), args[1], args[2], args[3:]
	text := strings.Join(rest, " ")
	switch verb {
	case "submit":
		flow, err := s.engine.Flow(ctx, "", flowAIUse)
		if err != nil {
			return err
		}
		answers, problems := readAnswers(rest[0], []byte(ts.ReadFile(rest[0])), flow)
		if len(problems) > 0 {
			return fmt.Errorf("answers: %q", problems)
		}
		err = s.send(ctx, 0, scene{asker: who, flow: flowAIUse, answers: answers})
		if err == nil && s.ids[0] != id {
			err = fmt.Errorf("the request is %s", s.ids[0])
		}
		return err
	case "approve":
		return s.do(ctx, id, approve(0, who, rest...))
	case "reject":
		return s.do(ctx, id, reject(0, who, text))
	case "ask":
		return s.do(ctx, id, ask(0, who, text))
	case "answer":
		return s.do(ctx, id, answerLast(0, who, text))
	case "advise":
		return s.do(ctx, id, advise(0, who, false, text))
	case "accept":
		return s.do(ctx, id, accept(0, who))
	case "withdraw":
		return s.do(ctx, id, withdraw(0, who, text))
	}
	return fmt.Errorf("nobody can %q here", verb)
}

// told waits until a person has a message in the portal: told WHO ID WHY
func (s *stage) told(_ *testscript.TestScript, args []string) error {
	ctx := context.Background()
	for range 100 {
		notices, err := s.store.Notices(ctx, workflows.PersonID(args[0]), 50)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if n.About == workflows.RequestRef(args[1]) && n.Why == workflows.Why(args[2]) {
				return nil
			}
		}
		time.Sleep(50 * time.Millisecond) // the courier of a running server tells nobody when it is done
	}
	return fmt.Errorf("%s was not told about %s: %s", args[0], args[1], args[2])
}

// sealed waits until every record is sealed: sealed
func (s *stage) sealed(*testscript.TestScript, []string) error {
	ctx := context.Background()
	for range 100 {
		state, err := s.store.SealState(ctx)
		if err != nil {
			return err
		}
		if state.Size > 0 && state.Waiting == 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond) // the sealer of a running server tells nobody when it is done
	}
	return errors.New("the record is not sealed")
}

// stands says whether a request has that status: stands ID STATUS
func (s *stage) stands(_ *testscript.TestScript, args []string) error {
	r, err := s.store.Request(context.Background(), args[0])
	if err == nil && r.Status != approval.Status(args[1]) {
		err = fmt.Errorf("%s is %s", args[0], r.Status)
	}
	return err
}
