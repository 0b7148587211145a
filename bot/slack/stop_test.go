package slack

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/turns"
)

// stuckDesk answers nothing until it is told to stop.
type stuckDesk struct {
	deskOf
	begun chan struct{}
}

func (d stuckDesk) Command(ctx context.Context, _ bot.Who, _ string) (bot.Reply, error) {
	close(d.begun)
	<-ctx.Done()
	return bot.Reply{}, ctx.Err()
}

// TestStopEndsTurns shows that a turn that hangs does not keep the process from stopping.
func TestStopEndsTurns(t *testing.T) {
	s := newScene(t)
	desk := stuckDesk{deskOf{s}, make(chan struct{})}
	s.cfg.Desk, s.cfg.Turns = desk, turns.Limits{Budget: time.Millisecond, Grace: 10 * time.Millisecond}
	app, err := New(s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.app = app
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	const body = "command=%2Fsteward&text=inbox&user_id=U1&team_id=T1&trigger_id=1"
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/slack/commands", strings.NewReader(body))
	maps.Copy(req.Header, signature("shh", time.Now(), body))
	got := httptest.NewRecorder()
	if app.Handler().ServeHTTP(got, req); got.Code != http.StatusOK {
		t.Fatalf("answered %d", got.Code)
	}
	<-desk.begun
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it does not stop")
	}
}
