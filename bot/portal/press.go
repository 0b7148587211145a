package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// nonceLength is the length of what a page sends along with its buttons.
const nonceLength = 16

func nonceGood(s string) bool {
	return len(s) == nonceLength && strings.Trim(s, "0123456789abcdef") == ""
}

// press takes a button. The same button of the same page twice is one press; the desk and the inbox key see to that.
func (p *Portal) press(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	action, err := card.ParseAction(form.Get("action"))
	nonce := form.Get("nonce")
	if err != nil || !nonceGood(nonce) {
		return errMalformed
	}
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(nonce+"/"+hashed(action.String())[:16]), action)
	if err != nil {
		return err
	}
	if shows(action.Verb) && reply.Card != nil {
		return p.show(w, r, v, statusOf(reply.Code), "card", titled(1, p.nonce(), *reply.Card))
	}
	return p.answer(w, r, v, reply, nil)
}

// startRequest opens the form of a flow.
func (p *Portal) startRequest(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	action := card.Action{Verb: view.VerbRequest, About: form.Get("about"), Arg: form.Get("flow")}
	reply, err := p.cfg.Desk.Press(r.Context(), v.who(""), action)
	if err != nil {
		return err
	}
	return p.answer(w, r, v, reply, nil)
}

// answer shows what the desk replied. After a post that did something the browser goes on to a page, so that reloading
// does nothing twice; what was not done is shown at once, with its status and with what was typed.
func (p *Portal) answer(w http.ResponseWriter, r *http.Request, v visit, reply bot.Reply, kept []kept) error {
	status := statusOf(reply.Code)
	switch {
	case reply.Form != nil && (reply.Code != "" || slices.ContainsFunc(reply.Form.Fields, func(f card.Field) bool { return f.Error != "" })):
		return p.showForm(w, r, v, status, reply)
	case reply.Code != "":
		return p.show(w, r, v, status, "refused", refused{
			message: message{Title: refusedTitle(status), Text: reply.Text, Kept: kept}, Card: p.second(reply.Card), Path: pathOf(reply),
		})
	case r.Method == http.MethodPost:
		say, err := p.toSay(r, v, reply)
		if err != nil {
			return err
		}
		return p.see(w, r, v, onward(reply), say)
	case reply.Card != nil:
		return p.show(w, r, v, status, "card", titled(1, p.nonce(), *reply.Card))
	case reply.Kind == bot.ReplyLink:
		return p.see(w, r, v, onward(reply), "")
	}
	return p.show(w, r, v, status, "message", message{Title: "Steward", Text: reply.Text})
}

// toSay gives the sentence for the next page. A form says on top what was kept or what changed; that is not part of the
// form as it is opened again, so it is taken along.
func (p *Portal) toSay(r *http.Request, v visit, reply bot.Reply) (string, error) {
	if reply.Form == nil || reply.Form.ID == "" || len(reply.Form.Intro) == 0 {
		return reply.Text, nil
	}
	plain, err := p.cfg.Desk.Press(r.Context(), v.who(""), card.Action{Verb: view.VerbContinue, Arg: reply.Form.ID})
	if err != nil || plain.Form == nil || slices.Contains(plain.Form.Intro, reply.Form.Intro[0]) {
		return reply.Text, err
	}
	return reply.Form.Intro[0], nil
}

// shows says that a verb only shows something: its answer is a page, and nothing was done.
func shows(verb string) bool {
	switch verb {
	case view.VerbDetails, view.VerbExplain, view.VerbQuestions, view.VerbHelp, view.VerbInbox, view.VerbMine, view.VerbAbsences, view.VerbVendors, view.VerbShow:
		return true
	}
	return false
}

// pageOf gives the address that shows what a button shows, "" for buttons that do something and for those without one.
func pageOf(a card.Action) string {
	ref, _ := workflows.ParseRef(a.About)
	path := pathTo(ref)
	switch {
	case a.Verb == view.VerbContinue && a.Arg != "":
		return "/forms/" + url.PathEscape(a.Arg)
	case a.Verb == view.VerbRequest && a.Arg == "" && a.About == "":
		return "/requests/new"
	case a.Verb == view.VerbInbox:
		return "/"
	case a.Verb == view.VerbAbsences:
		return view.PathAway
	case a.Verb == view.VerbVendors:
		return view.PathVendors
	case a.Verb == view.VerbMine:
		return "/requests?mine=1"
	case path == "":
		return ""
	case a.Verb == view.VerbShow, ref.Kind == workflows.KindSystem && a.Verb == view.VerbDetails: // its page has everything
		return path
	case a.Verb == view.VerbExplain && (ref.Kind == workflows.KindRequest || ref.Kind == workflows.KindSystem):
		return path + "/explain"
	case a.Verb == view.VerbDetails && ref.Kind == workflows.KindRequest:
		return path + "?show=details"
	}
	return ""
}

// refused is a page that says why something was not done, with the card as it is now.
type refused struct {
	message

	Card *titledCard
	Path string // the page of the thing
}

// Thing names what the page at the path shows.
func (r refused) Thing() string { return thingAt(r.Path) }

func (p *Portal) second(c *card.Card) *titledCard {
	if c == nil {
		return nil
	}
	t := titled(2, p.nonce(), *c)
	return &t
}

func refusedTitle(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Nothing here for you"
	case http.StatusForbidden:
		return "This is not yours to do"
	case http.StatusTooManyRequests:
		return "That was a lot at once"
	case http.StatusUnprocessableEntity:
		return "This needs another look"
	}
	return "This has changed meanwhile"
}

// onward gives the page to go on to after a reply that did something.
func onward(reply bot.Reply) string {
	if reply.Form != nil && reply.Form.ID != "" {
		return "/forms/" + reply.Form.ID
	}
	if path := pathOf(reply); path != "" {
		return path
	}
	return "/"
}

// pathOf gives the page of the thing a reply is about, "" where it is about none.
func pathOf(reply bot.Reply) string {
	if path := localPath(reply.Path); path != "" {
		return path
	}
	if reply.Card != nil {
		if ref, ok := workflows.ParseRef(reply.Card.About); ok {
			return pathTo(ref)
		}
	}
	return ""
}

// pathTo gives the page of a thing, "" where it has none.
func pathTo(ref workflows.Ref) string {
	switch ref.Kind {
	case workflows.KindRequest:
		return "/requests/" + ref.ID
	case workflows.KindAccount:
		return view.PathAccounts
	case workflows.KindProposal:
		return proposalPath(ref.ID)
	case workflows.KindDelivery:
		return deliveryPath(ref.ID)
	case workflows.KindSystem:
		return systemPath(ref.ID)
	case workflows.KindAbsence:
		return view.AwayPath(ref.ID)
	case workflows.KindVendor:
		return view.VendorPath(ref.ID)
	case workflows.KindPolicy, workflows.KindPeople, workflows.KindRecord:
	}
	return ""
}

// nonce makes what the buttons of one page have in common.
func (p *Portal) nonce() string { return p.cfg.Token()[:nonceLength] }
