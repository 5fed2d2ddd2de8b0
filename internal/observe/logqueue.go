package observe

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"time"
)

// Bounds of what waits to be written to the log: as much as a busy second or two.
const (
	queuedLines = 4096
	queuedBytes = 1 << 20
)

const (
	logPiece  = 16 << 10              // written at a time: a piece that is written shows that the reader is alive
	logStuck  = 5 * time.Second       // for one piece
	logPause  = 10 * time.Millisecond // between writes of less than a piece: lines that come meanwhile are written together
	LastWords = time.Second           // for what waits when the program ends
)

// LogQueue stands between the log and the file that it goes to. An unread pipe is
// full after 64 KiB, and its writer blocks; here that is one goroutine, and never a
// request. What does not fit is dropped and counted. It is safe for concurrent use.
//
// A ready-made ring buffer of lines would be bounded in lines alone, overwrite
// the oldest, and not know that its writer is stuck.
type LogQueue struct {
	out  io.Writer
	line func(dropped uint64) []byte // reports dropped lines
	done chan struct{}               // closed when nothing is written any more

	mu       sync.Mutex
	changed  sync.Cond
	waiting  []byte // whole lines
	lines    int
	dropped  uint64
	reported uint64    // of those, what the log itself has said
	since    time.Time // when the piece that is being written began; zero when none is
	isClosed bool
}

// NewLogQueue returns a queue that writes to out, and begins to.
func NewLogQueue(out io.Writer, line func(dropped uint64) []byte) *LogQueue {
	q := &LogQueue{out: out, line: line, done: make(chan struct{})}
	q.changed.L = &q.mu
	go q.run()
	return q
}

// Write takes one line, as slog's handlers write it. It never waits or fails.
func (q *LogQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.lines == queuedLines || len(q.waiting)+len(line) > queuedBytes {
		q.dropped++
		return len(line), nil
	}
	q.waiting = append(q.waiting, line...)
	q.lines++
	q.changed.Signal()
	return len(line), nil
}

// DroppedLines returns how many lines were dropped so far.
func (q *LogQueue) DroppedLines() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}

// IsStuck reports whether nothing has been taken from the log for a while.
func (q *LogQueue) IsStuck() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.since.IsZero() && time.Since(q.since) > logStuck
}

// Close writes what waits, but for no longer than this.
func (q *LogQueue) Close(within time.Duration) {
	q.mu.Lock()
	q.isClosed = true
	q.changed.Signal()
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-time.After(within):
	}
}

func (q *LogQueue) run() {
	defer close(q.done)
	var text []byte
	for {
		var untold uint64
		if text, untold = q.take(text[:0]); len(text) == 0 {
			return
		}
		if untold > 0 {
			text = append(text, q.line(untold)...)
		}
		q.settle(q.write(text), untold)
		if len(text) < logPiece {
			time.Sleep(logPause)
		}
	}
}

// take waits for lines and returns them all, and how many were dropped behind
// them. Next, lines are collected in spare. There are none once it is closed.
func (q *LogQueue) take(spare []byte) (lines []byte, untold uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.isClosed {
		q.changed.Wait()
	}
	lines = q.waiting
	q.waiting, q.lines = spare, 0
	return lines, q.dropped - q.reported
}

// write returns what could not be written.
func (q *LogQueue) write(text []byte) (rest []byte) {
	defer q.begins(time.Time{})
	for piece := range slices.Chunk(text, logPiece) {
		q.begins(time.Now())
		n, err := q.out.Write(piece)
		rest = text[n:]
		if err != nil {
			return rest
		}
		text = rest
	}
	return nil
}

func (q *LogQueue) begins(since time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.since = since
}

// settle counts the lines that could not be written. The last of them says how
// many were dropped before, if any were.
func (q *LogQueue) settle(rest []byte, untold uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch lost := uint64(bytes.Count(rest, []byte("\n"))); {
	case lost == 0:
		q.reported += untold
	case untold > 0:
		q.dropped += lost - 1
	default:
		q.dropped += lost
	}
}
