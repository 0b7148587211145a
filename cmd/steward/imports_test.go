package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// direction says what the packages of a tree may import. The rule with the
// longest tree that holds a package applies to it.
type direction struct {
	in string // a tree of this module; "workflows." is that package alone
	// may lists the trees of this module that may be imported, in the same
	// notation. A package may always import those below it.
	may []string
	// mayNot lists what else may not be imported, with all below it.
	mayNot []string
	// standardOnly forbids packages of other modules.
	standardOnly bool
	// noClock forbids asking what time it is.
	noClock bool
}

// directions is who may import whom. .golangci.yml says the same for editors.
func directions() []direction {
	// What the machines are: functions of their arguments.
	noWorld := []string{"net", "os/exec", "syscall", "database/sql", "math/rand", "crypto/rand", "gorm.io", "github.com/jackc"}
	noStore := []string{"database/sql", "gorm.io", "github.com/jackc"}
	words := slices.Concat([]string{"workflows."}, machineTrees())
	surface := slices.Concat([]string{"bot.", "bot/card", "bot/view", "bot/egress", "bot/turns", "bot/pace"}, words)
	with := func(more string, trees []string) []string { return slices.Concat(trees, []string{more}) }
	return []direction{
		{in: "cmd", may: []string{"bot", "store", "workflows", "cmd"}},
		{in: "bot", may: slices.Concat([]string{"bot/card", "bot/view"}, words), mayNot: noStore},
		{in: "bot/card", may: []string{"bot/card"}, mayNot: slices.Concat([]string{"net", "os"}, noStore), standardOnly: true},
		// Test support: samples of every card, made by the views.
		{in: "bot/card/cardtest", may: slices.Concat([]string{"bot/card", "bot/view"}, words), mayNot: noStore},
		{in: "bot/view", may: slices.Concat([]string{"bot/card", "bot/view"}, words), mayNot: slices.Concat([]string{"net/http", "os"}, noStore)},
		// Support of surfaces that call out. Neither knows one of them.
		{in: "bot/egress", may: []string{"bot/egress"}, mayNot: noStore, standardOnly: true},
		{in: "bot/pace", mayNot: slices.Concat([]string{"net", "os"}, noStore), standardOnly: true},
		{in: "bot/turns", may: slices.Concat([]string{"bot.", "bot/card", "bot/view"}, words), mayNot: noStore},
		{in: "bot/slack", may: with("bot/slack", surface), mayNot: noStore},
		{in: "bot/teams", may: with("bot/teams", surface), mayNot: noStore},
		{in: "bot/mail", may: with("bot/mail", surface), mayNot: noStore},
		{in: "bot/anchor", may: with("bot/anchor", surface), mayNot: noStore},
		{in: "bot/portal", may: with("bot/portal", surface), mayNot: noStore},
		{in: "bot/surfacetest", may: with("bot/surfacetest", surface), mayNot: noStore},
		// The fake Slack knows the rules of Block Kit, and nothing else of the surface it is there to try.
		{in: "bot/surfacetest/fakeslack", may: slices.Concat(surface, []string{"bot/surfacetest", "bot/slack/blockkit"}), mayNot: noStore},
		{in: "workflows.", mayNot: with("os", noWorld), standardOnly: true, noClock: true},
		{in: "workflows", may: words, mayNot: noWorld, noClock: true},
		{in: "workflows/policy", may: []string{"workflows.", "workflows/policy"}, mayNot: noWorld, noClock: true},
		{in: "workflows/engine", may: with("workflows/engine", words), mayNot: []string{"net", "gorm.io", "github.com/jackc"}, noClock: true},
		{in: "store", may: []string{"store", "workflows"}, mayNot: []string{"net/http"}},
		// Test support that brings no schema.
		{in: "store/pgtest", mayNot: []string{"net/http"}},
	}
}

// machineTrees are the packages below workflows but the engine.
func machineTrees() []string {
	entries, err := os.ReadDir("../../workflows")
	if err != nil {
		return nil
	}
	var trees []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "engine" {
			trees = append(trees, "workflows/"+e.Name())
		}
	}
	return trees
}

// within reports whether the package at dir is in tree.
func within(dir, tree string) bool {
	if alone, ok := strings.CutSuffix(tree, "."); ok {
		return dir == alone
	}
	return dir == tree || strings.HasPrefix(dir, tree+"/")
}

// ruleFor returns the rule of the longest tree that holds dir.
func ruleFor(dir string, rules []direction) (direction, bool) {
	var best direction
	for _, r := range rules {
		if within(dir, r.in) && len(r.in) > len(best.in) {
			best = r
		}
	}
	return best, best.in != ""
}

func TestImports(t *testing.T) {
	if complaints := checkTree(t, os.DirFS("../.."), directions()); len(complaints) > 0 {
		t.Errorf("imports against the directions of this file:\n%s", strings.Join(complaints, "\n"))
	}
}

// A check that finds nothing proves nothing, so it is shown what it must find.
func TestImportsFindsViolations(t *testing.T) {
	tree := fstest.MapFS{}
	add := func(file, text string) { tree[file] = &fstest.MapFile{Data: []byte(text)} }
	add("cmd/steward/main.go", `package main; import (_ "steward/store"; _ "os"; _ "gorm.io/gorm")`)
	add("workflows/clock.go", `package workflows; import "time"; var x = time.Now`)
	add("workflows/world.go", `package workflows; import (_ "os"; _ "net/url"; _ "example.org/x"; _ "time")`)
	add("workflows/policy/p.go", `package policy; import (_ "steward/workflows"; _ "cel.dev/cel-go/cel"; _ "steward/store")`)
	add("workflows/register/r.go", `package register; import (_ "steward/workflows"; _ "steward/workflows/engine")`)
	add("workflows/engine/e.go", `package engine; import clock "time"; import (_ "steward/workflows"; _ "steward/bot"); var s = clock.Since`)
	add("workflows/engine/e_test.go", `package engine; import (_ "steward/store"; "time"); var s = time.Now`)
	add("store/s.go", `package store; import (_ "steward/workflows/engine"; _ "net/http"; _ "gorm.io/gorm")`)
	add("bot/card/c.go", `package card; import (_ "strings"; _ "steward/workflows"; _ "golang.org/x/text")`)
	add("bot/slack/s.go", `package slack; import (_ "steward/bot"; _ "steward/bot/teams"; _ "net/http"; _ "github.com/slack-go/slack")`)
	add("elsewhere/e.go", `package elsewhere`)
	add("bot/slack/testdata/x.go", `package x; import _ "steward/store"`)

	want := []string{
		`bot/card/c.go: imports golang.org/x/text; only the standard library may be`,
		`bot/card/c.go: imports steward/workflows`,
		`bot/slack/s.go: imports steward/bot/teams`,
		`elsewhere/e.go: no direction is set for this folder`,
		`store/s.go: imports net/http`,
		`workflows/clock.go: asks time.Now; the time is in the event`,
		`workflows/engine/e.go: asks time.Since; the time is in the event`,
		`workflows/engine/e.go: imports steward/bot`,
		`workflows/policy/p.go: imports steward/store`,
		`workflows/register/r.go: imports steward/workflows/engine`,
		`workflows/world.go: imports example.org/x; only the standard library may be`,
		`workflows/world.go: imports net/url`,
		`workflows/world.go: imports os`,
	}
	got := checkTree(t, tree, directions())
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// checkTree returns what is wrong in the Go files of tree, sorted. Tests may
// import what they like: the engine's run on a real store.
func checkTree(t *testing.T, tree fs.FS, rules []direction) []string {
	t.Helper()
	var complaints []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (base == "testdata" || base == "node_modules" || strings.HasPrefix(base, ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		for _, c := range checkFile(name, text, rules) {
			complaints = append(complaints, name+": "+c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(complaints)
	return complaints
}

func checkFile(name string, text []byte, rules []direction) []string {
	dir := path.Dir(name)
	rule, ok := ruleFor(dir, rules)
	if !ok {
		return []string{"no direction is set for this folder"}
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return []string{fmt.Sprintf("does not parse: %v", err)}
	}
	var complaints []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return []string{fmt.Sprintf("import %s: %v", spec.Path.Value, err)}
		}
		if c := checkImport(dir, imported, rule); c != "" {
			complaints = append(complaints, c)
		}
	}
	if rule.noClock {
		complaints = append(complaints, askedClocks(file)...)
	}
	return complaints
}

// checkImport returns what is wrong with an import of a package in dir, or "".
func checkImport(dir, imported string, rule direction) string {
	inTree := func(tree string) bool { return within(imported, tree) }
	if own, ok := strings.CutPrefix(imported, "steward/"); ok {
		may := func(tree string) bool { return within(own, tree) }
		if within(own, dir) || slices.ContainsFunc(rule.may, may) {
			return ""
		}
		return "imports " + imported
	}
	if slices.ContainsFunc(rule.mayNot, inTree) {
		return "imports " + imported
	}
	first, _, _ := strings.Cut(imported, "/")
	if rule.standardOnly && strings.Contains(first, ".") {
		return "imports " + imported + "; only the standard library may be"
	}
	return ""
}

// askedClocks finds time.Now and its like under whatever name time has.
func askedClocks(file *ast.File) []string {
	clock := ""
	for _, spec := range file.Imports {
		if spec.Path.Value == `"time"` {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	if clock == "" {
		return nil
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == clock && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
			found = append(found, "asks time."+sel.Sel.Name+"; the time is in the event")
		}
		return true
	})
	return found
}
