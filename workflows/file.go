package workflows

import "strconv"

// FileMark is what a record keeps of a file for good, whatever becomes of its name and its content.
type FileMark struct {
	SHA256 string `json:"sha256"` // of its content, in hex
	Size   int    `json:"size"`   // in bytes
	Type   string `json:"type"`   // the media type, as its content shows it
}

// File is a file that somebody gave with what they did. Package file says which are taken. Its mark is in the data of the record, under
// "files"; its name is a text of the record, see [FileText], and its content is stored beside that text and goes with it.
type File struct {
	FileMark

	Name    string `json:"name"`
	Content []byte `json:"-"` // to be stored; what was stored is read piece by piece
}

// FileText names the text of a record that holds the name of one of its files, counted from 0.
func FileText(i int) string { return "file_" + strconv.Itoa(i+1) }

// FileTexts gives the names of files as texts of a record, their contents by the names of these texts, and their marks for its data.
func FileTexts(files []File) (texts map[string]string, contents map[string][]byte, marks []FileMark) {
	if len(files) == 0 {
		return nil, nil, nil
	}
	texts, contents = make(map[string]string, len(files)), make(map[string][]byte, len(files))
	for i, f := range files {
		texts[FileText(i)], contents[FileText(i)], marks = f.Name, f.Content, append(marks, f.FileMark)
	}
	return texts, contents, marks
}

// Bare gives files without their contents, as the state of a thing names them.
func Bare(files []File) []File {
	var out []File
	for _, f := range files {
		f.Content = nil
		out = append(out, f)
	}
	return out
}
