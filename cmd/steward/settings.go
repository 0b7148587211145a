package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"steward/bot/portal"
	"steward/workflows/policy"
)

// settings is what the settings pages of the portal are made of. Values of secrets stay here.
func (a *app) settings() *portal.Settings {
	return &portal.Settings{Rows: settingRows(a.opts.config), Proposals: a.store, Guard: a.engine, Folder: a.folderPack}
}

// settingRows gives the settings in force with where each comes from.
func settingRows(l loadedConfig) []portal.Setting {
	var out []portal.Setting
	for _, o := range options() {
		row := portal.Setting{Name: o.key, Usage: o.usage, Origin: l.from[o.key], Secret: o.secret}
		value := o.show(l.config)
		row.Set = value != ""
		if !o.secret {
			row.Value = value
		}
		out = append(out, row)
	}
	return out
}

// folderPack gives the policy as it lies in the policy folder now. The one in this program never changes.
func (a *app) folderPack(context.Context) (*policy.Pack, error) {
	if a.opts.config.PolicyDir == "" {
		return a.brought, nil
	}
	return bringPack(a.opts.config.PolicyDir)
}

// texts is what the public pages say: files of the policy folder, where there are some.
func (a *app) texts() portal.Texts {
	l := &a.opts.config
	t := portal.Texts{
		Organisation: l.Organisation, Contact: l.Contact,
		Kept: portal.Kept{Requests: l.KeepRequests, Copies: l.KeepCopies, People: l.KeepPeople},
	}
	if dir := l.PolicyDir; dir != "" {
		t.Own = func(name string) (string, bool, error) { return readOwnText(filepath.Join(dir, name+".txt")) }
	}
	return t
}

// readOwnText reads a text of the organisation's own; ok is false where there is none. It is read at each visit, so that a
// change needs no start.
func readOwnText(file string) (text string, ok bool, err error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read a public text: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, portal.MaxText+1))
	switch {
	case err != nil:
		return "", false, fmt.Errorf("read a public text: %w", err)
	case len(data) > portal.MaxText:
		return "", false, fmt.Errorf("read a public text: %s is larger than %d kB", filepath.Base(file), portal.MaxText>>10)
	}
	return string(data), true, nil
}
