//go:build ignore

// Testlog makes the output of go test readable in a log.
//
//	go test -json ./... | testlog tests COUNTS
//	testlog coverage PROFILE FLOOR
//
// The first prints one line a package, the whole output of what failed and the
// reason of each skip; it writes "N passed, N failed, N skipped" to the file
// COUNTS and the skips to COUNTS.skipped. The second prints the coverage of each
// package beside its aim and fails if the whole is below FLOOR percent.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "tests":
		err = tests(os.Stdin, os.Args[2])
	case len(os.Args) == 4 && os.Args[1] == "coverage":
		err = coverage(os.Args[2], os.Args[3])
	default:
		err = fmt.Errorf("usage: testlog tests COUNTS | testlog coverage PROFILE FLOOR")
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// event is a line of go test -json, see go doc test2json.
type event struct {
	Action, Package, Test, Output, ImportPath string
}

// run collects what the events say.
type run struct {
	output                  map[[2]string][]string // by package and test
	passed, failed, skipped int
	broken                  int // packages that failed outside a test
	skips                   []string
	failedIn                map[string]bool // packages with a failed test
}

func tests(in io.Reader, counts string) error {
	r := &run{output: map[[2]string][]string{}, failedIn: map[string]bool{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		var e event
		if json.Unmarshal(line, &e) != nil {
			fmt.Print(string(line)) // go test itself complains outside JSON
			continue
		}
		r.add(e)
	}
	return r.close(counts)
}

var coverageOf = regexp.MustCompile(`\tcoverage: .*`)

func (r *run) add(e event) {
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Print(e.Output)
	case "output":
		if e.Test == "" && isVerdict(e.Output) {
			fmt.Println(strings.TrimRight(coverageOf.ReplaceAllString(e.Output, ""), "\n"))
			return
		}
		r.output[key] = append(r.output[key], e.Output)
	case "pass", "fail", "skip":
		r.end(e, key)
		delete(r.output, key)
	}
}

// isVerdict reports whether a line says how a package did.
func isVerdict(line string) bool {
	for _, start := range []string{"ok  \t", "FAIL\t", "?   \t"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return false
}

func (r *run) end(e event, key [2]string) {
	switch {
	case e.Test == "" && e.Action == "fail":
		r.endPackage(e.Package, key)
	case e.Test == "":
	case e.Action == "pass":
		r.passed++
	case e.Action == "fail":
		r.failed++
		r.failedIn[e.Package] = true
		fmt.Printf("--- FAIL: %s %s\n", e.Package, e.Test)
		r.show(key)
	case e.Action == "skip":
		r.skipped++
		r.skips = append(r.skips, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(r.output[key])))
	}
}

// endPackage tells what a failed package wrote outside its failed tests: what
// was running when it died has no end of its own.
func (r *run) endPackage(name string, key [2]string) {
	unfinished := slices.DeleteFunc(slices.Collect(maps.Keys(r.output)), func(k [2]string) bool { return k[0] != name || k[1] == "" })
	if r.failedIn[name] && len(unfinished) == 0 {
		return
	}
	r.broken++
	for _, k := range unfinished {
		fmt.Printf("--- did not end: %s %s\n", k[0], k[1])
		r.show(k)
	}
	r.show(key)
}

// show prints what a test wrote, its end if that was very much.
func (r *run) show(key [2]string) {
	out := r.output[key]
	if cut := len(out) - 300; cut > 0 {
		fmt.Printf("    (%d lines before)\n", cut)
		out = out[cut:]
	}
	for _, line := range out {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Print(line)
		}
	}
}

// reason is what a test said last before it was skipped.
func reason(out []string) string {
	for _, line := range slices.Backward(out) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--- ") && !strings.HasPrefix(line, "=== ") {
			return line
		}
	}
	return "no reason given"
}

func (r *run) close(counts string) error {
	slices.Sort(r.skips)
	skips := "  nothing\n"
	if len(r.skips) > 0 {
		skips = "  " + strings.Join(r.skips, "\n  ") + "\n"
	}
	fmt.Printf("skipped:\n%s", skips)
	line := fmt.Sprintf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	fmt.Print(line)
	if err := os.WriteFile(counts+".skipped", []byte(skips), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(counts, []byte(line), 0o600); err != nil {
		return err
	}
	if r.failed+r.broken > 0 {
		return fmt.Errorf("tests failed: %d; packages that failed outside a test: %d", r.failed, r.broken)
	}
	if r.passed == 0 {
		return fmt.Errorf("no test ran")
	}
	return nil
}

// aims are percentages of statements, the most specific prefix first.
var aims = []struct {
	prefix string
	aim    float64
}{
	{"steward/workflows", 95},
	{"steward/store", 95},
	{"steward", 85},
}

type share struct{ covered, all int }

func (s share) percent() float64 {
	if s.all == 0 {
		return 100
	}
	return 100 * float64(s.covered) / float64(s.all)
}

// coverage reads a profile in which each test binary lists every package, so a
// block counts as covered if any of its lines has a count.
func coverage(profile, floor string) error {
	least, err := strconv.ParseFloat(floor, 64)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(profile)
	if err != nil {
		return err
	}
	blocks := map[string]share{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		statements, err := strconv.Atoi(f[1])
		if err != nil {
			return err
		}
		s := blocks[f[0]]
		s.all = statements
		if f[2] != "0" {
			s.covered = statements
		}
		blocks[f[0]] = s
	}
	return report(blocks, least)
}

func report(blocks map[string]share, least float64) error {
	packages := map[string]share{}
	var whole share
	for place, s := range blocks {
		file, _, _ := strings.Cut(place, ":")
		p := packages[path.Dir(file)]
		packages[path.Dir(file)] = share{p.covered + s.covered, p.all + s.all}
		whole = share{whole.covered + s.covered, whole.all + s.all}
	}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		aim := aimOf(name)
		note := ""
		if p := packages[name].percent(); p < aim {
			note = "  below its aim"
		}
		fmt.Printf("%6.1f %% (aim %.0f) %s%s\n", packages[name].percent(), aim, name, note)
	}
	fmt.Printf("%6.1f %% (aim 85, floor %.0f) of all %d statements\n", whole.percent(), least, whole.all)
	if whole.percent() < least {
		return fmt.Errorf("coverage %.1f %% is below the floor of %.1f %%", whole.percent(), least)
	}
	return nil
}

func aimOf(name string) float64 {
	for _, a := range aims {
		if strings.HasPrefix(name, a.prefix) {
			return a.aim
		}
	}
	return 0
}
