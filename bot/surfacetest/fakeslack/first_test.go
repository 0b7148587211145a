package fakeslack_test

import (
	"encoding/json"
	"net/http"
	"testing"

	slackgo "github.com/slack-go/slack"

	"steward/bot/surfacetest/fakeslack"
)

func TestEcho(t *testing.T) {
	s := fakeslack.New(fakeslack.Options{})
	defer s.Close()
	ana := s.AddUser(fakeslack.User{Name: "ana"})
	api := slackgo.New("xoxb-fake", slackgo.OptionAPIURL(s.APIURL()))
	mux := http.NewServeMux()
	mux.HandleFunc("/slack/commands", func(w http.ResponseWriter, r *http.Request) {
		cmd, _ := slackgo.SlashCommandParse(r)
		_, err := api.OpenViewContext(r.Context(), cmd.TriggerID, slackgo.ModalViewRequest{
			Type: slackgo.VTModal, Title: slackgo.NewTextBlockObject("plain_text", "Hello", false, false),
			Submit: slackgo.NewTextBlockObject("plain_text", "Send", false, false),
			Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{
				slackgo.NewInputBlock("b", slackgo.NewTextBlockObject("plain_text", "What", false, false), nil, slackgo.NewPlainTextInputBlockElement(nil, "a")),
			}},
		})
		if err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/slack/interactions", func(w http.ResponseWriter, r *http.Request) {
		var in slackgo.InteractionCallback
		_ = json.Unmarshal([]byte(r.FormValue("payload")), &in)
		if _, _, err := api.PostMessageContext(r.Context(), in.User.ID, slackgo.MsgOptionText(in.View.State.Values["b"]["a"].Value, false)); err != nil {
			t.Error(err)
		}
	})
	s.Handle(mux)
	if _, err := api.AuthTest(); err != nil {
		t.Fatal(err)
	}
	r, err := s.Command(t.Context(), ana.ID, "x")
	if err != nil || r.View == nil {
		t.Fatal(r, err)
	}
	r, err = s.Submit(t.Context(), ana.ID, *r.View, fakeslack.Values{"b": {"hi"}})
	if err != nil || r.View != nil || r.Trouble != "" {
		t.Fatal(r, err)
	}
	if dm := s.DM(ana.ID); len(dm) != 1 || dm[0].Words() != "hi" {
		t.Fatal(dm)
	}
}
