package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

// pressed answers a press on a button, or a choice of an overflow menu. Other elements report every change of theirs, too;
// what they hold comes with the form.
func (a *App) pressed(i slackgo.InteractionCallback, b slackgo.BlockAction) (turns.Turn, bool) {
	value := b.Value
	if b.ActionID == actionMore {
		value = b.SelectedOption.Value
	}
	s := a.spotOf(i)
	switch {
	case strings.HasPrefix(b.ActionID, actionGo):
		return a.navigated(i, s, bot.Go(strings.TrimPrefix(b.ActionID, actionGo))), true
	case strings.HasPrefix(b.ActionID, actionLink), strings.HasPrefix(value, valueLink):
		path := strings.TrimPrefix(value, valueLink)
		return turns.Turn{
			Work: func(ctx context.Context) turns.Outcome {
				return s.ask(ctx, "", func(bot.Who) (bot.Reply, error) {
					return bot.Reply{Kind: bot.ReplyLink, Path: path, Text: textLink}, nil
				})
			},
			After: func(ctx context.Context, o turns.Outcome, _ bool) { s.answer(ctx, settled(o)) },
		}, true
	case !strings.HasPrefix(b.ActionID, actionAct) && b.ActionID != actionMore:
		return turns.Turn{}, false
	}
	act, err := card.ParseAction(value)
	if err != nil {
		return turns.Turn{}, false
	}
	s.pressed, s.retry = act, act
	t := turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			o := s.press(ctx, act, i.TriggerID+"+"+b.ActionTs)
			a.adopt(ctx, s, i)
			return o
		},
		After: func(ctx context.Context, o turns.Outcome, _ bool) { s.answer(ctx, settled(o)) },
	}
	if view.Opens(act) {
		t.First = s.openWait
	}
	return t, true
}

// spotOf says where a press happened and where its answer goes.
func (a *App) spotOf(i slackgo.InteractionCallback) *spot {
	s := &spot{app: a, from: askerOf(i), respond: i.ResponseURL, trigger: i.TriggerID}
	switch i.View.Type {
	case slackgo.VTModal:
		s.modal, s.viewID, s.inModal = true, i.View.ID, true
		s.inForm = i.View.CallbackID == callbackForm
	case slackgo.VTHomeTab:
		s.modal, s.home = true, true
	}
	s.ephemeral = i.Container.IsEphemeral
	return s
}

// adopt notes where a message stands that nobody knows of: the process that sent it died before it could say so. Its place
// is trusted, for Slack names it; whose message it was is checked by the store.
func (a *App) adopt(ctx context.Context, s *spot, i slackgo.InteractionCallback) {
	if a.cfg.Receipts == nil || s.modal || s.ephemeral || i.Channel.ID == "" || i.Message.Timestamp == "" {
		return
	}
	p := posted(i.Message.Timestamp, "", i.Message.Metadata)
	about, ok := workflows.ParseRef(p.About)
	if p.Delivery == 0 || !ok {
		return
	}
	err := a.cfg.Receipts.AdoptReceipt(ctx, workflows.Receipt{
		Delivery: p.Delivery, Account: workflows.Account{Surface: surfaceName, Tenant: a.cfg.Tenant(), User: s.from.user}, About: about,
		Place: i.Channel.ID, MessageID: p.TS, At: p.At,
	})
	if err != nil {
		a.cfg.Log.WarnContext(ctx, "slack: place of a message not noted", "delivery", p.Delivery, "err", err)
	}
}
