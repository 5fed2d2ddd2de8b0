package config

import (
	"io"
	"math"
	"testing"
)

// The memory that the program may take is 1 GiB by default, of which Go has enough for
// itself, and follows each setting that says how much may be held.
func TestMemoryBudget(t *testing.T) {
	t.Parallel()
	const byDefault, mib = 1 << 30, 1 << 20
	if goMemory < byDefault/4 {
		t.Errorf("budgets leave Go %d MiB of %d", goMemory/mib, byDefault/mib)
	}
	for name, test := range map[string]struct {
		args []string
		want int64
	}{
		"by default":                      {nil, byDefault},
		"more for answers":                {[]string{"--answers-memory=2GiB"}, byDefault + (2048-256)*mib},
		"less for answers":                {[]string{"--answers-memory=64MiB", "--max-answer=16MiB"}, byDefault - (256-64)*mib},
		"more requests":                   {[]string{"--max-requests=1024"}, byDefault + 32*mib},
		"more connections":                {[]string{"--max-connections=8192"}, byDefault + 64*mib},
		"more for the portal's bodies":    {[]string{"--portal-bodies=1GiB"}, byDefault + (1024-256)*mib},
		"large bodies of the portal":      {[]string{"--portal-body=256MiB"}, byDefault + 256*mib},
		"more than can be counted":        {[]string{"--answers-memory=9223372036854775807"}, math.MaxInt64},
		"bodies more than can be counted": {[]string{"--portal-body=9223372036854775807"}, math.MaxInt64},
	} {
		settings, err := Parse(test.args, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if got := settings.MemoryBudget(); got != test.want {
			t.Errorf("%s it is %d MiB, not %d", name, got/mib, test.want/mib)
		}
	}
}
