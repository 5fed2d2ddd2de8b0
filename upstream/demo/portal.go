package demo

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Portal is one embedded portal: its data, its users, its counters and its
// faults. It implements http.Handler and is safe for concurrent use.
type Portal struct {
	routes    []*route
	employees []*employee
	users     map[string]*employee // by token
	control   func() http.Handler
	counters  counters
	faults    faultSet
	closing   sync.Once
	closed    chan struct{}
	writers   sync.Pool // of *gzip.Writer
	replies   atomic.Uint64
	attempts  attempts

	mu             sync.RWMutex // guards the fields below
	store          *store
	textSearch     bool
	zone           *time.Location
	version        string
	versionChanged func() // see OnVersion
	level          int    // of the version: hundreds and units
}

// New builds a portal with its demo data.
func New() *Portal {
	p := &Portal{
		routes:     routeTable(),
		users:      map[string]*employee{},
		closed:     make(chan struct{}),
		employees:  firstStore().employees,
		textSearch: true,
		zone:       time.UTC,
	}
	p.Restore()
	for _, u := range p.employees {
		if !u.gone && !u.disabled {
			p.users[tokenPrefix+u.userName] = u
		}
	}
	_ = p.SetVersion(newestVersion)
	p.control = sync.OnceValue(p.controlMux)
	return p
}

// Close releases every call that a fault holds back. The portal answers on
// without delays; closing it twice does no harm.
func (p *Portal) Close() error {
	p.closing.Do(func() { close(p.closed) })
	return nil
}

// ServeHTTP answers the API below /api/2.0/, the sign-in page, and the demo's
// own control pages.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	segments, xml, ok := apiPath(r.URL.Path)
	switch {
	case ok:
		p.serveAPI(w, r, segments, xml)
	case strings.EqualFold(r.URL.Path, signInPath):
		p.counters.enter(r.Method + " Auth.aspx")()
		p.send(w, r, signInPage())
	default:
		p.control().ServeHTTP(w, r)
	}
}

// unknownTemplate names, in counters and faults, what matches no route.
const unknownTemplate = "unknown"

func (p *Portal) serveAPI(w http.ResponseWriter, r *http.Request, segments []string, xml bool) {
	found, at := p.find(r.Method, segments)
	template := unknownTemplate
	if found != nil {
		template = found.template
	}
	defer p.counters.enter(r.Method + " " + template)()

	// Read first: a server notices that its client went away only once the body
	// has been taken off the wire.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		p.send(w, r, htmlPage(http.StatusBadRequest, "Bad Request"))
		return
	}
	hits := p.faults.match(r.Method, template, at.digits, false)
	before, later := byMoment(hits)
	if !p.pause(r.Context(), before) || p.replace(w, r, template, before) {
		return
	}
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE")
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Accept, Authorization")
		w.Header().Set("Access-Control-Max-Age", "1728000")
		p.send(w, r, document{status: http.StatusOK})
		return
	}
	if found == nil {
		p.send(w, r, htmlPage(http.StatusNotFound, "The page you requested could not be found"))
		return
	}
	c := &call{portal: p, route: found, place: at, faults: hits}
	doc := p.answer(w, r, body, c)
	if !p.pause(r.Context(), later) || p.replace(w, r, template, later) {
		return
	}
	if xml && doc.contentType == jsonType && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		doc = xmlDocument(doc)
	}
	p.deliver(w, r, doc, hits)
}

// maxBody is far above any batch that makes sense.
const maxBody = 16 << 20

// answer binds the request, checks who asks, and runs the method.
func (p *Portal) answer(w http.ResponseWriter, r *http.Request, body []byte, c *call) document {
	err := c.bind(r.URL, r.Header.Get("Content-Type"), body)
	if !p.opens(c.route) {
		if c.viewer = p.authenticate(w, r, c.params); c.viewer == nil {
			return document{http.StatusUnauthorized, "text/html; charset=utf-8", []byte("Unauthorized")}
		}
	}
	if c.route.template == batchTemplate {
		return p.serveBatch(r, c)
	}
	if err != nil {
		return failed(err)
	}
	doc, err := p.execute(c)
	if err != nil {
		return failed(err)
	}
	return doc
}

// execute runs one method. Failures inside the API are documents, so the error
// is always a crash.
func (p *Portal) execute(c *call) (document, error) {
	if since := c.params.common("updatedsince"); since != "" {
		if _, err := parseDate(since, c.params.zone); err != nil {
			return document{}, &crash{"updatedSince"}
		}
	}
	result, err := p.run(c)
	if err != nil {
		return failed(err), nil
	}
	if c.has(WrongShape) {
		result = textAnswer()
	}
	if c.route.verb == http.MethodPost {
		return result.document(http.StatusCreated), nil
	}
	return result.document(http.StatusOK), nil
}

// run calls the method: reads side by side, writes alone.
func (p *Portal) run(c *call) (answer, error) {
	if c.route.writes {
		p.mu.Lock()
		defer p.mu.Unlock()
	} else {
		p.mu.RLock()
		defer p.mu.RUnlock()
	}
	c.store = p.store
	return c.route.serve(c)
}

// failed turns any error into what the portal writes for it.
func failed(err error) document {
	if f := (*failure)(nil); errors.As(err, &f) {
		return f.document()
	}
	return htmlPage(http.StatusInternalServerError, "Server Error in '/' Application.")
}
