package anchor

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"

	"steward/bot"
	"steward/workflows"
)

// The names of the surfaces. They are stored.
const (
	SurfaceFile    = "file"
	SurfaceWebhook = "webhook"
)

// Account stands for an anchor where a person's account would.
func Account(surface string) workflows.Account {
	return workflows.Account{ID: surface + ":anchor", Person: workflows.Channel, Surface: surface, User: "anchor", Confirmed: true}
}

// File adds checkpoints to a file, one after the other with an empty line between. It makes the file where it is not there,
// and never shortens it.
type File struct{ path string }

// NewFile makes the surface.
func NewFile(path string) *File { return &File{path} }

// Name implements [bot.Surface].
func (f *File) Name() string { return SurfaceFile }

// Send implements [bot.Surface]. When it returns, the checkpoint is on the disk.
func (f *File) Send(_ context.Context, _ workflows.Account, m bot.Message) (bot.Sent, error) {
	if m.Note == "" {
		return bot.Sent{}, &bot.SendError{Reason: "no_checkpoint"}
	}
	out, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644) //nolint:gosec // others are meant to read it
	if err != nil {
		return bot.Sent{}, notWritten(err)
	}
	_, err = out.WriteString(m.Note + "\n")
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return bot.Sent{}, notWritten(err)
	}
	return bot.Sent{Place: SurfaceFile, MessageID: m.About.ID}, nil
}

// Update implements [bot.Surface]: what was posted stays.
func (f *File) Update(context.Context, workflows.Receipt, bot.Message) error {
	return &bot.SendError{Reason: "never_updated", Gone: true}
}

// Find implements [bot.Surface].
func (f *File) Find(_ context.Context, _ workflows.Account, m bot.Message) (bot.Sent, bool, error) {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return bot.Sent{}, false, nil
	}
	if err != nil {
		return bot.Sent{}, false, notWritten(err)
	}
	found := m.Note != "" && bytes.Contains(text, []byte(m.Note))
	return bot.Sent{Place: SurfaceFile, MessageID: m.About.ID}, found, nil
}

// notWritten is for a disk that is full, a folder that is gone, a right that is missing: somebody has to see to it.
func notWritten(err error) error {
	return &bot.SendError{Reason: "not_written", Retry: true, Err: err}
}
