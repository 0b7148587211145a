package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestRowsStayInside checks that no handler can decode into a row: every type that gorm knows is unexported, and no exported
// type has a tag for gorm or for JSON.
func TestRowsStayInside(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "TableName" {
					rows++
					if receiver, ok := n.Recv.List[0].Type.(*ast.Ident); !ok || receiver.IsExported() {
						t.Errorf("%s: the row of TableName is exported", e.Name())
					}
				}
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok && n.Name.IsExported() {
					for _, f := range s.Fields.List {
						if f.Tag != nil {
							t.Errorf("%s: exported %s has a tag %s", e.Name(), n.Name, f.Tag.Value)
						}
					}
				}
			}
			return true
		})
	}
	if rows < 15 {
		t.Errorf("only %d rows were found: the test looks in the wrong place", rows)
	}
}
