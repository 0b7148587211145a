package teams

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestPictures draws the pictures of the README from the golden files. Teams' own look is Teams': STEWARD_TEST_CARD_PICTURES names a
// program that draws Adaptive Cards, called as PROGRAM --out FOLDER IN.json, which leaves IN-json-desktop.png and
// IN-json-phone.png in the folder. Where there is none, the pictures stay as they are.
func TestPictures(t *testing.T) {
	program := os.Getenv("STEWARD_TEST_CARD_PICTURES")
	if program == "" {
		t.Skip("STEWARD_TEST_CARD_PICTURES names no program that draws Adaptive Cards")
	}
	for name, golden := range map[string]struct{ file, width string }{
		"teams-decide":  {"manager-decides", "desktop"},
		"teams-decided": {"approved-manager", "phone"},
	} {
		folder := t.TempDir()
		in := filepath.Join("testdata", "golden", "card", golden.file+".json")
		if said, err := exec.CommandContext(t.Context(), program, "--out", folder, in).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, said)
		}
		picture, err := os.ReadFile(filepath.Join(folder, golden.file+"-json-"+golden.width+".png"))
		if err != nil || len(picture) < 5_000 {
			t.Fatalf("%s: no picture was drawn: %d bytes, %v", name, len(picture), err)
		}
		if err := os.WriteFile(filepath.Join("..", "..", ".github", "images", name+".png"), picture, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
