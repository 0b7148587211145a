package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"go.yaml.in/yaml/v4"
)

// The limits of one condition. What is written by people stays far below them; they stop what is written to hurt.
const (
	costLimit      = 100_000 // in CEL's cost units, about a millisecond
	sizeLimit      = 2000    // code points of the source
	recursionLimit = 50
)

// variable is a name that conditions may read.
type variable struct {
	name    string
	page    int // 0 where the value is known before the form opens
	typ     *cel.Type
	options []string // the values a choice can have; nil where anything goes
	count   uint64   // most elements of a list
	length  uint64   // most characters of a text, or of an element
}

// scope is a set of variables, ready to compile conditions over them.
type scope struct {
	env  *cel.Env
	vars map[string]variable
}

func newScope(vars []variable) (*scope, error) {
	s := &scope{vars: map[string]variable{}}
	opts := []cel.EnvOption{cel.ParserExpressionSizeLimit(sizeLimit), cel.ParserRecursionLimit(recursionLimit)}
	for _, v := range vars {
		s.vars[v.name] = v
		opts = append(opts, cel.Variable(v.name, v.typ))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, fmt.Errorf("make expression environment: %w", err)
	}
	s.env = env
	return s, nil
}

// expr is a compiled condition. A nil expr always holds.
type expr struct {
	source  string
	reads   []string // names of variables, sorted
	program cel.Program
}

// errRule is what a condition ends with that cannot be evaluated.
var errRule = errors.New(ruleError)

// holds evaluates the condition. An error means that it could not be evaluated, on any machine: too costly, a division by
// zero. The values are not changed.
func (e *expr) holds(values map[string]any) (bool, error) {
	if e == nil {
		return true, nil
	}
	out, _, err := e.program.Eval(values)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errRule, err)
	}
	yes, ok := out.Value().(bool)
	if !ok {
		return false, fmt.Errorf("%w: no yes or no", errRule)
	}
	return yes, nil
}

// strictly evaluates a condition that makes things stricter where it holds, and takes it to hold where it cannot be
// evaluated.
func (e *expr) strictly(values map[string]any) bool {
	yes, err := e.holds(values)
	return yes || err != nil
}

// always says that the condition holds whatever the answers are, as far as one sees by reading.
func (e *expr) always() bool { return e == nil || e.source == "true" }

// text gives the source; empty for none.
func (e *expr) text() string {
	if e == nil {
		return ""
	}
	return e.source
}

// compile reads a condition from the file and reports, at its place, what is wrong with it.
func (s *scope) compile(r *reader, n *yaml.Node) *expr {
	source := r.text(n)
	if source == "" {
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
			r.bad(n, `write "true" for always`, "the condition is empty")
		}
		return nil
	}
	checked, issues := s.env.Compile(source)
	if issues.Err() != nil {
		for _, one := range issues.Errors() {
			message, hint, back := s.explain(one.Message)
			line, column := r.inside(n, runeOffset(source, one.Location.Line(), one.Location.Column())-back)
			r.at(line, column, hint, "%s", message)
		}
		return nil
	}
	before := len(*r.problems)
	if out := checked.OutputType(); !out.IsExactType(cel.BoolType) {
		r.bad(n, "compare it with something", "a condition must be true or false, this is %s", out)
	}
	s.checkLiterals(r, n, checked)
	s.checkCost(r, n, checked)
	// Optimising also compiles patterns, so that a broken one is found here and not on the day it is needed.
	program, err := s.env.Program(checked, cel.CostLimit(costLimit), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		r.bad(n, "", "the condition cannot be used: %v", err)
	}
	if len(*r.problems) > before {
		return nil
	}
	return &expr{source: source, reads: s.reads(checked), program: program}
}

// runeOffset turns a line (from 1) and column (from 0) of a text into an offset in runes.
func runeOffset(text string, line, column int) int {
	offset := column
	for i, l := range strings.SplitAfter(text, "\n") {
		if i+1 >= line {
			break
		}
		offset += len([]rune(l))
	}
	return offset
}

// undeclared matches what CEL says of a name it does not know.
var undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)

// explain puts a message of CEL into plainer words. CEL points at the dot of a qualified name; back is how far its first
// letter lies before that.
func (s *scope) explain(message string) (plain, hint string, back int) {
	if m := undeclared.FindStringSubmatch(message); m != nil {
		hint = didYouMean(m[1], s.names())
		if !strings.HasPrefix(hint, "did you mean") {
			hint = "a question is read as answers.KEY"
		}
		return fmt.Sprintf("unknown name %q", m[1]), hint, max(strings.LastIndex(m[1], "."), 0)
	}
	if before, _, found := strings.Cut(message, " expecting "); found {
		return strings.TrimSpace(before), "the expression is not complete or has a character too many", 0
	}
	if strings.HasPrefix(message, "found no matching overload for '_") { // of an operator
		return message, "both sides must be of one type: texts in quotes, numbers without", 0
	}
	return message, "", 0
}

func (s *scope) names() []string {
	out := make([]string, 0, len(s.vars))
	for name := range s.vars {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// reads lists the variables a condition reads.
func (s *scope) reads(checked *cel.Ast) []string {
	var out []string
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.IdentKind {
			return
		}
		if _, ok := s.vars[e.AsIdent()]; ok && !slices.Contains(out, e.AsIdent()) {
			out = append(out, e.AsIdent())
		}
	}))
	slices.Sort(out)
	return out
}

// lastPage gives the highest page the condition reads.
func (s *scope) lastPage(e *expr) int {
	page := 0
	if e == nil {
		return page
	}
	for _, name := range e.reads {
		page = max(page, s.vars[name].page)
	}
	return page
}
