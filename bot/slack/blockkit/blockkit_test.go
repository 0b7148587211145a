package blockkit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"steward/bot/slack/blockkit"
)

// long gives a text of n characters that are three bytes each.
func long(n int) string { return strings.Repeat("€", n) }

const button = `{"type":"button","action_id":"act:0","text":{"type":"plain_text","text":"Approve"},"value":"v"}`

func section(text string) string {
	return fmt.Sprintf(`{"type":"section","text":{"type":"plain_text","text":%q,"emoji":false}}`, text)
}

func rich(text string) string {
	return fmt.Sprintf(`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":%q}]}]}`, text)
}

func option(text, value string) string {
	return fmt.Sprintf(`{"text":{"type":"plain_text","text":%q},"value":%q}`, text, value)
}

func input(element string) string {
	return fmt.Sprintf(`{"type":"input","block_id":"i","label":{"type":"plain_text","text":"L"},"element":%s}`, element)
}

func repeat(n int, block string) string { return strings.TrimSuffix(strings.Repeat(block+",", n), ",") }

func options(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = option("o", fmt.Sprint(i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func chart(categories, data, name string) string {
	return fmt.Sprintf(`{"type":"data_visualization","title":"T","chart":{"type":"bar","series":[{"name":%q,"data":%s}],"axis_config":{"categories":%s}}}`, name, data, categories)
}

// check finds what a test expects: the code and the path of a fault, or no fault at all.
func check(t *testing.T, err error, code, path string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("is refused: %v", err)
		}
		return
	}
	if err == nil {
		t.Fatal("is taken")
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%T is no joined error", err)
	}
	for _, one := range joined.Unwrap() {
		var f *blockkit.Fault
		if errors.As(one, &f) && f.Code == code && f.Path == path {
			return
		}
	}
	t.Errorf("no fault %s at %q in: %v", code, path, err)
}

func TestBlocks(t *testing.T) {
	const bad = blockkit.CodeBlocks
	for name, c := range map[string]struct {
		surface          blockkit.Surface
		blocks           string
		wantCode, wantAt string
	}{
		"a section":                             {"message", section("x"), "", ""},
		"a section of 3,000 characters":         {"message", section(long(3000)), "", ""},
		"a section of 3,001 characters":         {"message", section(long(3001)), bad, "blocks[0].text.text"},
		"an empty section":                      {"message", section(""), bad, "blocks[0].text.text"},
		"a section without text":                {"message", `{"type":"section"}`, bad, "blocks[0]"},
		"eleven fields":                         {"message", `{"type":"section","fields":[` + repeat(11, `{"type":"plain_text","text":"f"}`) + `]}`, bad, "blocks[0].fields"},
		"a field of 2,001 characters":           {"message", `{"type":"section","fields":[{"type":"plain_text","text":"` + long(2001) + `"}]}`, bad, "blocks[0].fields[0].text"},
		"a section with a button":               {"home", `{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true},"accessory":` + button + `,"expand":true}`, "", ""},
		"an input as accessory":                 {"home", `{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"plain_text_input","action_id":"a"}}`, bad, "blocks[0].accessory"},
		"emoji with mrkdwn":                     {"message", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, bad, "blocks[0].text"},
		"verbatim with plain text":              {"message", `{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}`, bad, "blocks[0].text"},
		"a text of an unknown type":             {"message", `{"type":"section","text":{"type":"html","text":"x"}}`, bad, "blocks[0].text.type"},
		"a text that is a string":               {"message", `{"type":"section","text":"x"}`, bad, "blocks[0].text"},
		"a text that is a number":               {"message", `{"type":"section","text":{"type":"plain_text","text":1}}`, bad, "blocks[0].text.text"},
		"an unknown member":                     {"message", `{"type":"divider","colour":"red"}`, bad, "blocks[0]"},
		"an unknown block":                      {"message", `{"type":"marquee"}`, bad, "blocks[0]"},
		"a block that is a string":              {"message", `"divider"`, bad, "blocks[0]"},
		"a header":                              {"modal", `{"type":"header","text":{"type":"plain_text","text":"` + long(150) + `"}}`, "", ""},
		"a header of 151 characters":            {"modal", `{"type":"header","text":{"type":"plain_text","text":"` + long(151) + `"}}`, bad, "blocks[0].text.text"},
		"a header of mrkdwn":                    {"modal", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, bad, "blocks[0].text"},
		"a context of ten":                      {"modal", `{"type":"context","elements":[` + repeat(10, `{"type":"plain_text","text":"x"}`) + `]}`, "", ""},
		"a context of eleven":                   {"modal", `{"type":"context","elements":[` + repeat(11, `{"type":"plain_text","text":"x"}`) + `]}`, bad, "blocks[0].elements"},
		"a context with a picture":              {"modal", `{"type":"context","elements":[{"type":"image","image_url":"https://x","alt_text":"a"}]}`, "", ""},
		"a picture that says nothing":           {"modal", `{"type":"image","image_url":"https://x","alt_text":""}`, bad, "blocks[0].alt_text"},
		"a picture without a source":            {"modal", `{"type":"image","alt_text":"a"}`, bad, "blocks[0]"},
		"26 actions":                            {"message", `{"type":"actions","elements":[` + repeat(26, button) + `]}`, bad, "blocks[0].elements"},
		"no actions":                            {"message", `{"type":"actions","elements":[]}`, bad, "blocks[0].elements"},
		"the same action id twice in a block":   {"message", `{"type":"actions","elements":[` + button + `,` + button + `]}`, bad, "blocks[0].elements[1].action_id"},
		"the same action id in two blocks":      {"message", `{"type":"actions","elements":[` + button + `]},{"type":"actions","elements":[` + button + `]}`, "", ""},
		"the same block id twice":               {"message", `{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}`, blockkit.CodeNotUnique, "blocks[1].block_id"},
		"a block id of 256 characters":          {"message", `{"type":"divider","block_id":"` + long(256) + `"}`, bad, "blocks[0].block_id"},
		"a button without an action id":         {"message", `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"}}]}`, bad, "blocks[0].elements[0]"},
		"a button of 76 characters":             {"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"` + long(76) + `"}}]}`, bad, "blocks[0].elements[0].text.text"},
		"a value of 2,001 characters":           {"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"value":"` + long(2001) + `"}]}`, bad, "blocks[0].elements[0].value"},
		"a style that does not exist":           {"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"style":"green"}]}`, bad, "blocks[0].elements[0].style"},
		"an element that does not exist":        {"message", `{"type":"actions","elements":[{"type":"slider","action_id":"a"}]}`, bad, "blocks[0].elements[0]"},
		"an element that is a string":           {"message", `{"type":"actions","elements":["button"]}`, bad, "blocks[0].elements[0]"},
		"a picture among actions":               {"message", `{"type":"actions","elements":[{"type":"image","image_url":"https://x","alt_text":"a"}]}`, bad, "blocks[0].elements[0]"},
		"a text input among actions":            {"message", `{"type":"actions","elements":[{"type":"plain_text_input","action_id":"a"}]}`, bad, "blocks[0].elements[0]"},
		"a confirmation":                        {"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"confirm":{"title":{"type":"plain_text","text":"t"},"text":{"type":"plain_text","text":"t"},"confirm":{"type":"plain_text","text":"y"},"deny":{"type":"plain_text","text":"n"},"style":"danger"}}]}`, "", ""},
		"a confirmation of 301 characters":      {"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"confirm":{"title":{"type":"plain_text","text":"t"},"text":{"type":"plain_text","text":"` + long(301) + `"},"confirm":{"type":"plain_text","text":"y"},"deny":{"type":"plain_text","text":"n"}}}]}`, bad, "blocks[0].elements[0].confirm.text.text"},
		"a confirmation that is a string":       {"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"confirm":"sure"}]}`, bad, "blocks[0].elements[0].confirm"},
		"a menu of five":                        {"message", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":` + options(5) + `}]}`, "", ""},
		"a menu of six":                         {"message", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":` + options(6) + `}]}`, bad, "blocks[0].elements[0].options"},
		"an option of 76 characters":            {"message", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":[` + option(long(76), "v") + `]}]}`, bad, "blocks[0].elements[0].options[0].text.text"},
		"a value of an option, 151 long":        {"message", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":[` + option("o", long(151)) + `]}]}`, bad, "blocks[0].elements[0].options[0].value"},
		"an option that is there twice":         {"message", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":[` + option("o", "v") + `,` + option("p", "v") + `]}]}`, bad, "blocks[0].elements[0].options[1].value"},
		"an option that is a string":            {"message", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":["o"]}]}`, bad, "blocks[0].elements[0].options[0]"},
		"a button as input":                     {"modal", input(button), bad, "blocks[0].element"},
		"an input without an element":           {"modal", `{"type":"input","label":{"type":"plain_text","text":"L"}}`, bad, "blocks[0]"},
		"a label of mrkdwn":                     {"modal", `{"type":"input","label":{"type":"mrkdwn","text":"L"},"element":{"type":"datepicker","action_id":"a"}}`, bad, "blocks[0].label"},
		"an input that is optionally a word":    {"modal", `{"type":"input","optional":"yes","label":{"type":"plain_text","text":"L"},"element":{"type":"datepicker","action_id":"a"}}`, bad, "blocks[0].optional"},
		"ten checkboxes":                        {"modal", input(`{"type":"checkboxes","action_id":"a","options":` + options(10) + `,"initial_options":[` + option("o", "3") + `]}`), "", ""},
		"eleven checkboxes":                     {"modal", input(`{"type":"checkboxes","action_id":"a","options":` + options(11) + `}`), bad, "blocks[0].element.options"},
		"a tick that is no option":              {"modal", input(`{"type":"checkboxes","action_id":"a","options":` + options(2) + `,"initial_options":[` + option("other", "1") + `]}`), bad, "blocks[0].element.initial_options[0]"},
		"no ticks, said so":                     {"modal", input(`{"type":"checkboxes","action_id":"a","options":` + options(2) + `,"initial_options":[]}`), bad, "blocks[0].element.initial_options"},
		"a radio button":                        {"modal", input(`{"type":"radio_buttons","action_id":"a","options":` + options(2) + `,"initial_option":` + option("o", "1") + `}`), "", ""},
		"a radio button that is no option":      {"modal", input(`{"type":"radio_buttons","action_id":"a","options":` + options(2) + `,"initial_option":` + option("o", "7") + `}`), bad, "blocks[0].element.initial_option"},
		"a select of 100":                       {"modal", input(`{"type":"static_select","action_id":"a","placeholder":{"type":"plain_text","text":"p"},"options":` + options(100) + `}`), "", ""},
		"a select of 101":                       {"modal", input(`{"type":"static_select","action_id":"a","options":` + options(101) + `}`), bad, "blocks[0].element.options"},
		"a placeholder of 151 characters":       {"modal", input(`{"type":"static_select","action_id":"a","placeholder":{"type":"plain_text","text":"` + long(151) + `"},"options":` + options(1) + `}`), bad, "blocks[0].element.placeholder.text"},
		"an external select":                    {"modal", input(`{"type":"external_select","action_id":"a","min_query_length":1,"initial_option":` + option("Ana", "ana") + `}`), "", ""},
		"an external select with a half length": {"modal", input(`{"type":"external_select","action_id":"a","min_query_length":1.5}`), bad, "blocks[0].element.min_query_length"},
		"a date":                                {"modal", input(`{"type":"datepicker","action_id":"a","initial_date":"2025-11-24"}`), "", ""},
		"a date that is none":                   {"modal", input(`{"type":"datepicker","action_id":"a","initial_date":"2025-11-31"}`), bad, "blocks[0].element.initial_date"},
		"a text input":                          {"modal", input(`{"type":"plain_text_input","action_id":"a","multiline":true,"max_length":5,"initial_value":"` + long(5) + `"}`), "", ""},
		"a text that is too long for its input": {"modal", input(`{"type":"plain_text_input","action_id":"a","max_length":5,"initial_value":"` + long(6) + `"}`), bad, "blocks[0].element.initial_value"},
		"a text input of 3,001":                 {"modal", input(`{"type":"plain_text_input","action_id":"a","max_length":3001}`), bad, "blocks[0].element.max_length"},
		"two texts in focus":                    {"modal", input(`{"type":"plain_text_input","action_id":"a","focus_on_load":true}`) + `,{"type":"input","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"a","focus_on_load":true}}`, bad, "blocks"},
		"a number":                              {"modal", input(`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"min_value":"1","max_value":"5","initial_value":"3"}`), "", ""},
		"a number that does not say decimals":   {"modal", input(`{"type":"number_input","action_id":"a"}`), bad, "blocks[0].element"},
		"a number that is none":                 {"modal", input(`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"initial_value":"x"}`), bad, "blocks[0].element.initial_value"},
		"a number with decimals":                {"modal", input(`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"initial_value":"1.5"}`), bad, "blocks[0].element.initial_value"},
		"a number out of bounds":                {"modal", input(`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"max_value":"5","initial_value":"7"}`), bad, "blocks[0].element.initial_value"},
		"bounds the wrong way round":            {"modal", input(`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"min_value":"7","max_value":"5"}`), bad, "blocks[0].element"},
		"rich text":                             {"home", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}}]},{"type":"rich_text_list","style":"bullet","indent":0,"border":0,"offset":0,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]},{"type":"rich_text_preformatted","border":0,"elements":[{"type":"text","text":"x"}]}]}`, "", ""},
		"rich text that links":                  {"home", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://x","text":"x"}]}]}`, bad, "blocks[0].elements[0].elements[0].type"},
		"rich text that says nothing":           {"home", rich(""), bad, "blocks[0].elements[0].elements[0].text"},
		"rich text that is no object":           {"home", `{"type":"rich_text","elements":["x"]}`, bad, "blocks[0].elements[0]"},
		"rich text of an unknown kind":          {"home", `{"type":"rich_text","elements":[{"type":"rich_text_verse","elements":[]}]}`, bad, "blocks[0].elements[0]"},
		"a list in a list":                      {"home", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]}]}`, bad, "blocks[0].elements[0].elements[0]"},
		"a piece with an odd style":             {"home", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"blink":true}}]}]}`, bad, "blocks[0].elements[0].elements[0].style"},
		"markdown in a message":                 {"message", `{"type":"markdown","text":"x"}`, "", ""},
		"markdown in a modal":                   {"modal", `{"type":"markdown","text":"x"}`, bad, "blocks[0]"},
		"a table":                               {"message", `{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"raw_number","text":"1","value":1}]],"column_settings":[{"align":"right","is_wrapped":true}]}`, "", ""},
		"two tables":                            {"message", repeat(2, `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`), bad, "blocks"},
		"a cell of a number without text":       {"message", `{"type":"table","rows":[[{"type":"raw_number","value":1}]]}`, bad, "blocks[0].rows[0][0]"},
		"a cell that is a string":               {"message", `{"type":"table","rows":[["a"]]}`, bad, "blocks[0].rows[0][0]"},
		"a table of 10,001 characters":          {"message", `{"type":"table","rows":[[` + repeat(4, `{"type":"raw_text","text":"`+long(2501)+`"}`) + `]]}`, bad, "blocks[0]"},
		"a chart":                               {"message", chart(`["a","b"]`, `[{"label":"a","value":1},{"label":"b","value":-2.5}]`, "s"), "", ""},
		"a chart on Home":                       {"home", chart(`["a"]`, `[{"label":"a","value":1}]`, "s"), bad, "blocks[0]"},
		"a chart that lacks a point":            {"message", chart(`["a","b"]`, `[{"label":"a","value":1}]`, "s"), bad, "blocks[0].chart.series[0]"},
		"a chart with a point too many":         {"message", chart(`["a"]`, `[{"label":"a","value":1},{"label":"a","value":1}]`, "s"), bad, "blocks[0].chart.series[0].data[1]"},
		"a point that is no number":             {"message", chart(`["a"]`, `[{"label":"a","value":"1"}]`, "s"), bad, "blocks[0].chart.series[0].data[0].value"},
		"a category twice":                      {"message", chart(`["a","a"]`, `[{"label":"a","value":1}]`, "s"), bad, "blocks[0].chart.axis_config.categories[1]"},
		"a series of 21 characters":             {"message", chart(`["a"]`, `[{"label":"a","value":1}]`, long(21)), bad, "blocks[0].chart.series[0].name"},
		"three charts":                          {"message", repeat(3, chart(`["a"]`, `[{"label":"a","value":1}]`, "s")), bad, "blocks"},
		"a chart of nothing":                    {"message", `{"type":"data_visualization","title":"T","chart":null}`, bad, "blocks[0].chart"},
		"a series that is a string":             {"message", `{"type":"data_visualization","title":"T","chart":{"type":"bar","series":["s"],"axis_config":{"categories":["a"]}}}`, bad, "blocks[0].chart.series[0]"},
		"a chart of series twice of one name":   {"message", `{"type":"data_visualization","title":"T","chart":{"type":"line","series":[{"name":"s","data":[{"label":"a","value":1}]},{"name":"s","data":[{"label":"a","value":1}]}],"axis_config":{"categories":["a"]}}}`, bad, "blocks[0].chart.series[1].name"},
		"51 blocks in a message":                {"message", repeat(51, `{"type":"divider"}`), bad, "blocks"},
		"100 blocks in a view":                  {"home", repeat(100, `{"type":"divider"}`), "", ""},
		"101 blocks in a view":                  {"home", repeat(101, `{"type":"divider"}`), bad, "blocks"},
		"no blocks in a view":                   {"home", "", bad, "blocks"},
		"five texts that are too long together": {"message", repeat(5, section(long(2700))), blockkit.CodeBlocksLong, "blocks"},
		"the same in a view":                    {"modal", repeat(5, section(long(2700))), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, blockkit.CheckBlocks(c.surface, []byte("["+c.blocks+"]")), c.wantCode, c.wantAt)
		})
	}
	check(t, blockkit.CheckBlocks("message", []byte("{")), bad, "")
	check(t, blockkit.CheckBlocks("message", []byte("{}")), bad, "blocks")
}

func TestMessage(t *testing.T) {
	for name, c := range map[string]struct{ message, wantCode, wantAt string }{
		"text alone":                  {`{"text":"x"}`, "", ""},
		"blocks with text":            {`{"text":"x","blocks":[{"type":"divider"}],"metadata":{"event_type":"steward","event_payload":{}}}`, "", ""},
		"nothing":                     {`{}`, blockkit.CodeNoText, ""},
		"a text of 4,001":             {`{"text":"` + long(4001) + `"}`, blockkit.CodeTextLong, "text"},
		"a text that is a number":     {`{"text":1,"blocks":[]}`, blockkit.CodeBlocks, "text"},
		"metadata without an event":   {`{"text":"x","metadata":{"event_type":"","event_payload":null}}`, blockkit.CodeMetadata, "metadata"},
		"metadata that is a string":   {`{"text":"x","metadata":"m"}`, blockkit.CodeMetadata, "metadata"},
		"what is no object":           {`[]`, blockkit.CodeBlocks, ""},
		"blocks that are a string":    {`{"text":"x","blocks":"b"}`, blockkit.CodeBlocks, "blocks"},
		"blocks with one that is bad": {`{"text":"x","blocks":[{"type":"divider"},{"type":"header"}]}`, blockkit.CodeBlocks, "blocks[1]"},
	} {
		t.Run(name, func(t *testing.T) { check(t, blockkit.CheckMessage([]byte(c.message)), c.wantCode, c.wantAt) })
	}
}

func modal(more string) string {
	return `{"type":"modal","title":{"type":"plain_text","text":"T"}` + more + `}`
}

func TestView(t *testing.T) {
	const bad = blockkit.CodeArguments
	text := input(`{"type":"plain_text_input","action_id":"a"}`)
	large := `,"blocks":[` + repeat(30, rich(long(3000))) + `]`
	for name, c := range map[string]struct{ view, wantCode, wantAt string }{
		"a modal":                        {modal(`,"blocks":[` + text + `],"submit":{"type":"plain_text","text":"S"},"private_metadata":"m","callback_id":"c","clear_on_close":true`), "", ""},
		"a home":                         {`{"type":"home","blocks":[{"type":"divider"}]}`, "", ""},
		"a modal without a title":        {`{"type":"modal","blocks":[{"type":"divider"}]}`, bad, ""},
		"a home with a title":            {`{"type":"home","title":{"type":"plain_text","text":"T"},"blocks":[{"type":"divider"}]}`, bad, ""},
		"a title of 25":                  {`{"type":"modal","title":{"type":"plain_text","text":"` + long(25) + `"},"blocks":[{"type":"divider"}]}`, bad, "title.text"},
		"an input that cannot be sent":   {modal(`,"blocks":[` + text + `]`), bad, ""},
		"private metadata of 3,001":      {modal(`,"blocks":[{"type":"divider"}],"private_metadata":"` + long(3001) + `"`), bad, "private_metadata"},
		"another type of view":           {`{"type":"workflow_step","blocks":[{"type":"divider"}]}`, bad, "type"},
		"a view of more than 250 kB":     {modal(large), blockkit.CodeViewLarge, ""},
		"what is no object":              {`1`, bad, ""},
		"a message's chart in a modal":   {modal(`,"blocks":[` + chart(`["a"]`, `[{"label":"a","value":1}]`, "s") + `]`), bad, "blocks[0]"},
		"the same block id in one modal": {modal(`,"submit":{"type":"plain_text","text":"S"},"blocks":[` + text + `,` + text + `]`), blockkit.CodeNotUnique, "blocks[1].block_id"},
	} {
		t.Run(name, func(t *testing.T) { check(t, blockkit.CheckView([]byte(c.view)), c.wantCode, c.wantAt) })
	}
}

func TestAnswers(t *testing.T) {
	const bad = blockkit.CodeNotAnAnswer
	view := modal(`,"blocks":[{"type":"divider"}]`)
	for name, c := range map[string]struct{ answer, wantCode, wantAt string }{
		"nothing closes":          {``, "", ""},
		"clear":                   {`{"response_action":"clear"}`, "", ""},
		"update":                  {`{"response_action":"update","view":` + view + `}`, "", ""},
		"errors":                  {`{"response_action":"errors","errors":{"f:x:1":"No."}}`, "", ""},
		"update to nothing":       {`{"response_action":"update"}`, bad, "view"},
		"push of a bad view":      {`{"response_action":"push","view":{"type":"modal","blocks":[]}}`, bad, "view.blocks"},
		"errors that are missing": {`{"response_action":"errors"}`, bad, "errors"},
		"an error without words":  {`{"response_action":"errors","errors":{"f:x:1":""}}`, bad, "errors.f:x:1"},
		"another action":          {`{"response_action":"dance"}`, bad, "response_action"},
		"no action":               {`{}`, bad, ""},
		"what is no object":       {`"clear"`, bad, ""},
	} {
		t.Run(name, func(t *testing.T) { check(t, blockkit.CheckAnswer([]byte(c.answer)), c.wantCode, c.wantAt) })
	}
}

func TestOptions(t *testing.T) {
	const bad = blockkit.CodeNotAnAnswer
	check(t, blockkit.CheckOptions([]byte(`{"options":[]}`)), "", "")
	check(t, blockkit.CheckOptions([]byte(`{"options":`+options(100)+`}`)), "", "")
	check(t, blockkit.CheckOptions([]byte(`{"options":`+options(101)+`}`)), bad, "options")
	check(t, blockkit.CheckOptions([]byte(`{"options":[`+option("", "v")+`]}`)), bad, "options[0].text.text")
	check(t, blockkit.CheckOptions([]byte(`{"options":[{"text":{"type":"mrkdwn","text":"x"},"value":"v"}]}`)), bad, "options[0].text")
	check(t, blockkit.CheckOptions([]byte(`[]`)), bad, "")
}

func TestFaultSaysWhereAndWhy(t *testing.T) {
	err := blockkit.CheckView([]byte(modal(`,"blocks":[{"type":"header","text":{"type":"plain_text","text":""}}]`)))
	if got, want := fmt.Sprint(err), "blocks[0].text.text: 0 characters, 1 to 150 (invalid_arguments)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzCheck: whatever comes in, the checks come back with an answer.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"text":"x","blocks":[` + section("x") + `]}`))
	f.Add([]byte(modal(`,"blocks":[` + input(`{"type":"checkboxes","action_id":"a","options":`+options(2)+`}`) + `]`)))
	f.Add([]byte(`{"response_action":"errors","errors":{"a":1}}`))
	f.Add([]byte(`[` + chart(`["a"]`, `[{"label":"a","value":1}]`, "s") + `]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, err := range []error{
			blockkit.CheckMessage(raw), blockkit.CheckView(raw), blockkit.CheckAnswer(raw), blockkit.CheckOptions(raw),
			blockkit.CheckBlocks(blockkit.Message, raw), blockkit.CheckBlocks(blockkit.Home, raw),
		} {
			var f *blockkit.Fault
			if err != nil && !errors.As(err, &f) {
				t.Fatalf("%T is no fault", err)
			}
		}
		if !json.Valid(raw) && blockkit.CheckMessage(raw) == nil {
			t.Fatal("what is no JSON was taken")
		}
	})
}
