package portal

import (
	"net/http"
	"strconv"

	"steward/bot/card"
	"steward/workflows"
)

// deliveryPage is one delivery: what became of it, and what can be done.
type deliveryPage struct {
	Head    pageHead
	Facts   []fact
	Held    bool // a courier has it at this moment
	Buttons []postButton
	Ways    table // where else the same thing was told
	History []entry
}

// delivery shows one delivery.
func (p *Portal) delivery(w http.ResponseWriter, r *http.Request, v visit) error {
	d, err := p.deliveryAt(r, v)
	if err != nil {
		return err
	}
	roster, err := p.receivers(r, []workflows.DeliveryRow{d})
	if err != nil {
		return err
	}
	mark := deliveryMark(d)
	page := deliveryPage{
		Head:  pageHead{Kicker: "Delivery " + strconv.FormatInt(d.ID, 10), Title: personCell(roster, d.Account.Person).name() + ": " + toldWhy(d.Why), Mark: &mark},
		Facts: p.deliveryFacts(v, d, roster), Held: d.Held, Buttons: p.deliveryButtons(d),
	}
	ways, _, err := p.cfg.Deliveries.DeliveryRows(r.Context(), workflows.DeliveryFilter{Mail: d.Mail})
	if err != nil {
		return err
	}
	page.Ways = p.otherWays(v, d, ways, roster)
	rows, err := p.cfg.Requests.History(r.Context(), workflows.DeliveryRef(d.ID))
	if err != nil {
		return err
	}
	if page.History, err = p.history(r, v, rows, words); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "delivery", page)
}

// deliveryAt reads the delivery of an address, for those who run Steward.
func (p *Portal) deliveryAt(r *http.Request, v visit) (workflows.DeliveryRow, error) {
	id, ok := deliveryID(r.PathValue("delivery"))
	if !ok || !workflows.RunsDeliveries(v.Person) {
		return workflows.DeliveryRow{}, errUnknown
	}
	return p.cfg.Deliveries.Delivery(r.Context(), id)
}

// name gives what a cell calls a person.
func (c cell) name() string {
	if c.Person != "" {
		return c.Person
	}
	return c.Text
}

func (p *Portal) deliveryFacts(v visit, d workflows.DeliveryRow, roster workflows.Roster) []fact {
	c := p.realClock(v)
	out := []fact{
		{"To", personCell(roster, d.Account.Person)},
		{"About", aboutCell(v, d.About)},
		{"Why", cell{Text: toldWhy(d.Why)}},
		{"Where", cell{Text: surfaceWord(d.Account.Surface), Note: updateNote(d)}},
		{"Made", cell{When: c.at(d.Made)}},
		{"Attempts", cell{Text: strconv.Itoa(d.Attempts)}},
	}
	if d.Reason != "" {
		out = append(out, fact{"What was said", cell{Text: sentence(words(d.Reason))}})
	}
	switch {
	case !d.Done.IsZero():
		out = append(out, fact{"Ended", cell{When: c.at(d.Done)}})
	case d.State == workflows.DeliveryWaiting:
		out = append(out, fact{"To be tried", cell{When: c.at(d.Next)}})
	}
	return out
}

func updateNote(d workflows.DeliveryRow) string {
	if d.Update {
		return "the message that is there is brought up to date"
	}
	return ""
}

// deliveryButtons are what can be done to a delivery as it is.
func (p *Portal) deliveryButtons(d workflows.DeliveryRow) []postButton {
	var out []postButton
	path, sent := deliveryPath(strconv.FormatInt(d.ID, 10)), []option{{Value: "nonce", Label: p.nonce()}}
	if d.Retriable() {
		out = append(out, postButton{Path: path + "/retry", Label: "Try again", Style: card.StylePrimary, Fields: sent})
	}
	if d.Endable() {
		out = append(out, postButton{Path: path + "/give-up", Label: "Give up", Style: card.StyleDanger, Fields: sent, Confirm: &card.Confirm{
			Title: "Give this delivery up?", Text: "It is not tried again. That you gave it up is recorded.", Yes: "Give it up",
		}})
	}
	return out
}

// otherWays lists the deliveries by which the same thing was told elsewhere.
func (p *Portal) otherWays(v visit, d workflows.DeliveryRow, ways []workflows.DeliveryRow, roster workflows.Roster) table {
	out := table{Label: "Where else it was told", Columns: []column{
		{Label: "Where", Kind: columnMain}, {Label: "To"}, {Label: "State", Kind: columnMark}, {Label: "Made", Kind: columnWhen},
	}}
	c := p.realClock(v)
	for _, way := range ways {
		if way.ID == d.ID || way.Account.Person != d.Account.Person {
			continue
		}
		mark := deliveryMark(way)
		out.Rows = append(out.Rows, tableRow{Cells: []cell{
			{Text: surfaceWord(way.Account.Surface), Path: deliveryPath(strconv.FormatInt(way.ID, 10))},
			{Text: personCell(roster, way.Account.Person).name()},
			{Mark: &mark},
			{When: c.at(way.Made)},
		}})
	}
	return out
}

func (p *Portal) retryDelivery(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.changeDelivery(w, r, v, workflows.DeliveryRetry, "It is tried again now.")
}

func (p *Portal) giveUpDelivery(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.changeDelivery(w, r, v, workflows.DeliveryGiveUp, "Given up. It is not tried again.")
}

// changeDelivery asks for a change of a delivery. The button of one page twice is one press.
func (p *Portal) changeDelivery(w http.ResponseWriter, r *http.Request, v visit, do workflows.DeliveryDo, done string) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	d, err := p.deliveryAt(r, v)
	if err != nil {
		return err
	}
	nonce := form.Get("nonce")
	if !nonceGood(nonce) {
		return errMalformed
	}
	id := strconv.FormatInt(d.ID, 10)
	who := v.who(nonce + "/" + string(do) + "/" + id)
	no, err := p.cfg.Operator.ChangeDelivery(r.Context(), workflows.DeliveryChange{Do: do, Key: who.Key, ID: d.ID, Actor: who.Person, Via: who.Via})
	if err != nil {
		return err
	}
	if no != nil {
		return refuse(statusOf(no.Code), refusedTitle(statusOf(no.Code)), no.Sentence)
	}
	return p.see(w, r, v, deliveryPath(id), done)
}
