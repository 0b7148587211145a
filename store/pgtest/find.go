package pgtest

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// errNoPrograms says what a person can do about it.
var errNoPrograms = errors.New("the Postgres server programs are not on this machine (on Debian: apt-get install postgresql) and " + envServer + " names no server")

// places where packages put the programs, besides the PATH.
func places() []string {
	return []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/libexec/postgresql*",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	}
}

// programs returns the directory of initdb and postgres: that on the
// PATH, else the newest version among the usual places.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil && complete(filepath.Dir(target)) {
			return filepath.Dir(target), nil
		}
	}
	var found []string
	for _, pattern := range places() {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, dirs...)
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	if i := slices.IndexFunc(found, complete); i >= 0 {
		return found[i], nil
	}
	return "", errNoPrograms
}

// complete reports whether dir has all programs. Client packages bring some.
func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// version reads the number in a path such as /usr/lib/postgresql/17/bin. A path
// without one counts as 0, a three-digit number such as 9.6 as 9.6.
func version(dir string) float64 {
	digits := regexp.MustCompile(`\d+(\.\d+)?`).FindString(dir)
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0
	}
	return n
}
