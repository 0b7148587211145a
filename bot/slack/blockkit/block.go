package blockkit

import (
	"fmt"
	"slices"
)

// blocks checks an array of blocks as a whole.
func (c *checker) blocks(path string, v any, least, most int) {
	c.blockIDs, c.counts = map[string]bool{}, map[string]int{}
	all := c.list(path, v, least, most)
	for i, one := range all {
		c.block(fmt.Sprintf("%s[%d]", path, i), one)
	}
	c.that(c.counts["table"] <= 1, path, "%d tables, at most 1", c.counts["table"])
	c.that(c.counts["data_visualization"] <= 2, path, "%d charts, at most 2", c.counts["data_visualization"])
	c.that(c.focused <= 1, path, "%d elements with focus_on_load, at most 1", c.focused)
	if n := c.size + blockWeight*len(all); c.surface == Message && n > MaxBlocksText {
		c.failAs(CodeBlocksLong, path, "%d characters with %d for each block, at most %d", n, blockWeight, MaxBlocksText)
	}
}

// surfaces says where a kind of block may stand; nil where the kind is not known.
func surfaces(kind string) []Surface {
	switch kind {
	case "section", "header", "divider", "context", "actions", "input", "image", "rich_text":
		return []Surface{Message, Modal, Home}
	case "markdown", "table", "data_visualization":
		return []Surface{Message}
	}
	return nil
}

func (c *checker) block(path string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fail(path, "is no object")
		return
	}
	kind, _ := m["type"].(string)
	where := surfaces(kind)
	if where == nil {
		c.fail(path, "block type %q is not known", kind)
		return
	}
	c.that(slices.Contains(where, c.surface), path, "a %s block cannot stand on surface %s", kind, c.surface)
	if id := c.str(path+".block_id", m["block_id"], 0, 255); id != "" {
		if c.blockIDs[id] {
			c.failAs(CodeNotUnique, path+".block_id", "%q is there twice", id)
		}
		c.blockIDs[id] = true
	}
	c.counts[kind]++
	c.actions = map[string]bool{}
	c.content(path, kind, m)
}

func (c *checker) content(path, kind string, m map[string]any) {
	members := func(required, optional []string) {
		c.object(path, m, append([]string{"type"}, required...), append([]string{"block_id"}, optional...))
	}
	switch kind {
	case "section":
		members(nil, []string{"text", "fields", "accessory", "expand"})
		c.section(path, m)
	case "header":
		members([]string{"text"}, nil)
		c.plain(path+".text", m["text"], 150)
	case "divider":
		members(nil, nil)
	case "context":
		members([]string{"elements"}, nil)
		for i, e := range c.list(path+".elements", m["elements"], 1, 10) {
			c.contextElement(fmt.Sprintf("%s.elements[%d]", path, i), e)
		}
	case "actions":
		members([]string{"elements"}, nil)
		for i, e := range c.list(path+".elements", m["elements"], 1, 25) {
			c.element(fmt.Sprintf("%s.elements[%d]", path, i), e, inActions)
		}
	case "input":
		members([]string{"label", "element"}, []string{"hint", "optional", "dispatch_action"})
		c.input(path, m)
	case "image":
		members([]string{"alt_text"}, []string{"image_url", "title", "slack_file"})
		c.image(path, m)
		c.plain(path+".title", m["title"], 2000)
	case "rich_text":
		members([]string{"elements"}, nil)
		c.richText(path, m["elements"])
	case "markdown":
		members([]string{"text"}, nil)
		c.size += length(c.str(path+".text", m["text"], 1, 12_000))
	case "table":
		members([]string{"rows"}, []string{"column_settings"})
		c.table(path, m)
	case "data_visualization":
		members([]string{"title", "chart"}, nil)
		c.visualization(path, m)
	}
}

func (c *checker) section(path string, m map[string]any) {
	_, hasText := m["text"]
	_, hasFields := m["fields"]
	c.that(hasText || hasFields, path, "a section needs text or fields")
	c.text(path+".text", m["text"], MaxObject)
	if hasFields {
		for i, f := range c.list(path+".fields", m["fields"], 1, 10) {
			c.text(fmt.Sprintf("%s.fields[%d]", path, i), f, 2000)
		}
	}
	if a, there := m["accessory"]; there {
		c.element(path+".accessory", a, inSection)
	}
	c.flag(path+".expand", m["expand"])
}

func (c *checker) contextElement(path string, v any) {
	if m, ok := v.(map[string]any); ok && m["type"] == "image" {
		c.object(path, m, []string{"type", "alt_text"}, []string{"image_url", "slack_file"})
		c.image(path, m)
		return
	}
	c.text(path, v, MaxObject)
}

func (c *checker) image(path string, m map[string]any) {
	_, url := m["image_url"]
	_, file := m["slack_file"]
	c.that(url != file, path, "an image needs image_url or slack_file")
	c.str(path+".image_url", m["image_url"], 1, 3000)
	c.str(path+".alt_text", m["alt_text"], 1, 2000)
}

func (c *checker) input(path string, m map[string]any) {
	c.inputs++
	c.plain(path+".label", m["label"], 2000)
	c.plain(path+".hint", m["hint"], 2000)
	c.flag(path+".optional", m["optional"])
	c.flag(path+".dispatch_action", m["dispatch_action"])
	c.element(path+".element", m["element"], inInput)
}
