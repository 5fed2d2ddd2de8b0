package config

import (
	"io"
	"testing"

	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/internal/serve"
)

// The defaults sum up to the memory that the program may take.
func TestBudgetsFit(t *testing.T) {
	t.Parallel()
	settings, err := Parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	const smallAnswer = 64 << 10
	sum := int(settings.Limits.AnswersMemory) + settings.Limits.Requests*smallAnswer + overhttp.BodiesMemory + settings.Server.Connections*overhttp.SmallBody +
		int(settings.Portal.Bodies) + document.KeptBytes + overhttp.KeptPersisted
	if sum > serve.MemoryBudget*3/4 {
		t.Errorf("budgets of %d MiB leave Go too little of %d", sum>>20, serve.MemoryBudget>>20)
	}
}
