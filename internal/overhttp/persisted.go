package overhttp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/maphash"
	"net/http"
	"slices"
	"strings"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/memory"
	"onlyoffice-graphql/upstream"
)

// KeptPersisted is how many bytes of persisted documents are kept. A client
// whose document went sends it again, so this is no one's only copy.
const (
	KeptPersisted    = 8 << 20
	bytesOfPersisted = 256 // of even the smallest
	persistedShares  = 8
	everybody        = 0 // the share of callers whom the portal does not know
)

// persisted keeps the texts of documents by their hash, so that clients can
// send the hash alone: Apollo's automatic persisted queries. It is safe for
// concurrent use.
//
// All callers find every text, but none evicts the texts of all others: a text is
// kept in the share of the caller who sent it. Credentials can be made up, so
// that a caller has a share only once the portal has answered to its credential.
type persisted struct {
	shares [persistedShares]*memory.LRU[string]
	seed   maphash.Seed
}

func newPersisted() *persisted {
	p := &persisted{seed: maphash.MakeSeed()}
	for i := range p.shares {
		p.shares[i] = memory.NewLRU[string](KeptPersisted / persistedShares)
	}
	return p
}

// shareOf returns the share of a caller: a credential has one if the portal has taken it.
func (p *persisted) shareOf(credentials upstream.Credentials, isKnown bool) int {
	if credentials.IsZero() || !isKnown {
		return everybody
	}
	return 1 + int(maphash.Comparable(p.seed, credentials)%(persistedShares-1))
}

func (p *persisted) get(hash string) (text string, known bool) {
	for _, share := range slices.Backward(p.shares[:]) { // a copy in the common share may be evicted any time
		if text, known = share.Get(hash); known {
			break
		}
	}
	return text, known
}

// complete puts the text into a request that has only its hash. A request that
// has both is to be stored under the hash once the text is known to be valid.
func (p *persisted) complete(r *params) *refusal {
	extension, sent := r.extensions["persistedQuery"]
	if !sent || extension == nil {
		return nil
	}
	members, ok := extension.(map[string]any)
	hash, isText := members["sha256Hash"].(string)
	if !ok || !isText || len(hash) != hex.EncodedLen(sha256.Size) {
		return refuse(http.StatusBadRequest, codes.BadRequest, "extensions.persistedQuery needs a version and a sha256Hash of 64 hexadecimal digits.")
	}
	if members["version"] != json.Number("1") {
		return refuse(statusNotRun, codes.PersistedNotSupported, "PersistedQueryNotSupported")
	}
	if r.query == "" {
		text, known := p.get(hash)
		if !known {
			// Clients look for this very message, then send the document too.
			return refuse(statusNotRun, codes.PersistedNotFound, "PersistedQueryNotFound")
		}
		r.query = text
		return nil
	}
	sum := sha256.Sum256([]byte(r.query))
	if hex.EncodeToString(sum[:]) != hash {
		return refuse(http.StatusBadRequest, codes.PersistedMismatch, "extensions.persistedQuery.sha256Hash is not the hash of the query.")
	}
	r.hash = hash
	return nil
}

// store keeps the text of a request whose document is valid, if it came with a hash.
func (p *persisted) store(r *params, share int) {
	if r.hash != "" && len(r.query) <= document.LargestKept {
		p.shares[share].Add(strings.Clone(r.hash), strings.Clone(r.query), len(r.query)+bytesOfPersisted) // of a URL they are parts
	}
}
