package blackbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// personal is a portal that writes into every text who asks for it: the name in
// the Authorization header and the one in the cookie. It has the demo's data.
type personal struct {
	portal *demo.Portal
	known  sync.Map // the answers, with a place for the name, by what is asked for
}

// placeOfName is where the name goes.
const placeOfName = "(who asks)"

// callerName is what tells callers apart. It is long, so that answers are worth
// compressing, and no part of any other text.
var callerName = regexp.MustCompile(`caller-[0-9]{3}-x{60}`)

func nameOf(n int) string { return fmt.Sprintf("caller-%03d-%s", n, strings.Repeat("x", 60)) }

func (p *personal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	cookie := ""
	if c, err := r.Cookie("asc_auth_key"); err == nil {
		cookie = c.Value
	}
	if !callerName.MatchString(header + cookie) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	form, _ := io.ReadAll(r.Body)
	asked := r.URL.String() + string(form)
	answer, known := p.known.Load(asked)
	if !known {
		ask := httptest.NewRequest(r.Method, r.URL.String(), bytes.NewReader(form))
		ask.Header.Set("Authorization", demo.Token)
		ask.Header.Set("Content-Type", r.Header.Get("Content-Type"))
		recorded := httptest.NewRecorder()
		p.portal.ServeHTTP(recorded, ask)
		answer = signed(recorded.Body.Bytes())
		p.known.Store(asked, answer)
	}
	_, _ = w.Write(bytes.ReplaceAll(answer.([]byte), []byte(placeOfName), []byte(header+" "+cookie)))
}

// signed makes a place for the name in each text of a document that callers can
// see, and in those of the documents within a batch.
func signed(document []byte) []byte {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return document
	}
	var sign func(v any)
	sign = func(v any) {
		switch v := v.(type) {
		case []any:
			for i, item := range v {
				if _, isText := item.(string); isText { // a tag
					v[i] = placeOfName
				}
				sign(item)
			}
		case map[string]any:
			for key, member := range v {
				text, isText := member.(string)
				switch {
				case key == "data" && isText:
					v[key] = string(signed([]byte(text)))
				case isText && strings.Contains(" title description displayName about label fieldValue data userName email ", " "+key+" "):
					v[key] = placeOfName
				}
				sign(member)
			}
		}
	}
	sign(value)
	out, err := json.Marshal(value)
	if err != nil {
		return document
	}
	return out
}

// identity is one way for one caller to say who they are.
type identity struct {
	headers []string
	names   []string // that its answers may hold
}

// identities are all ways of all callers, and of some who are none.
func identities() []identity {
	var all []identity
	for n := range isolationCallers {
		name, other := nameOf(n), nameOf(100+n)
		all = append(all,
			identity{[]string{"Authorization: " + name}, []string{name}},
			identity{[]string{"Authorization: Bearer " + name}, []string{name}},
			identity{[]string{"Cookie: theme=dark; asc_auth_key=" + name}, []string{name}},
			identity{[]string{"Authorization: " + name, "Cookie: asc_auth_key=" + other}, []string{name, other}},
			identity{[]string{"Authorization: " + other, "Cookie: asc_auth_key=" + name}, []string{name, other}},
		)
	}
	return append(all, identity{}, identity{[]string{"Authorization: nobody"}, nil}, identity{[]string{"Cookie: asc_auth_key=nobody; " + nameOf(1) + "=1"}, nil})
}

var isolationQueries = []string{
	`{ viewer { displayName email } opportunitiesByIds(ids: [3101, 3103, 3105, 3120, 3133, 3140]) { id title tags stage { title } } }`,
	`{ opportunities(first: 20) { totalCount nodes { title description contact { displayName about } } } stages { title sortOrder } }`,
	`{ opportunity(id: 3101) { title tags customFields { label fieldValue } contact { displayName about industry } members { displayName tags } } currencies { title } }`,
	`{ customFieldDefinitions { label } opportunityTags { title } taskCategories { title } tasks(first: 3) { nodes { title opportunity { title } } } }`,
}

// How a request is sent. All are answered the same.
var isolationWays = []func(address, query string) *http.Request{
	func(address, query string) *http.Request { return jsonRequest(address, testhttp.BodyOf(query)) },
	func(address, query string) *http.Request {
		r := jsonRequest(address, testhttp.BodyOf(query))
		r.Header.Set("Accept-Encoding", "identity")
		return r
	},
	func(address, query string) *http.Request {
		hash := sha256.Sum256([]byte(query))
		return jsonRequest(address, strings.TrimSuffix(testhttp.BodyOf(query), "}")+
			`,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+hex.EncodeToString(hash[:])+`"}}}`)
	},
	func(address, query string) *http.Request { // by its hash, which it was stored under before
		hash := sha256.Sum256([]byte(query))
		parameters := url.Values{"extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + hex.EncodeToString(hash[:]) + `"}}`}}
		r, _ := http.NewRequest(http.MethodGet, address+"?"+parameters.Encode(), nil)
		return r
	},
}

func jsonRequest(address, body string) *http.Request {
	r, _ := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

var requestIDs = regexp.MustCompile(`"requestId":"[0-9a-f]+"| the request id [0-9a-f]+`)

// Callers of all kinds ask for the same at the same time, in all ways, over
// connections that they share, as they do behind a proxy. Each gets what it
// gets alone, and no other's name is ever in it.
func TestCallersAreKeptApart(t *testing.T) {
	t.Parallel()
	portal := httptest.NewServer(&personal{portal: demo.New()})
	t.Cleanup(portal.Close)
	p := start(t, "--portal-url="+portal.URL, "--portal-calls=16", "--request-calls=4", "--reference-cache=1m", "--log-level=warn")
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := &http.Client{Transport: transport, Timeout: time.Minute} // a busy machine takes long over so many

	asks := func(who identity, way, query int) string {
		r := isolationWays[way]("http://"+p.Public+"/graphql", isolationQueries[query])
		for _, header := range who.headers {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Set(name, value)
		}
		answer, err := proxy.Do(r)
		if err != nil {
			t.Error(err)
			return ""
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%d %v %.200s", answer.StatusCode, err, text)
		}
		return requestIDs.ReplaceAllString(string(text), "")
	}

	everybody := identities()
	alone := make([][]string, len(everybody))
	for i, who := range everybody {
		for query := range isolationQueries {
			way := 0
			if i == 0 {
				way = 2 // stores the document
			}
			answer := asks(who, way, query)
			named := callerName.FindAllString(answer, -1)
			if isOther := func(name string) bool { return !slices.Contains(who.names, name) }; len(named) > 0 != (len(who.names) > 0) || slices.ContainsFunc(named, isOther) {
				t.Fatalf("%v is answered %.300s", who.headers, answer)
			}
			alone[i] = append(alone[i], answer)
		}
	}
	var clients sync.WaitGroup
	for n := range isolationClients {
		clients.Go(func() {
			choose := rand.New(rand.NewPCG(11, uint64(n)))
			for range 2 {
				i, way, query := choose.IntN(len(everybody)), choose.IntN(len(isolationWays)), choose.IntN(len(isolationQueries))
				answer := asks(everybody[i], way, query)
				if answer != alone[i][query] {
					for _, name := range callerName.FindAllString(answer, -1) {
						if !slices.Contains(everybody[i].names, name) {
							t.Errorf("%v got what is %s's", everybody[i].headers, name)
							return
						}
					}
					t.Errorf("%v got\n%.500s\nand alone\n%.500s\nin way %d for %s\n%s", everybody[i].headers, answer, alone[i][query], way, isolationQueries[query], p.log())
					return
				}
			}
		})
	}
	clients.Wait()
}
