package fakeslack

import "fmt"

// checkMessage says what is wrong with the blocks of a message, as Slack would; nothing where they are fine.
func checkMessage(blocks []map[string]any) []string { return roughly(blocks, 50) }

// checkView says what is wrong with a view.
func checkView(raw object) []string {
	out := roughly(list(raw["blocks"]), 100)
	if str(raw, "type") == "modal" && str(raw, "title", "text") == "" {
		out = append(out, "[ERROR] missing required field: title [json-pointer:/view]")
	}
	return out
}

func roughly(blocks []map[string]any, most int) []string {
	var out []string
	if len(blocks) > most {
		out = append(out, fmt.Sprintf("[ERROR] no more than %d items allowed [json-pointer:/blocks]", most))
	}
	ids := map[string]bool{}
	for i, b := range blocks {
		if str(b, "type") == "" {
			out = append(out, fmt.Sprintf("[ERROR] missing required field: type [json-pointer:/blocks/%d]", i))
		}
		if id := str(b, "block_id"); id != "" {
			if ids[id] {
				out = append(out, fmt.Sprintf("[ERROR] duplicate block_id: %s [json-pointer:/blocks/%d/block_id]", id, i))
			}
			ids[id] = true
		}
	}
	return out
}
