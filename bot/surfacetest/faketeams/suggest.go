package faketeams

import (
	"context"
	"fmt"
	"slices"
)

// Option is one choice that was suggested.
type Option struct{ Title, Value string }

// mostFound is how many results Teams asks for.
const mostFound = 15

const typeSearch = "application/vnd.microsoft.search.searchResponse"

// Suggest types into an input of the open dialog whose choices the app suggests, and gives what is offered.
func (s *Server) Suggest(ctx context.Context, user, input, query string) ([]Option, Result, error) {
	d, ok := s.Dialog(user)
	if !ok {
		return nil, Result{}, fmt.Errorf("a dialog of %s: %w", user, errNotThere)
	}
	inputs := allInputs(d.Card)
	i := slices.IndexFunc(inputs, func(e object) bool { return str(e, "id") == input && e["choices.data"] != nil })
	if i < 0 {
		return nil, Result{}, fmt.Errorf("input with suggestions %q: %w", input, errNotThere)
	}
	dataset := str(inputs[i]["choices.data"].(object), "dataset")
	value := object{"queryText": query, "queryOptions": object{"skip": 0, "top": mostFound}, "dataset": dataset}
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return nil, Result{}, err
	}
	p, thread := s.at(u, d.from)
	a := s.invoke("application/search", value, u, p, thread, d.replyTo())
	s.mu.Unlock()
	var out []Option
	r, err := s.did(ctx, user, a, func(r *Result) { out = s.searchAnswer(r) })
	return out, r, err
}

// searchAnswer reads an answer to a query. The lock is held.
func (s *Server) searchAnswer(r *Result) []Option {
	const where = "answer to a search"
	o, ok := s.decoded(r, where)
	if !ok {
		return nil
	}
	value, _ := o["value"].(object)
	results, isList := value["results"].([]any)
	if status, has := o["statusCode"]; str(o, "type") != typeSearch || !isList || has && status != float64(200) || !exact(value, "results") {
		s.complain(where, "want type, value.results and statusCode 200: %.200s", r.Ack.Body)
		r.Trouble = TroubleWrong
		return nil
	}
	var out []Option
	for _, one := range list(results) {
		if !exact(one, "title", "value") || str(one, "title") == "" || str(one, "value") == "" {
			s.complain(where, "a result without title or value, or with more: %v", one)
			continue
		}
		out = append(out, Option{str(one, "title"), str(one, "value")})
	}
	if len(out) > mostFound {
		s.complain(where, "%d results, asked for %d", len(out), mostFound)
	}
	return out
}

// Pick types a query into an input whose choices the app suggests, and chooses the one with a value.
func (s *Server) Pick(ctx context.Context, user, input, query, value string) error {
	found, r, err := s.Suggest(ctx, user, input, query)
	if err != nil {
		return err
	}
	if r.Trouble != "" {
		return fmt.Errorf("suggestions for %q: %s (%s)", query, r.Trouble, r.Ack)
	}
	if !slices.ContainsFunc(found, func(o Option) bool { return o.Value == value }) {
		return fmt.Errorf("%q among the suggestions for %q: %w", value, query, errNotThere)
	}
	s.hold(user, input, value)
	return nil
}
