package config

import (
	"time"

	"github.com/alecthomas/units"
)

// Limits is how much one request may ask for. A request over one of them is refused before
// the first portal call, with a code of internal/codes, but for those that are met on the
// way: OperationTimeout and Answer end an operation that runs, and AnswersMemory and Requests
// are shared by all.
type Limits struct {
	Body             units.Base2Bytes `name:"max-body" env:"MAX_BODY" default:"256KiB" help:"Size of a request: of its body, or of its URL's query; URL and headers together have 64KiB."`
	Variables        units.Base2Bytes `name:"max-variables" env:"MAX_VARIABLES" default:"224KiB" help:"Size of a request's variables, as JSON."`
	Tokens           int              `name:"max-tokens" env:"MAX_TOKENS" default:"2000" help:"Tokens of a document; comments and white space are none."`
	Fields           int              `name:"max-fields" env:"MAX_FIELDS" default:"5000" help:"Fields of a document, those of a fragment counted wherever it is spread."`
	Depth            int              `name:"max-depth" env:"MAX_DEPTH" default:"10" help:"Levels of fields; introspection does not count."`
	Aliases          int              `name:"max-aliases" env:"MAX_ALIASES" default:"50" help:"Aliases of an operation, those of a fragment counted wherever it is spread."`
	RootFields       int              `name:"max-root-fields" env:"MAX_ROOT_FIELDS" default:"50" help:"Fields at the top of an operation."`
	Directives       int              `name:"max-directives" env:"MAX_DIRECTIVES" default:"10" help:"Directives at one place of a document."`
	Cost             int              `name:"max-cost" env:"MAX_COST" default:"5000" help:"Cost of an operation: an object is 1, a further portal call 5, and a list multiplies."`
	OperationTimeout time.Duration    `name:"operation-timeout" env:"OPERATION_TIMEOUT" default:"30s" help:"Longest that an operation may take, and that a client may take to send its body or to read its answer."`
	Answer           units.Base2Bytes `name:"max-answer" env:"MAX_ANSWER" default:"32MiB" help:"Size of an answer's data, as JSON; what gets larger is not made to its end."`
	AnswersMemory    units.Base2Bytes `name:"answers-memory" env:"ANSWERS_MEMORY" default:"256MiB" help:"Memory of all answers that are being made and sent, but for the first 16KiB of each. An answer that finds none within a second is told to come back; one takes up to three times its size. Go's memory limit follows it, unless GOMEMLIMIT is set."`
	Requests         int              `name:"max-requests" env:"MAX_REQUESTS" default:"512" help:"Requests that are worked on at a time; what comes on top is told to come back in a second."`
}
