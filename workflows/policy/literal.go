package policy

import (
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"go.yaml.in/yaml/v4"
)

// checkLiterals reports texts that are compared with a choice question and are none of its options: 'personel' in
// answers.data would be false for ever, and nobody would see it.
func (s *scope) checkLiterals(r *reader, n *yaml.Node, checked *cel.Ast) {
	info := checked.NativeRep().SourceInfo()
	w := literalWalk{bound: map[string]variable{}, vars: s.vars}
	w.report = func(e ast.Expr, v variable, value string) {
		at := info.GetStartLocation(e.ID())
		line, column := r.inside(n, runeOffset(r.text(n), at.Line(), at.Column()))
		r.at(line, column, didYouMean(value, v.options), "%q is no option of %s", value, v.name)
	}
	w.walk(checked.NativeRep().Expr())
}

// literalWalk goes through an expression; bound holds the loop variables that run over the list of a question.
type literalWalk struct {
	vars   map[string]variable
	bound  map[string]variable
	report func(e ast.Expr, v variable, value string)
}

func (w literalWalk) walk(e ast.Expr) {
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		if call.IsMemberFunction() {
			w.walk(call.Target())
		}
		for _, arg := range call.Args() {
			w.walk(arg)
		}
		w.compare(call)
	case ast.ComprehensionKind:
		w.loop(e.AsComprehension())
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			w.walk(item)
		}
	case ast.SelectKind:
		w.walk(e.AsSelect().Operand())
	case ast.UnspecifiedExprKind, ast.IdentKind, ast.LiteralKind, ast.MapKind, ast.StructKind:
	}
}

func (w literalWalk) loop(c ast.ComprehensionExpr) {
	w.walk(c.IterRange())
	inner := w
	inner.bound = maps.Clone(w.bound)
	delete(inner.bound, c.IterVar())
	if v, ok := w.choice(c.IterRange()); ok {
		inner.bound[c.IterVar()] = v
	}
	for _, part := range []ast.Expr{c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result()} {
		inner.walk(part)
	}
}

// choice gives the question behind an expression, where it is a name that stands for one with options.
func (w literalWalk) choice(e ast.Expr) (variable, bool) {
	if e.Kind() != ast.IdentKind {
		return variable{}, false
	}
	v, ok := w.bound[e.AsIdent()]
	if !ok {
		v, ok = w.vars[e.AsIdent()]
	}
	return v, ok && v.options != nil
}

func (w literalWalk) compare(call ast.CallExpr) {
	switch call.FunctionName() {
	case operators.Equals, operators.NotEquals, operators.In:
	default:
		return
	}
	left, right := call.Args()[0], call.Args()[1]
	if v, ok := w.choice(left); ok {
		w.values(v, right)
	}
	if v, ok := w.choice(right); ok {
		w.values(v, left)
	}
}

// values checks a text, or each text of a list. The empty text stands for "not answered".
func (w literalWalk) values(v variable, e ast.Expr) {
	if e.Kind() == ast.ListKind {
		for _, item := range e.AsList().Elements() {
			w.values(v, item)
		}
		return
	}
	if e.Kind() != ast.LiteralKind {
		return
	}
	value, ok := e.AsLiteral().Value().(string)
	if ok && value != "" && !slices.Contains(v.options, value) {
		w.report(e, v, value)
	}
}
