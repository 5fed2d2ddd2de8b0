package resolvers

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/memory"
	"onlyoffice-graphql/upstream"
)

// How many client keys are remembered, for how long: of all callers and of one, some 300
// bytes each. A key is remembered only where something was entered, or may have been, so
// that made-up credentials take no room.
const (
	mostClientKeys  = 10_000
	mostKeysOfOne   = 1_000
	keptClientKeys  = 24 * time.Hour
	clientKeyMember = "clientKey"
)

// clientKeys remembers what creates with a client key came to, so that a create that is
// sent again does not enter the same thing twice. It keeps digests and the numbers of
// what was entered. It is safe for concurrent use.
type clientKeys struct {
	mu      sync.Mutex
	running map[usedKey]*firstUse
	ended   *memory.Shares[*firstUse]
}

// usedKey is a client key as one caller uses it for one mutation.
type usedKey struct{ caller, key memory.Digest }

// firstUse is the first create of a key. What came of it is known when done is closed.
type firstUse struct {
	input memory.Digest
	began time.Time
	done  chan struct{}

	id      int  // of what was entered; 0 for nothing, and where it is not known
	unknown bool // it is not known whether all, or any, of it was done
}

func newClientKeys() *clientKeys {
	return &clientKeys{running: map[usedKey]*firstUse{}, ended: memory.NewShares[*firstUse](mostClientKeys, mostKeysOfOne)}
}

// begin returns the first use of a key, and whether this is it: then it must be ended.
func (k *clientKeys) begin(key usedKey, input memory.Digest) (first *firstUse, isThis bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if first = k.running[key]; first != nil {
		return first, false
	}
	if first, ok := k.ended.Get(key.caller, key.key); ok && time.Since(first.began) < keptClientKeys {
		return first, false
	}
	first = &firstUse{input: input, began: time.Now(), done: make(chan struct{})}
	k.running[key] = first
	return first, true
}

// end says what came of the first use. A key that came to nothing is free again.
func (k *clientKeys) end(key usedKey, first *firstUse) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.running, key)
	if first.isFree() {
		k.ended.Remove(key.caller, key.key)
	} else {
		k.ended.Add(key.caller, key.key, first)
	}
	close(first.done)
}

func (f *firstUse) isFree() bool { return f.id == 0 && !f.unknown }

// once returns a create that is made once for its client key: another with the same key
// answers with what the first entered, read again, and waits for that until it is there.
func once[T any](r *Resolver, in any, clientKey *string, again func(w *writing, id int) (*T, error), create func(w *writing) (*T, error)) func(w *writing) (*T, error) {
	if clientKey == nil {
		return create
	}
	return func(w *writing) (*T, error) {
		if *clientKey == "" {
			w.mistakes = keyMistake(upstream.CodeInvalid, "This must not be empty. Make one up for each thing to be entered, such as a UUID, or leave it out.")
			return create(w)
		}
		key, input, err := w.usedKey(*clientKey, in)
		if err != nil {
			return nil, err
		}
		for {
			first, isThis := r.clientKeys.begin(key, input)
			switch {
			case isThis:
				first.unknown = true // until it is known, also after a panic
				defer r.clientKeys.end(key, first)
				before := w.caller.Changes()
				value, err := attempt(w, create)
				first.id, first.unknown = entered(value, err, w.caller.Changes() > before)
				return value, err
			case first.input != input:
				return nil, keyMistake(upstream.CodeInvalid, "This key was used with another input. Make up another one for each thing to be entered.")
			}
			if err := first.wait(w.ctx); err != nil {
				return nil, err
			}
			if !first.isFree() {
				w.isRepeat = true
				return enteredBefore(w, first, again)
			}
		}
	}
}

func keyMistake(code upstream.UserErrorCode, message string) upstream.UserErrors {
	return upstream.UserErrors{{Field: []string{clientKeyMember}, Code: code, Message: message}}
}

// usedKey returns what a client key is remembered by, and the digest of the input as it
// was read: an id may be sent as a number or as text.
func (w *writing) usedKey(clientKey string, in any) (key usedKey, input memory.Digest, err error) {
	sent, err := json.Marshal(in)
	if err != nil {
		return key, input, err
	}
	key = usedKey{w.caller.Digest(), sha256.Sum256([]byte(graphql.GetFieldContext(w.ctx).Field.Name + "\x00" + clientKey))}
	return key, sha256.Sum256(sent), nil
}

// entered returns the number of what a create has entered, and whether it is unknown
// what became of it, or of a part.
func entered[T any](value *T, err error, changed bool) (id int, unknown bool) {
	value, mistakes, err := sorted(0, value, err)
	if object, ok := any(value).(numbered); ok && value != nil {
		id, _ = object.CheckedID() // which the client has checked
	}
	return id, outcomeOf(settled(err, changed, value != nil), changed, len(mistakes) > 0) == upstream.Unknown
}

// enteredBefore answers with what the first use of a key has entered.
func enteredBefore[T any](w *writing, first *firstUse, again func(w *writing, id int) (*T, error)) (*T, error) {
	if first.id == 0 {
		return nil, unknownBefore("An earlier attempt with this clientKey was sent to the portal, and what became of it is not known.")
	}
	value, err := again(w, first.id)
	var portal *upstream.Error
	switch {
	case upstream.KindOf(err) == upstream.KindNotFound:
		return nil, keyMistake(upstream.CodeNotFound, "What was entered with this key is gone by now, or hidden from this caller.")
	case errors.As(err, &portal) && !first.unknown:
		p := presentationOf(portal)
		return nil, &inputError{code: p.code, outcome: upstream.Done, message: p.cause + " But this was entered before: send it again with the same clientKey, to see it.", cause: err}
	case err != nil:
		return nil, settled(err, true, true)
	case first.unknown:
		return value, unknownBefore("An earlier attempt with this clientKey has entered this, and perhaps not all of it.")
	default:
		return value, nil
	}
}

// unknownBefore is the error of a create that is not made again.
func unknownBefore(what string) error {
	return &inputError{code: codes.UpstreamError, outcome: upstream.Unknown, message: what + " Look at what there is before you enter it again, with another key."}
}

// wait waits until it is known what came of the first use.
func (f *firstUse) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		if ended := upstream.Ended(clientKeyMember, ctx.Err()); ended.Kind == upstream.KindCanceled {
			return ended.With(upstream.Unknown)
		}
		return &inputError{
			code: codes.UpstreamTimeout, outcome: upstream.Unknown,
			message: "An earlier attempt with this clientKey is still under way. Send it again with the same key, to hear what came of it.",
		}
	}
}
