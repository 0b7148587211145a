package portaltest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Node is an element of a page, or a text where Name is empty.
type Node struct {
	Name string
	Attr map[string]string
	Kids []*Node
	Text string
}

// Parse reads a page. It takes the HTML that the portal sends, which closes everything but void elements; anything else is
// an error.
func Parse(r io.Reader) (*Node, error) {
	d := xml.NewDecoder(r)
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	root := &Node{}
	open := []*Node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			n := &Node{Name: t.Name.Local, Attr: map[string]string{}}
			for _, a := range t.Attr {
				if _, twice := n.Attr[a.Name.Local]; twice {
					return nil, fmt.Errorf("page: <%s> has %s twice", n.Name, a.Name.Local)
				}
				n.Attr[a.Name.Local] = a.Value
			}
			top.Kids = append(top.Kids, n)
			open = append(open, n)
		case xml.EndElement:
			if top.Name != t.Name.Local {
				return nil, fmt.Errorf("page: </%s> closes <%s>", t.Name.Local, top.Name)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			top.Kids = append(top.Kids, &Node{Text: string(t)})
		}
	}
	if len(open) != 1 {
		return nil, fmt.Errorf("page: <%s> is not closed", open[len(open)-1].Name)
	}
	return root, nil
}

// All gives the elements that fit, in the order of the page.
func (n *Node) All(fits func(*Node) bool) []*Node {
	var out []*Node
	if n.Name != "" && fits(n) {
		out = append(out, n)
	}
	for _, k := range n.Kids {
		out = append(out, k.All(fits)...)
	}
	return out
}

// Named gives the elements with one of the names.
func (n *Node) Named(names ...string) []*Node {
	return n.All(func(k *Node) bool { return slices.Contains(names, k.Name) })
}

// ForeignScripts gives the scripts under a node that are not the portal's own: those come from its files, and hold nothing.
func (n *Node) ForeignScripts() []*Node {
	return n.All(func(e *Node) bool {
		return e.Name == "script" && (!strings.HasPrefix(e.Attr["src"], "/static/") || len(e.Kids) > 0 || e.Text != "")
	})
}

// First gives the first element with the name, nil where there is none.
func (n *Node) First(name string) *Node {
	if all := n.Named(name); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Class says whether the element has a class.
func (n *Node) Class(class string) bool {
	return slices.Contains(strings.Fields(n.Attr["class"]), class)
}

// Has says whether the element has an attribute, with or without a value.
func (n *Node) Has(attr string) bool { _, ok := n.Attr[attr]; return ok }

// Words gives the text of an element as it can be read: white space is one space, blocks stand on lines of their own.
func (n *Node) Words() string {
	var b strings.Builder
	n.write(&b)
	var out []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func (n *Node) write(b *strings.Builder) {
	switch n.Name {
	case "":
		b.WriteString(n.Text)
	case "script", "style", "template":
		return
	case "select": // closed it shows what is chosen
		for _, o := range n.Named("option") {
			if o.Has("selected") {
				b.WriteString(o.Raw())
			}
		}
		return
	case "span", "a", "strong", "code", "time", "small", "em", "b", "summary", "button", "label":
	default:
		b.WriteByte('\n')
	}
	for _, k := range n.Kids {
		k.write(b)
	}
	switch n.Name {
	case "", "span", "strong", "code", "time", "small", "em", "b":
	default:
		b.WriteByte('\n')
	}
}

// Raw gives the text of an element as it stands.
func (n *Node) Raw() string {
	if n.Name == "" {
		return n.Text
	}
	var b strings.Builder
	for _, k := range n.Kids {
		b.WriteString(k.Raw())
	}
	return b.String()
}
