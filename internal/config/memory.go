package config

import (
	"math"

	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/overhttp"
)

const (
	// smallAnswer is what an answer may take beside --answers-memory, its first 16 KiB among it.
	smallAnswer = 64 << 10
	// goMemory is left to Go: the stacks and buffers of connections, and what bodies of the
	// portal are read into. With it the defaults sum up to 1 GiB.
	goMemory = 312 << 20
)

// MemoryBudget returns how many bytes the program may take in memory: what may be held at a
// time of request bodies, portal bodies and answers, what is kept, and what is left to Go.
func (c *Config) MemoryBudget() int64 {
	sum := int64(goMemory)
	for _, part := range []int64{
		int64(c.Limits.AnswersMemory), // from making answers to the clients' having them
		int64(c.Limits.Requests) * smallAnswer,
		overhttp.BodiesMemory, // of requests that are being read
		int64(c.Server.Connections) * overhttp.SmallBody,
		max(int64(c.Portal.Bodies), int64(c.Portal.Body), 2*int64(c.Portal.Body)), // two of the largest find room; 2*Body can overflow
		document.KeptBytes,
		overhttp.KeptPersisted,
	} {
		if part > math.MaxInt64-sum {
			return math.MaxInt64 // as good as none
		}
		sum += part
	}
	return sum
}
