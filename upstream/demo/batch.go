package demo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// batchItem is one request of a batch; the portal reads its members in any case.
type batchItem struct {
	Name            *string
	RelativeURL     string `json:"RelativeUrl"`
	Method          string
	Body            string
	BodyContentType string
	Order           int
}

// errDoubled is the mistake of one item that spoils the reply to all of them.
var errDoubled = errors.New("the batch fails as a whole")

// serveBatch works a batch off one by one, in the identity of its caller.
func (p *Portal) serveBatch(r *http.Request, c *call) document {
	text := c.params.text("batch")
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		text = r.URL.Query().Get("batch") // a JSON body is not read
	}
	var items []batchItem
	if text != "" {
		if err := json.Unmarshal([]byte(text), &items); err != nil {
			return failed(&crash{"batch"})
		}
	}
	if items == nil {
		return noBatchGiven()
	}
	slices.SortStableFunc(items, func(a, b batchItem) int { return a.Order - b.Order })
	rows := make([]string, len(items))
	for i, item := range items {
		row, err := p.batchRow(r.Context(), item, c.viewer)
		if err != nil {
			return doubled()
		}
		rows[i] = row
	}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = http.StatusCreated
	}
	return c.plainList(rows).document(status)
}

// batchRow runs one item and returns its element of the reply.
func (p *Portal) batchRow(ctx context.Context, item batchItem, viewer *employee) (string, error) {
	if item.RelativeURL == "" {
		return "", errDoubled
	}
	verb := strings.ToUpper(item.Method)
	if verb == "" {
		verb = http.MethodGet
	}
	if item.BodyContentType == "" {
		item.BodyContentType = "application/x-www-form-urlencoded; charset=utf-8"
	}
	if item.Body != "" && !strings.Contains(strings.ToLower(item.BodyContentType), "charset=") {
		return "", errDoubled
	}
	target, err := url.Parse(item.RelativeURL)
	if err != nil {
		return "", errDoubled
	}
	segments, xml, ok := apiPath(target.Path)
	found, at := p.find(verb, segments)
	if !ok || found == nil || target.Host != "" {
		p.counters.item(verb + " " + unknownTemplate)
		return "null", nil
	}
	p.counters.item(verb + " " + found.template)
	if found.template == batchTemplate {
		return p.batchElement(item.Name, errNoMethod.document()), nil
	}
	c := &call{portal: p, route: found, viewer: viewer, place: at}
	c.faults = p.faults.match(verb, found.template, at.digits, true)
	before, later := byMoment(c.faults)
	doc, stands, err := p.batchFault(ctx, before)
	if err == nil && !stands {
		if doc, err = p.batchDocument(c, target, item); err == nil {
			if late, replaced, fault := p.batchFault(ctx, later); fault != nil || replaced {
				doc, err = late, fault
			}
		}
	}
	if err != nil {
		return "", err
	}
	if doc.body == nil && doc.status == 0 {
		return "null", nil
	}
	if xml && doc.contentType == jsonType {
		doc = xmlDocument(doc)
	}
	return p.batchElement(item.Name, doc), nil
}

// batchFault serves the faults of an item: it pauses, and returns what stands in
// for the method, if anything does. The empty document is an element of null.
func (p *Portal) batchFault(ctx context.Context, hits []*injected) (doc document, stands bool, err error) {
	if !p.pause(ctx, hits) {
		return document{}, false, errDoubled // the client has gone
	}
	if has(hits, BatchNullItem) {
		return document{}, true, nil
	}
	if has(hits, BatchDoubled) {
		return document{}, false, errDoubled
	}
	doc, stands = stand(hits)
	return doc, stands, nil
}

func (p *Portal) batchDocument(c *call, target *url.URL, item batchItem) (document, error) {
	if err := c.bind(target, item.BodyContentType, []byte(item.Body)); err != nil {
		return failed(err), nil
	}
	doc, err := p.execute(c)
	if err == nil && c.has(Truncated) {
		doc.body = doc.body[:len(doc.body)/2]
	}
	return doc, err
}

// batchElement holds the inner document as a string, escaped a second time.
func (p *Portal) batchElement(name *string, doc document) string {
	e := encoder{buf: make([]byte, 0, len(doc.body)*5/4+256)}
	e.open("", '{')
	if name != nil {
		e.text("name", *name)
	}
	e.number("status", doc.status)
	e.open("headers", '{')
	e.text("x-AspNet-Version", "4.0.30319")
	e.text("cache-Control", "private, max-age=0")
	e.text("eTag", p.etag())
	e.text("content-Type", doc.contentType)
	e.close('}')
	e.text("data", string(doc.body))
	e.close('}')
	return string(e.buf)
}

// doubled is the reply that is written in the portal's error handler and once
// more after it.
func doubled() document {
	doc := errNull.document()
	doc.body = append(doc.body, doc.body...)
	return doc
}

func noBatchGiven() document {
	var e encoder
	e.open("", '{')
	e.number("status", 0)
	e.failure(&failure{message: "no batch specified", hresult: -2146233079})
	e.close('}')
	return document{http.StatusOK, jsonType, e.buf}
}
