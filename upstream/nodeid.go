package upstream

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// Node is anything of the portal that has an id of its own.
type Node interface {
	// NodeID returns the object's global id, or an error where the portal
	// left the id out.
	NodeID() (string, error)
}

// The kinds of node ids. Persons and companies share one table of the portal,
// so they share a kind.
const (
	nodeOpportunity = "Opportunity"
	nodeContact     = "Contact"
	nodeStage       = "Stage"
	nodeEmployee    = "Employee"
)

// nodeID joins a kind and the portal's own id into one opaque text that is
// unique across the portal.
func nodeID(kind, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + ":" + id))
}

func numberNodeID(kind string, id int, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return nodeID(kind, strconv.Itoa(id)), nil
}

// parseNodeID takes a node id apart; ok is false for text that nodeID never made.
func parseNodeID(text string) (kind, id string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", "", false
	}
	kind, id, ok = strings.Cut(string(raw), ":")
	return kind, id, ok && id != ""
}
