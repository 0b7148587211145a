package slack

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestPictures draws the pictures of the README from the golden files. Slack's own look is Slack's: STEWARD_TEST_PICTURES names a
// program that draws Block Kit, called as PROGRAM IN.json OUT.png --size=W,H. Where there is none, the pictures stay as they are.
func TestPictures(t *testing.T) {
	program := os.Getenv("STEWARD_TEST_PICTURES")
	if at, err := os.Stat(program); program == "" || err == nil && at.IsDir() { // a folder is for the pictures of the portal
		t.Skip("STEWARD_TEST_PICTURES names no program that draws Block Kit")
	}
	images, err := filepath.Abs("../../.github/images")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(images, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]struct{ golden, size string }{
		"slack-decide":  {"card/manager-decides", "640,510"},
		"slack-decided": {"card/approved-manager", "640,640"},
		"slack-approve": {"form/decide-governance", "600,1290"},
		"slack-home":    {"home/home-manager", "720,760"},
	} {
		begun := time.Now()
		in, out := filepath.Join("testdata", "golden", p.golden+".json"), filepath.Join(images, name+".png")
		if said, err := exec.CommandContext(t.Context(), program, in, out, "--size="+p.size).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, said)
		}
		if f, err := os.Stat(out); err != nil || f.ModTime().Before(begun.Add(-time.Second)) || f.Size() < 5_000 {
			t.Errorf("%s: no picture was drawn: %v", name, err)
		}
		_ = os.Remove(filepath.Join(images, name+".html")) // some write their page beside it
	}
}
