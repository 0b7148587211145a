package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The guided tour links to functions that exist.
func TestTour(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{
		"engine": "workflows/engine", "approval": "workflows/approval", "register": "workflows/register", "policy": "workflows/policy", "workflows": "workflows",
		"store": "store", "ledger": "store/ledger", "bot": "bot", "view": "bot/view", "portal": "bot/portal",
	}
	links := regexp.MustCompile(`\[([a-zA-Z.]+)\]`).FindAllStringSubmatch(string(text), -1)
	if len(links) < 20 {
		t.Fatalf("only %d links", len(links))
	}
	for _, link := range links {
		dir, name := ".", link[1]
		if pkg, rest, ok := strings.Cut(link[1], "."); ok && packages[pkg] != "" {
			dir, name = filepath.Join("../..", packages[pkg]), rest
		}
		if !declares(t, dir, name) {
			t.Errorf("[%s] is nowhere", link[1])
		}
	}
}

// declares says whether a package declares a function, a type, or a method as Type.Method.
func declares(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				full := d.Name.Name
				if d.Recv != nil {
					full = receiver(d.Recv.List[0].Type) + "." + full
				}
				if full == name {
					return true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.Name == name {
						return true
					}
				}
			}
		}
	}
	return false
}

func receiver(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
