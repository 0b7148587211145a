package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

var settingName = regexp.MustCompile(`STEWARD_[A-Z0-9_]*[A-Z0-9]`)

// settings finds the names of the program's settings in the string literals and
// tags of its source, so that it needs no list of its own to fall behind.
func settings(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				for _, found := range settingName.FindAllString(lit.Value, -1) {
					names[found] = true
				}
			}
			return true
		})
	}
	if len(names) == 0 {
		t.Fatal("no STEWARD_ name is in the source of this command")
	}
	return names
}

// known reports whether a name is a setting, or the file that holds one.
func known(names map[string]bool, name string) bool {
	return names[name] || names[strings.TrimSuffix(name, "_FILE")]
}

func TestDeployNamesExist(t *testing.T) {
	names := settings(t)
	check := func(file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range settingName.FindAllString(string(text), -1) {
			if !known(names, name) {
				t.Errorf("%s names %s, which is no setting of the program", file, name)
			}
		}
	}
	check("../../docker-compose.yml")
	err := filepath.WalkDir("../../deploy", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			check(file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The keys of the example are the names of the environment in small letters.
func TestExampleSettings(t *testing.T) {
	names := settings(t)
	text, err := os.ReadFile("../../deploy/steward.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// Settings that are commented out must parse too.
	all := regexp.MustCompile(`(?m)^# ([a-z_]+: \S+)$`).ReplaceAllString(string(text), "$1")
	var example map[string]string
	if err := yaml.Unmarshal([]byte(all), &example); err != nil {
		t.Fatal(err)
	}
	for key := range example {
		if name := "STEWARD_" + strings.ToUpper(key); !names[name] {
			t.Errorf("the key %s has no setting %s", key, name)
		} else if !strings.Contains(all, "("+name+")") {
			t.Errorf("the text above the key %s does not name %s", key, name)
		}
	}
	if _, ok := example["policy_dir"]; !ok {
		t.Error("the commented setting policy_dir was not read")
	}
}

// compose is what is checked of docker-compose.yml.
type compose struct {
	Services map[string]struct {
		Image       string
		Environment map[string]string
		Volumes     []any
		Ports       []string
		HealthCheck struct{ Test []string }
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	}
	Volumes map[string]any
}

func TestCompose(t *testing.T) {
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	database, program := c.Services["postgres"], c.Services["steward"]
	if !strings.HasPrefix(database.Image, "postgres:17") {
		t.Errorf("the database is %q, want Postgres 17", database.Image)
	}
	if program.DependsOn["postgres"].Condition != "service_healthy" {
		t.Error("steward does not wait until the database is healthy")
	}
	for name, s := range c.Services {
		if len(s.HealthCheck.Test) == 0 {
			t.Errorf("%s has no health check", name)
		}
		for key, value := range s.Environment {
			if strings.Contains(key, "PASSWORD") && !strings.HasPrefix(value, "${POSTGRES_PASSWORD:?") {
				t.Errorf("%s: %s must be taken from the environment and be refused if missing", name, key)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s publishes port %s beyond this machine", name, port)
			}
		}
	}
	if regexp.MustCompile(`//[^/@]*:[^/@]*@`).MatchString(program.Environment["STEWARD_DATABASE_URL"]) {
		t.Error("a password is in STEWARD_DATABASE_URL")
	}
	_, named := c.Volumes["postgres"]
	if !named || !slices.Contains(database.Volumes, any("postgres:/var/lib/postgresql/data")) {
		t.Error("the data of the database is not in the named volume postgres")
	}
}

func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile("../../deploy/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CGO_ENABLED=0", "distroless/static", "USER nonroot"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing", want)
		}
	}
	// The image has no time zones of its own.
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(program), `_ "time/tzdata"`) {
		t.Error("main.go does not import time/tzdata")
	}
}
