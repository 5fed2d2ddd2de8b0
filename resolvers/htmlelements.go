package resolvers

import "strings"

// display is what an element of HTML does to text.
type display int

const (
	noElement display = iota // no element of HTML
	asInline                 // stands in its line
	asBlock                  // stands on lines of its own
	asHidden                 // is not shown, with all that is in it
	asPre                    // stands on lines of its own, and keeps blanks and line breaks
	asTable                  // holds rows
	asRow                    // holds cells
	asCell                   // stands in its row's line, a tab apart from the one before
)

// displays is how HTML's rendering section has its elements, those too that are
// obsolete.
var displays = byElement(map[display]string{
	asInline: `a abbr acronym applet b bdi bdo big blink button cite code col colgroup data del dfn em
		embed font i image img input ins kbd keygen label map mark marquee math meter multicol nextid nobr object output
		picture progress q rb rbc rt rtc ruby s samp select slot small source spacer span strike strong sub sup svg tbody
		tfoot thead time track tt u var wbr`,
	asBlock: `address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption
		figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html isindex legend li main menu menuitem
		nav ol optgroup option p search section summary ul`,
	asHidden: `area audio base basefont bgsound canvas command datalist iframe link meta noembed noframes noscript param rp
		script style template title video`,
	asPre:   `listing plaintext pre textarea xmp`,
	asTable: `table`,
	asRow:   `tr`,
	asCell:  `td th`,
})

// void are the elements that have no content, and so no end.
var void = words("area base basefont bgsound br col command embed frame hr image img input keygen link meta param source spacer track wbr")

// endless are elements whose ends are mostly left out, so that the next one of its
// kind is not within the one before.
var endless = words("p li dt dd tr td th option optgroup")

// ofOffice are the prefixes of elements that word processors paste beside those of HTML.
var ofOffice = words("o v w m x st1")

func byElement(lists map[display]string) map[string]display {
	all := map[string]display{}
	for d, list := range lists {
		for _, name := range strings.Fields(list) {
			all[name] = d
		}
	}
	return all
}

func words(list string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(list) {
		all[name] = true
	}
	return all
}

// displayOf returns how an element is shown, whose name is in lower case.
func displayOf(name string) display {
	if d := displays[name]; d != noElement {
		return d
	}
	if prefix, _, ok := strings.Cut(name, ":"); ok && ofOffice[prefix] {
		return asInline
	}
	return noElement
}
