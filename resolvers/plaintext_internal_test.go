package resolvers

import (
	"strings"
	"testing"
	"time"
)

// TestPlainText has the text of HTML as browsers show it.
func TestPlainText(t *testing.T) {
	t.Parallel()
	for fragment, want := range map[string]string{
		"":                                    "",
		"Walked the yard.":                    "Walked the yard.",
		"<h2>Title</h2>Text":                  "Title\nText",
		"Text<h3>Title</h3>":                  "Text\nTitle",
		"Before<hr>After":                     "Before\nAfter",
		"Before<hr/>After":                    "Before\nAfter",
		"a<br>b<br/>c<BR />d":                 "a\nb\nc\nd",
		"a<br><br>b":                          "a\nb",
		"<p>a</p><p>b</p>":                    "a\nb",
		"<p>a<p>b":                            "a\nb",
		"<p>a</p>b":                           "a\nb",
		"<p>&nbsp;</p><p>b</p>":               "b",
		"<div>a</div><div><div>b</div></div>": "a\nb",
		"<ul><li>a</li><li>b</li></ul>c":      "a\nb\nc",
		"<ol>\n\t<li>a</li>\n\t<li>b</li>\n</ol>":                                                  "a\nb",
		"<dl><dt>a</dt><dd>b</dd></dl>":                                                            "a\nb",
		"<section>a</section><article>b</article><aside>c</aside>":                                 "a\nb\nc",
		"<header>a</header><main>b</main><footer>c</footer>":                                       "a\nb\nc",
		"<blockquote>a</blockquote>b":                                                              "a\nb",
		"<figure>a<figcaption>b</figcaption></figure>":                                             "a\nb",
		"<fieldset><legend>a</legend>b</fieldset>":                                                 "a\nb",
		"<details><summary>a</summary>b</details>":                                                 "a\nb",
		"<center>a</center>b<address>c</address>":                                                  "a\nb\nc",
		"<select><option>a<option>b</select>":                                                      "a\nb",
		"<table><tr><th>Name</th><td>Ann</td></tr></table>":                                        "Name\tAnn",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>e":               "a\tb\nc\td\ne",
		"<table>\n<tbody>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</tbody>\n</table>":                "a\tb",
		"<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>":                               "a\tb",
		"<table><tr><td>a<td>b<tr><td>c</table>":                                                   "a\tb\nc",
		"<table><tr><td>a</td><td></td><td>c</td></tr></table>":                                    "a\t\tc",
		"<table><caption>T</caption><thead><tr><th>a</th></tr></thead></table>":                    "T\na",
		"<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td><td>d</td></tr></table>": "a\nb\tc\td",
		"<head><title>T</title></head><body>x</body>":                                              "x",
		"<html><head><meta charset=utf-8><style>p{}</style></head><body><p>x</p></body></html>":    "x",
		"a<script>if (1 < 2) b</script>c":                                                          "ac",
		"a<style>p > b {}</style>b":                                                                "ab",
		"a<template><p>b</p></template>c":                                                          "ac",
		"a<noscript>b</noscript><iframe>c</iframe>d":                                               "ad",
		"<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>":                                             "ab",
		"a<div hidden>b<div>c</div></div>d":                                                        "ad",
		`a<span style="color: red; display: none">b</span>c`:                                       "ac",
		"<p hidden>a<p>b":                                  "b",
		"a<datalist><option>b</datalist>c":                 "ac",
		"a<!-- b -->c<?xml version=1?>d<!DOCTYPE html>e":   "acde",
		"<b>a</b> <i>b</i>":                                "a b",
		"<b>a</b><i>b</i>":                                 "ab",
		"<p>one\n\ttwo   three</p>":                        "one two three",
		"<p> a </p> <p> b </p>":                            "a\nb",
		"<b>a </b> b":                                      "a b",
		"<pre>a\n  b\n\n c</pre>d":                         "a\n  b\n c\nd",
		"<textarea>a\nb</textarea>":                        "a\nb",
		"first\nsecond\r\nthird":                           "first\nsecond\nthird",
		"a &amp; b &lt;c&gt; &eacute;&#8364;":              "a & b <c> é€",
		`<a href="x>y">link</a> <img alt="b">end`:          "link end",
		"<font color=red>a</font><tt>b</tt>":               "ab",
		"<p>a<o:p></o:p></p>b":                             "a\nb",
		"Fwd from Ann Example <ann@example.com> on Monday": "Fwd from Ann Example <ann@example.com> on Monday",
		"<p>Fwd from <ann@example.com></p>on Monday":       "Fwd from <ann@example.com>\non Monday",
		`Task "x<y and z>0" closed`:                        `Task "x<y and z>0" closed`,
		"if a<b then c":                                    "if a<b then c",
		"if a<b then c<br>next":                            "if a<b then c\nnext",
		`a <a href="b`:                                     `a <a href="b`,
		"see <https://crm.example.com/?a=1&amp;b=2> and <mailto:ann@example.com>": "see <https://crm.example.com/?a=1&b=2> and <mailto:ann@example.com>",
		"1 < 2 > 0 <3 </3> <- <> <":           "1 < 2 > 0 <3 </3> <- <> <",
		"Dear <name>, <your-company> </name>": "Dear <name>, <your-company> </name>",
		"wow <! really <!-- no end":           "wow <! really <!-- no end",
		"<B>a</B><P CLASS=x>b</P>":            "a\nb",
		"a</p>b</div>c":                       "a\nb\nc",
		"a</table>b<td>c":                     "a\nb c",
	} {
		if got, err := stripMarkup(t.Context(), fragment); got != want || err != nil {
			t.Errorf("%q\n got %q\nwant %q", fragment, got, want)
		}
	}
}

// TestEveryElementIsShown has text in each element: it stays or goes as a whole, and
// nothing of its tag is left.
func TestEveryElementIsShown(t *testing.T) {
	t.Parallel()
	for name, d := range displays {
		want := map[display]string{asInline: "abc", asBlock: "a\nb\nc", asPre: "a\nb\nc", asTable: "a\nb\nc", asRow: "a\nb\nc", asCell: "a bc", asHidden: "ac"}[d]
		switch {
		case name == "plaintext": // has no end
			want = "a\nb</plaintext>c"
		case void[name] && d == asHidden:
			want = "abc"
		}
		if got, err := stripMarkup(t.Context(), "a<"+name+">b</"+name+">c"); got != want || err != nil {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}

// TestPlainTextIsQuick has texts that are made to take long: minutes, if time grew
// with the square of their length. Beside other tests and the race detector, seconds do.
func TestPlainTextIsQuick(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for _, part := range []string{"<", "<b ", `<b a="`, `<b a='<b a="`, "<!", "<!--", "<?", "<table>", "<table><tr><td>", "<div hidden>", "</", "&", "<pre>\n", "<title>", "<b a=\"<b a='>"} {
		_, _ = stripMarkup(t.Context(), strings.Repeat(part, 1<<18/len(part)))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
