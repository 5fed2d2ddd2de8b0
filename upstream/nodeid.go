package upstream

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// Node is anything of the portal that has an id of its own.
type Node interface {
	// NodeID returns the object's global id, or an error where the portal
	// left the id out.
	NodeID() (string, error)
}

// NodeKind is the kind of thing that a global id names.
type NodeKind string

// The kinds of global ids. Persons and companies share one table of the portal,
// so they share a kind.
const (
	NodeOpportunity NodeKind = "Opportunity"
	NodeContact     NodeKind = "Contact"
	NodeStage       NodeKind = "Stage"
	NodeEmployee    NodeKind = "Employee"
)

// NodeID is a global id taken apart.
type NodeID struct {
	Kind   NodeKind
	Text   string // the portal's own id
	Number int    // the same as a number; 0 for employees, who have GUIDs
}

// nodeID joins a kind and the portal's own id into one opaque text that is
// unique across the portal.
func nodeID(kind NodeKind, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(kind) + ":" + id))
}

func numberNodeID(kind NodeKind, id int, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return nodeID(kind, strconv.Itoa(id)), nil
}

var errNodeID = errors.New("not a global id")

// ParseNodeID takes a global id apart. It accepts just what NodeID methods
// return, so that one thing has one id.
func ParseNodeID(text string) (NodeID, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return NodeID{}, errNodeID
	}
	kind, id, _ := strings.Cut(string(raw), ":")
	parsed := NodeID{Kind: NodeKind(kind), Text: id}
	switch parsed.Kind {
	case NodeEmployee:
		if !IsGUID(id) {
			return NodeID{}, errNodeID
		}
	case NodeOpportunity, NodeContact, NodeStage:
		n, err := strconv.ParseUint(id, 10, 31)
		if err != nil || n == 0 {
			return NodeID{}, errNodeID
		}
		parsed.Number = int(n)
	default:
		return NodeID{}, errNodeID
	}
	if nodeID(parsed.Kind, id) != text || parsed.Number != 0 && strconv.Itoa(parsed.Number) != id {
		return NodeID{}, errNodeID
	}
	return parsed, nil
}
