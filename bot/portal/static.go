package portal

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed static/style/*.css static/script/*.js
var staticFiles embed.FS

// staticPath is where files of style and script are served.
const staticPath = "/static/"

// asset is a file that pages load.
type asset struct {
	body        []byte
	contentType string
	path        string // changes with the content, so that browsers may keep it for ever
}

// assets are the style sheet, which is made of all files in static/style in the order of their names, and the scripts, one
// file a concern. All of them are our own.
type assets struct {
	byName  map[string]asset
	style   string   // address of the style sheet
	scripts []string // addresses of the scripts
}

func readAssets() (assets, error) {
	out := assets{byName: map[string]asset{}}
	styles, err := fs.Glob(staticFiles, "static/style/*.css")
	if err != nil {
		return out, fmt.Errorf("portal: style: %w", err)
	}
	var sheet bytes.Buffer
	for _, file := range styles {
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return out, fmt.Errorf("portal: style: %w", err)
		}
		sheet.Write(body)
	}
	out.style = out.add("steward.css", "text/css; charset=utf-8", sheet.Bytes())
	scripts, err := fs.Glob(staticFiles, "static/script/*.js")
	if err != nil {
		return out, fmt.Errorf("portal: scripts: %w", err)
	}
	for _, file := range scripts {
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return out, fmt.Errorf("portal: scripts: %w", err)
		}
		out.scripts = append(out.scripts, out.add(strings.TrimPrefix(file, "static/script/"), "text/javascript; charset=utf-8", body))
	}
	return out, nil
}

func (a assets) add(name, contentType string, body []byte) string {
	sum := sha256.Sum256(body)
	path := staticPath + name + "?v=" + hex.EncodeToString(sum[:6])
	a.byName[name] = asset{body: body, contentType: contentType, path: path}
	return path
}

// static serves a file of style or script. It may be kept for ever where its version is asked for.
func (p *Portal) static(w http.ResponseWriter, r *http.Request, _ visit) error {
	a, ok := p.assets.byName[r.PathValue("file")]
	if !ok {
		return errUnknown
	}
	w.Header().Set("Content-Type", a.contentType)
	if r.URL.Path+"?"+r.URL.RawQuery == a.path {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(a.body)
	return nil
}
