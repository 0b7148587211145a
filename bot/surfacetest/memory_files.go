package surfacetest

import (
	"context"
	"encoding/json"
	"fmt"

	"steward/workflows"
)

func fileKey(about workflows.Ref, n int, text string) string {
	return fmt.Sprintf("%s/%d/%s", about, n, text)
}

// keepFiles keeps the files of a record. The caller holds the lock.
func (m *Memory) keepFiles(rec workflows.Record, contents map[string][]byte) {
	for text, content := range contents {
		if m.files == nil {
			m.files = map[string][]byte{}
		}
		m.files[fileKey(rec.About, rec.N, text)] = content
	}
}

// File finds a file of a record.
func (m *Memory) File(_ context.Context, about workflows.Ref, n, i int) (f workflows.File, key string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := m.records[about.ID]
	if n < 1 || n > len(rows) {
		return f, "", workflows.ErrNotFound
	}
	var d struct{ Files []workflows.FileMark }
	if json.Unmarshal(rows[n-1].Record.Data, &d) != nil || i < 0 || i >= len(d.Files) {
		return f, "", workflows.ErrNotFound
	}
	return workflows.File{FileMark: d.Files[i], Name: rows[n-1].Texts[workflows.FileText(i)]}, fileKey(about, n, workflows.FileText(i)), m.fault
}

// FilePiece gives a piece of a file.
func (m *Memory) FilePiece(_ context.Context, key string, offset, n int) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	content, there := m.files[key]
	if !there {
		return nil, workflows.ErrNotFound
	}
	content = content[min(offset, len(content)):]
	return content[:min(n, len(content))], m.fault
}
