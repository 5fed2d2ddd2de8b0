package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

const (
	millionClients = 16
	millionSteps   = 10
	// Connections to the portal may still come on top, two goroutines each.
	millionConnections = 2 * 64
	// RSS goes up and down with the heap, which grows to 96 MiB between collections.
	millionRSS = 32 << 20
)

// The program answers as many requests as MILLION says, over HTTP and over a
// canned portal, and says at each tenth what it holds then. From the first
// tenth on that must not grow.
func TestMillion(t *testing.T) {
	requests, err := strconv.Atoi(os.Getenv("MILLION"))
	if err != nil {
		t.Skip("MILLION is not set to a number of requests")
	}
	portal := testhttp.NewCannedPortal(t, newAlike(t))
	p := startProgram(t, "--portal-url="+portal.URL().String())
	questions := newMillionQuestions(t)
	questions.ask(t, p.Public, 0, 1000) // opens connections and fills pools

	fmt.Printf("| requests | seconds | live heap MB | goroutines | RSS MB |\n|---:|---:|---:|---:|---:|\n")
	start := time.Now()
	held := make([]holding, millionSteps+1)
	for step := range held {
		if step > 0 {
			questions.ask(t, p.Public, requests*(step-1)/millionSteps, requests*step/millionSteps)
		}
		held[step] = p.holding(t)
		fmt.Printf("| %d | %.0f | %s\n", requests*step/millionSteps, time.Since(start).Seconds(), held[step])
	}
	before, after := held[1], held[millionSteps]
	if after.heap > before.heap+2<<20 || after.goroutines > before.goroutines+millionConnections || after.rss > before.rss+millionRSS {
		t.Errorf("the program holds more and more: %v after a tenth, %v in the end", before, after)
	}
}

// millionQuestions are requests as they go over the wire, with their answers.
type millionQuestions struct {
	requests [][]byte
	answers  [][]byte // data, as it was when it was checked
	checks   []func(string) error
}

// newMillionQuestions mixes small questions with some that ask for more: of 100
// there are 8 of every field, and one each of a list and of many aliases.
func newMillionQuestions(t *testing.T) *millionQuestions {
	t.Helper()
	portal := newAlike(t)
	q := &millionQuestions{}
	add := func(query string, check func(string) error) {
		q.requests = append(q.requests, wireRequest(query))
		q.checks = append(q.checks, check)
	}
	for i := range 100 {
		id := strconv.Itoa(firstAlike + i)
		switch {
		case i == 0:
			m := list(t, 25)
			add(m.query, m.check)
		case i == 50:
			m := aliases(t, 50, 20)
			add(m.query, m.check)
		case i%10 == 5 && i != 55 && i != 95:
			add(`{ opportunity(id: `+id+`) {`+documented+`} }`+documentedParts, nil)
		default:
			add(`{ opportunity(id: `+id+`) { id title bidValue stage { title } } }`,
				is(`{"opportunity":{"id":"`+id+`","title":"Fleet telematics rollout","bidValue":"1234567.89","stage":{"title":"Qualified prospect"}}}`))
		}
	}
	var all []json.RawMessage
	if err := json.Unmarshal([]byte(portal.answer(t, 100)), &all); err != nil {
		t.Fatal(err)
	}
	for i, check := range q.checks {
		if check == nil {
			q.checks[i] = is(`{"opportunity":` + string(all[i]) + `}`)
		}
	}
	q.answers = make([][]byte, len(q.requests))
	return q
}

func wireRequest(query string) []byte {
	body := testhttp.BodyOf(query)
	return fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: %s\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n%s",
		demo.Token, len(body), body)
}

// ask sends the requests from one number up to another, from all clients.
func (q *millionQuestions) ask(t *testing.T, address string, from, to int) {
	t.Helper()
	var next atomic.Int64
	next.Store(int64(from))
	var clients sync.WaitGroup
	var mu sync.Mutex // of answers
	for range millionClients {
		clients.Go(func() {
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = connection.Close() }()
			r := bufio.NewReaderSize(connection, 64<<10)
			var answer bytes.Buffer
			for !t.Failed() {
				n := int(next.Add(1)) - 1
				if n >= to {
					return
				}
				i := n % len(q.requests)
				if err := converse(connection, r, q.requests[i], &answer); err != nil {
					t.Errorf("request %d: %v", n, err)
					return
				}
				mu.Lock()
				if !bytes.Equal(answer.Bytes(), q.answers[i]) {
					err = q.checks[i](answer.String())
					q.answers[i] = bytes.Clone(answer.Bytes())
				}
				mu.Unlock()
				if err != nil {
					t.Errorf("request %d: %v", n, err)
				}
			}
		})
	}
	clients.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// converse sends a request and reads its answer's body.
func converse(connection net.Conn, r *bufio.Reader, request []byte, body *bytes.Buffer) error {
	if _, err := connection.Write(request); err != nil {
		return err
	}
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body.Reset()
	if _, err := body.ReadFrom(response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %.300s", response.StatusCode, body)
	}
	return nil
}

// runningProgram is the program in a process of its own.
type runningProgram struct{ Public, Admin string }

// startProgram builds the program and runs it until the test ends.
func startProgram(t *testing.T, args ...string) runningProgram {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, binary, append([]string{"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--demo-listen=127.0.0.1:0", "--profiles", "--log-format=json"}, args...)...)
	log, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	lines := bufio.NewReader(log)
	first, err := lines.ReadString('\n')
	var rest sync.WaitGroup
	rest.Go(func() { _, _ = io.Copy(io.Discard, lines) })
	t.Cleanup(func() {
		cancel()
		rest.Wait()
		_ = command.Wait()
	})
	var listening struct{ Address, Admin string }
	if err != nil || json.Unmarshal([]byte(first), &listening) != nil || listening.Address == "" {
		t.Fatalf("the program does not listen: %v %s", err, first)
	}
	return runningProgram{listening.Address, listening.Admin}
}

// holding is what the program has at a moment.
type holding struct{ heap, goroutines, rss int }

func (h holding) String() string {
	const mb = 1 << 20
	return fmt.Sprintf("%.1f | %d | %.1f |", float64(h.heap)/mb, h.goroutines, float64(h.rss)/mb)
}

var gauge = regexp.MustCompile(`(?m)^(go_memstats_heap_alloc_bytes|go_goroutines|process_resident_memory_bytes) (\S+)$`)

// holding asks the program, after it has collected garbage.
func (p runningProgram) holding(t *testing.T) holding {
	t.Helper()
	for range 2 { // what pools let go of is found by the second
		testhttp.Fetch(t, p.Admin, "/debug/pprof/heap?gc=1")
	}
	values := map[string]int{}
	for _, match := range gauge.FindAllStringSubmatch(testhttp.Fetch(t, p.Admin, "/metrics").Body, -1) {
		value, err := strconv.ParseFloat(match[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		values[match[1]] = int(value)
	}
	if len(values) != 3 {
		t.Fatalf("metrics %v", values)
	}
	return holding{values["go_memstats_heap_alloc_bytes"], values["go_goroutines"], values["process_resident_memory_bytes"]}
}
