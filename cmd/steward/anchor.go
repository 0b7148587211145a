package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"steward/bot"
	"steward/bot/anchor"
	"steward/workflows"
	"steward/workflows/engine"
)

// anchors are where checkpoints of the record are posted.
func (l *loadedConfig) anchors() (out []workflows.Account) {
	if l.AnchorFile != "" {
		out = append(out, anchor.Account(anchor.SurfaceFile))
	}
	if l.AnchorURL.reveal() != "" {
		out = append(out, anchor.Account(anchor.SurfaceWebhook))
	}
	if l.AnchorChannel && l.SlackChannel != "" {
		out = append(out, engine.ChannelAccount("slack", l.SlackChannel))
	}
	return out
}

// checkAnchors says what is wrong with the settings of anchors.
func (l *loadedConfig) checkAnchors() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	if l.AnchorFile != "" {
		if info, err := os.Stat(filepath.Dir(l.AnchorFile)); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			say("anchor_file", "the folder %s is not there; make it or choose another path", filepath.Dir(l.AnchorFile))
		}
	}
	if address := l.AnchorURL.reveal(); address != "" {
		if err := anchor.CheckURL(address, l.AllowLoopback); err != nil {
			say("anchor_url", "%v", err)
		}
	}
	if l.AnchorChannel && (l.SlackChannel == "" || !l.slackOn()) {
		say("anchor_channel", "there is no channel: set slack_channel")
	}
	return problems
}

// connectAnchors makes the surfaces of anchors.
func (a *app) connectAnchors() (out []bot.Surface) {
	l := &a.opts.config
	if l.AnchorFile != "" {
		out = append(out, anchor.NewFile(l.AnchorFile))
	}
	if address := l.AnchorURL.reveal(); address != "" {
		out = append(out, anchor.NewWebhook(address))
	}
	return out
}

// anchorLook is how often it is asked whether a checkpoint is due.
const anchorLook = 30 * time.Second

// postCheckpoints has checkpoints posted when they are due, until ctx ends.
func (a *app) postCheckpoints(ctx context.Context) {
	tick := time.NewTicker(anchorLook)
	defer tick.Stop()
	for {
		if _, err := a.engine.PostCheckpoint(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "no checkpoint could be posted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
