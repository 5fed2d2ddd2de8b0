package resolvers

import (
	"errors"
	"testing"
	"time"

	"onlyoffice-graphql/internal/memory"
	"onlyoffice-graphql/upstream"
)

func keyOf(caller, key int) usedKey {
	return usedKey{memory.Digest{byte(caller), byte(caller >> 8)}, memory.Digest{byte(key), byte(key >> 8)}}
}

// use begins a key and ends it with that number, and reports whether it was the first use.
func (k *clientKeys) use(key usedKey, id int) bool {
	first, isThis := k.begin(key, memory.Digest{})
	if isThis {
		first.id = id
		k.end(key, first)
	}
	return isThis
}

// TestClientKeysOfOneCaller make no other caller lose theirs, nor do keys that came to
// nothing.
func TestClientKeysOfOneCaller(t *testing.T) {
	t.Parallel()
	k := newClientKeys()
	k.use(keyOf(1, 0), 1)
	for key := range 5 * mostClientKeys {
		k.use(keyOf(2, key), 1)
	}
	for caller := range 5 * mostClientKeys {
		k.use(keyOf(3+caller%60000, 0), 0)
	}
	if values, owners := k.ended.Size(); values != 1+mostKeysOfOne || owners != 2 || len(k.running) != 0 {
		t.Errorf("%d keys of %d callers, %d under way", values, owners, len(k.running))
	}
	if k.use(keyOf(1, 0), 1) {
		t.Error("forgotten")
	}
	for caller := range 2 * mostClientKeys {
		k.use(keyOf(3+caller, 0), 1)
	}
	if values, _ := k.ended.Size(); values != mostClientKeys {
		t.Errorf("%d keys", values)
	}
}

// TestClientKeyUnderWay is found however many others came meanwhile.
func TestClientKeyUnderWay(t *testing.T) {
	t.Parallel()
	k := newClientKeys()
	first, isThis := k.begin(keyOf(1, 0), memory.Digest{7})
	for key := range 2 * mostKeysOfOne {
		k.use(keyOf(1, 1+key), 1)
	}
	again, isNew := k.begin(keyOf(1, 0), memory.Digest{7})
	if !isThis || isNew || again != first || again.input != (memory.Digest{7}) || time.Since(first.began) > time.Minute {
		t.Error("another use is the first")
	}
}

// TestEntered reads what is known of a create out of what it returns.
func TestEntered(t *testing.T) {
	t.Parallel()
	made := &upstream.Task{ID: 7}
	failed := func(outcome upstream.Outcome) error {
		return &upstream.Error{Kind: upstream.KindServer, Outcome: outcome}
	}
	for name, test := range map[string]struct {
		value   *upstream.Task
		err     error
		changed bool
		id      int
		unknown bool
	}{
		"done":            {made, nil, true, 7, false},
		"not as written":  {made, &upstream.NotAsWrittenError{Fields: []string{"title"}}, true, 7, false},
		"in part":         {made, failed(upstream.Unknown), true, 7, true},
		"mistakes":        {nil, upstream.UserErrors{{}}, false, 0, false},
		"refused":         {nil, failed(upstream.NotDone), false, 0, false},
		"unknown":         {nil, failed(upstream.Unknown), true, 0, true},
		"a bug":           {nil, &lostError{errors.New("panic")}, false, 0, true},
		"not to be known": {nil, failed(""), true, 0, true},
		"before a write":  {nil, failed(""), false, 0, false},
	} {
		if id, unknown := entered(test.value, test.err, test.changed); id != test.id || unknown != test.unknown {
			t.Errorf("%s: %d %t", name, id, unknown)
		}
	}
}
