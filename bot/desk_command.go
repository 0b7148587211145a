package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// Command answers words that somebody typed. The words are the same on every surface, and the answer is for the asker only.
func (d *Desk) Command(ctx context.Context, who Who, words string) (Reply, error) {
	c, refused, err := d.caller(ctx, who)
	if err != nil || refused != nil {
		return orZero(refused), err
	}
	word, rest, _ := strings.Cut(card.Clean(words), " ")
	switch word = strings.ToLower(word); word {
	case "request":
		return d.startByName(ctx, c, rest)
	case "inbox":
		return d.inbox(ctx, c)
	case "mine":
		return d.mine(ctx, c)
	case "status":
		return d.status(ctx, c, rest, view.VerbShow)
	case "explain":
		return d.explain(ctx, c, rest)
	case "find":
		return d.register(ctx, c, rest)
	case view.WordVendor:
		return d.vendorsCard(ctx, c, rest)
	case view.WordAway:
		return d.awayCommand(ctx, c, rest)
	case view.WordLink:
		return d.accountsCard(ctx, c, "")
	case "help", "":
		return showCard(view.Help("", "")), nil
	}
	if slices.Contains(view.Later(), word) {
		return say("", view.NotYet(word)), nil
	}
	if rest == "" && looksLikeID(word) {
		return d.status(ctx, c, word, view.VerbShow)
	}
	return showCard(view.Help(word, nearest(word))), nil
}

// status shows or explains a request or a system by its id.
func (d *Desk) status(ctx context.Context, c caller, id, verb string) (Reply, error) {
	if id == "" {
		return say(workflows.CodeField, view.NeedID(verb)), nil
	}
	return d.pressThing(ctx, c, refOf(id), card.Action{Verb: verb})
}

// shown gives a request as a card: short, in detail, or explained.
func (d *Desk) shown(k view.Case, verb string) Reply {
	switch verb {
	case view.VerbDetails:
		return showCard(view.Details(k))
	case view.VerbExplain:
		return showCard(view.Explain(k))
	}
	return showCard(view.Request(k))
}

// inbox lists what waits for the caller.
func (d *Desk) inbox(ctx context.Context, c caller) (Reply, error) {
	items, all, err := d.waiting(ctx, c, view.MaxListed)
	if err != nil {
		return Reply{}, err
	}
	r := showCard(view.Inbox(c.eyes(), items, all))
	if hidden := all - len(items); c.Limited && hidden > 0 && len(items) < view.MaxListed {
		r.Text = view.MoreLimited(hidden)
	}
	return r, nil
}

// waiting gives the first n things that wait for the caller and that they may see here, with their titles, and how many wait
// in all.
func (d *Desk) waiting(ctx context.Context, c caller, n int) ([]view.Item, int, error) {
	waits, err := d.read.Waits(ctx, c.Person)
	if err != nil {
		return nil, 0, fmt.Errorf("what waits: %w", err)
	}
	all := len(waits)
	waits = byDue(c.shows(waits))
	var out []view.Item
	for _, w := range waits[:min(len(waits), n)] {
		title, err := titleOf(ctx, d.read, c, w.About)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, view.Item{Wait: w, Title: title})
	}
	return out, all, nil
}

// byDue orders what waits: earliest due first, what has no day last.
func byDue(waits []workflows.Wait) []workflows.Wait {
	waits = slices.Clone(waits)
	slices.SortStableFunc(waits, func(a, b workflows.Wait) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return waits
}

// titleOf gives the title of what waits for the caller. Who may not read the whole of a system is told which tool it is.
func titleOf(ctx context.Context, read Reader, c caller, ref workflows.Ref) (string, error) {
	if ref.Kind == workflows.KindSystem {
		s, err := read.System(ctx, ref.ID)
		if err != nil {
			return "", fmt.Errorf("read system %s: %w", ref.ID, err)
		}
		if !c.whole(c.Viewer, s) {
			return s.Tool, nil
		}
		return s.Title, nil
	}
	if ref.Kind == workflows.KindVendor {
		v, err := read.Vendor(ctx, ref.ID)
		if err != nil {
			return "", fmt.Errorf("read vendor %s: %w", ref.ID, err)
		}
		return v.Name, nil
	}
	r, err := read.Request(ctx, ref.ID)
	if err != nil {
		return "", fmt.Errorf("read request %s: %w", ref.ID, err)
	}
	return r.Screening.Title, nil
}

// mine lists what the caller sent or is accountable for.
func (d *Desk) mine(ctx context.Context, c caller) (Reply, error) {
	rows, more, err := d.rows(ctx, c, view.MaxListed)
	if err != nil {
		return Reply{}, err
	}
	uses, err := d.uses(ctx, c, view.MaxListed)
	if err != nil {
		return Reply{}, err
	}
	return showCard(view.Mine(c.eyes(), rows, more, uses)), nil
}

// uses gives the approved uses that the caller joined, newest first.
func (d *Desk) uses(ctx context.Context, c caller, n int) ([]view.SystemRow, error) {
	uses, _, err := d.systems(ctx, c, workflows.SystemFilter{User: c.Person, Limit: n})
	return uses, err
}

func (d *Desk) rows(ctx context.Context, c caller, n int) ([]view.Row, bool, error) {
	rows, next, err := d.read.RequestRows(ctx, c.Viewer, workflows.RequestFilter{Mine: true, Limit: n})
	if err != nil {
		return nil, false, fmt.Errorf("list requests: %w", err)
	}
	flows, err := d.engine.Flows(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("flows in force: %w", err)
	}
	var out []view.Row
	for _, r := range rows {
		row := view.Row{RequestRow: r}
		if i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return f.Key == r.Flow }); i >= 0 {
			row.Flow = flows[i]
		}
		out = append(out, row)
	}
	return out, next != "", nil
}

// showCard makes a reply of a card.
func showCard(c card.Card) Reply { return Reply{Kind: ReplyCard, Card: &c} }

func orZero(r *Reply) Reply {
	if r == nil {
		return Reply{}
	}
	return *r
}

// looksLikeID says whether a word has the shape of a short id: letters, a dash, digits.
func looksLikeID(word string) bool {
	prefix, number, ok := strings.Cut(word, "-")
	return ok && prefix != "" && number != "" && len(word) <= 20 &&
		strings.Trim(strings.ToLower(prefix), "abcdefghijklmnopqrstuvwxyz") == "" && strings.Trim(number, "0123456789") == ""
}

// nearest gives the command that is most like a word; empty where none is near.
func nearest(word string) string {
	best, bestAt := "", 3
	for _, c := range view.Commands() {
		known, _, _ := strings.Cut(c.Word, " ")
		d := distance(word, known)
		if strings.HasPrefix(word, known) || len(word) >= 3 && strings.HasPrefix(known, word) {
			d = min(d, 1)
		}
		if d < bestAt {
			best, bestAt = known, d
		}
	}
	return best
}

// distance is the edit distance of two words.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 40 {
		x = x[:40]
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			before, row[j] = row[j], min(row[j]+1, row[j-1]+1, before+cost)
		}
	}
	return row[len(y)]
}
