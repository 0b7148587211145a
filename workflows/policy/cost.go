package policy

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"go.yaml.in/yaml/v4"
)

// checkCost refuses a condition whose worst case is above the limit, while there is somebody who can change it. The count
// at run time stays as the second fence.
func (s *scope) checkCost(r *reader, n *yaml.Node, checked *cel.Ast) {
	worst, err := s.env.EstimateCost(checked, sizes{s.vars})
	if err != nil {
		r.bad(n, "", "the cost of the condition cannot be estimated: %v", err)
		return
	}
	if worst.Max > costLimit {
		r.bad(n, "split it, or avoid nested loops and long texts",
			"the condition can become too slow: up to %d steps, %d are allowed", worst.Max, uint64(costLimit))
	}
}

// sizes tells the estimator how large answers can be: what [Flow.Check] lets pass.
type sizes struct{ vars map[string]variable }

// EstimateSize implements [cost.Estimator].
func (s sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	path := node.Path()
	if len(path) == 0 {
		return nil
	}
	v, ok := s.vars[path[0]]
	if !ok {
		return nil
	}
	if len(path) == 1 && v.count > 0 {
		return &cost.SizeEstimate{Min: 0, Max: v.count}
	}
	return &cost.SizeEstimate{Min: 0, Max: v.length}
}

// EstimateCallCost implements [cost.Estimator]; the standard costs are used.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
