package upstream

import "testing"

// FuzzNodeID holds what global ids promise: any text is either refused or is
// the one text of the thing that it names.
func FuzzNodeID(f *testing.F) {
	f.Add("")
	f.Add("T3Bwb3J0dW5pdHk6MzEwMQ")
	f.Add("T3Bwb3J0dW5pdHk6MzEwMQ==")
	for _, kind := range []NodeKind{NodeOpportunity, NodeContact, NodeStage, NodeEmployee, "", "Query"} {
		for _, id := range []string{"1", "0", "01", "+1", "2147483647", "2147483648", "", "1:2", "../x", "f1e6d4b8-93c1-4a73-8e8a-0f2b6c8c1a55", "00000000-0000-0000-0000-00000000000A"} {
			f.Add(nodeID(kind, id))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseNodeID(text)
		if err != nil {
			if (id != NodeID{}) {
				t.Errorf("%q is refused, and is %+v", text, id)
			}
			return
		}
		if again := nodeID(id.Kind, id.Text); again != text {
			t.Errorf("%q is %+v, whose id is %q", text, id, again)
		}
		if (id.Kind == NodeEmployee) != (id.Number == 0) || id.Number < 0 {
			t.Errorf("%q is %+v", text, id)
		}
	})
}
