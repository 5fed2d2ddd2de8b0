package upstream

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path"
	"sync/atomic"
	"testing"
)

// sampled is a write of which testdata/writes has samples: what is sent is compared with
// the request, byte for byte, and the answer is read.
type sampled struct {
	calls func(t *testing.T) []said
	do    func(ctx context.Context, c *Caller) (gets string, err error)
	gets  string
	says  string // see inShort
}

// TestWireWrites has every sample of a write in it: one that is not read here fails it.
func TestWireWrites(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("testdata/writes")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, entry := range entries {
		files = append(files, path.Base(entry.Name()))
	}
	var left atomic.Int64 // rows that have not run
	for _, table := range []map[string]sampled{sampledOpportunities, sampledOthers, sampledErrors} {
		left.Add(int64(len(table)))
		for name, test := range table {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				t.Cleanup(func() { left.Add(-1) })
				gets, err := written(t, scripted(t, test.calls(t)...), func(c *Caller) (string, error) { return test.do(t.Context(), c) })
				if gets != test.gets || inShort(err) != test.says {
					t.Errorf("gets %q, want %q; hears %q, want %q: %v", gets, test.gets, inShort(err), test.says, err)
				}
			})
		}
	}
	t.Cleanup(func() {
		if rest := unread(t.Name(), files); len(rest) > 0 && left.Load() == 0 {
			t.Errorf("no row reads %q", rest)
		}
	})
}

// calling returns calls as they are.
func calling(calls ...said) func(t *testing.T) []said {
	return func(*testing.T) []said { return calls }
}

// ofOpportunity returns what a write returns in a few words.
func ofOpportunity(do func(ctx context.Context, c *Caller) (*Opportunity, error)) func(ctx context.Context, c *Caller) (string, error) {
	return func(ctx context.Context, c *Caller) (string, error) {
		o, err := do(ctx, c)
		if o == nil {
			return "", err
		}
		fields := ""
		for i := range o.CustomFields {
			if f := &o.CustomFields[i]; f.FieldValue != nil && *f.FieldValue != "" && f.ID != 73 { // a long text
				fields += fmt.Sprintf(" %d=%s", f.ID, *f.FieldValue)
			}
		}
		return fmt.Sprintf("%d %s, at %d %d%%, %d members, %d readers,%s", o.ID, o.Title, o.Stage.ID, o.SuccessProbability, len(o.Members), len(o.AccessList), fields), err
	}
}

var readFull = said{getFull, "", 0, "opportunity_full.json"}

// waveTwo is the update of the samples.
func waveTwo(change func(in *OpportunityChanges)) func(ctx context.Context, c *Caller) (string, error) {
	return ofOpportunity(func(ctx context.Context, c *Caller) (*Opportunity, error) {
		in := OpportunityChanges{
			ID: 3101, Title: Set("Fleet telematics rollout, wave 2"), ExpectedCloseDate: Set(midnight(2024, 11, 15)), ActualCloseDate: Clear[DateTime](),
			CustomFields: []FieldValue{{76, nil}},
		}
		if change != nil {
			change(&in)
		}
		return c.UpdateOpportunity(ctx, in, nil)
	})
}

func pilot(ctx context.Context, c *Caller) (*Opportunity, error) {
	return c.CreateOpportunity(ctx, scannerPilot(), theStages)
}

const (
	isWaveTwo = "3101 Fleet telematics rollout, wave 2, at 15 55%, 2 members, 3 readers, 72=PO-2024/0117 74=Nordics 75=true"
	isWaveOne = "3101 Fleet telematics rollout, at 15 55%, 2 members, 2 readers, 72=PO-2024/0117 74=Nordics 75=true 76=09/02/2024"
)

var sampledOpportunities = map[string]sampled{
	"opportunity_create": {
		calling(
			theMember,
			said{"POST crm/opportunity", "opportunity_create.request.json", 201, "writes/opportunity_create.response.json"},
			said{"GET crm/opportunity/3201", "", 0, "writes/opportunity_create_then_get.response.json"},
		), ofOpportunity(func(ctx context.Context, c *Caller) (*Opportunity, error) {
			made, err := pilot(ctx, c)
			if err != nil {
				return nil, err
			}
			stored := c.Opportunities(ctx, nil, []int{made.ID}, nil)[0]
			if stored.Err == nil && (made.Revision() != stored.Value.Revision() || !made.Created.Equal(stored.Value.Created.Time) || made.Description != stored.Value.Description) {
				return nil, fmt.Errorf("made %+v, stored %+v", made, stored.Value)
			}
			return stored.Value, stored.Err
		}),
		"3201 Pallet scanner pilot, at 14 20%, 2 members, 0 readers, 72=PO-2024/0201 75=true", "",
	},
	"opportunity_update": {
		calling(readFull, said{putFull, "opportunity_update.request.form", 0, "writes/opportunity_update.response.json"}),
		waveTwo(nil), isWaveTwo, "",
	},
	"opportunity_update of JSON": {
		calling(readFull, said{putFull, "opportunity_update.request.json", 0, "writes/opportunity_update.response.json"}),
		waveTwo(nil), isWaveTwo, "",
	},
	"opportunity_stage": {
		calling(readFull, said{putFull + "/stage/18", "opportunity_stage.request.json", 0, "writes/opportunity_stage.response.json"}),
		ofOpportunity(func(ctx context.Context, c *Caller) (*Opportunity, error) {
			return c.MoveOpportunity(ctx, StageChange{ID: 3101, StageID: 18})
		}), "3101 Fleet telematics rollout, at 18 100%, 2 members, 2 readers, 72=PO-2024/0117 74=Nordics 75=true 76=09/02/2024", "",
	},
	"opportunity_access": {
		func(t *testing.T) []said {
			t.Helper()
			open := edited(t, "writes/opportunity_access.response.json", `"isPrivate":true`, `"isPrivate":false`)
			return []said{{"GET crm/opportunity/3103", "", 0, open}, {"PUT crm/opportunity/3103/access", "opportunity_access.request.json", 0, "writes/opportunity_access.response.json"}}
		}, ofOpportunity(func(ctx context.Context, c *Caller) (*Opportunity, error) {
			return c.SetOpportunityAccess(ctx, AccessChange{3103, true, []string{anna.ID}}, nil)
		}), "3103 Untitled lead, at 14 0%, 0 members, 2 readers,", "",
	},
	"opportunity_delete": {
		calling(readFull, said{"DELETE crm/opportunity/3101", "", 0, "writes/opportunity_delete.response.json"}),
		func(ctx context.Context, c *Caller) (string, error) { return "", c.DeleteOpportunity(ctx, 3101, "") }, "", "",
	},
	"member_add": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{{"POST batch", "POST crm/opportunity/3101/contact/2002\nGET crm/opportunity/3101", 201, results(t, 201, "writes/member_add.response.json", 200, "opportunity_full.json")}}
		}, ofOpportunity(func(ctx context.Context, c *Caller) (*Opportunity, error) {
			return c.AddOpportunityMembers(ctx, 3101, []int{2002})
		}), isWaveOne, "",
	},
	"customfield_set and customfield_clear": {
		func(t *testing.T) []said {
			t.Helper()
			after := edited(t, "opportunity_full.json", `"fieldValue":"Nordics"`, `"fieldValue":"DACH"`, `"fieldValue":"09\/02\/2024"`, `"fieldValue":""`)
			const both = "POST crm/opportunity/3101/customfield/74 customfield_set.request.json\nPOST crm/opportunity/3101/customfield/76 customfield_clear.request.json\nGET crm/opportunity/3101"
			return []said{readFull, {"POST batch", both, 201, results(t, 201, "writes/customfield_set.response.json", 201, "writes/customfield_clear.response.json", 200, after)}}
		}, ofOpportunity(func(ctx context.Context, c *Caller) (*Opportunity, error) {
			return c.SetOpportunityFields(ctx, FieldChanges{ID: 3101, Values: []FieldValue{{74, ptr(" DACH ")}, {76, nil}}}, nil)
		}), "3101 Fleet telematics rollout, at 15 55%, 2 members, 2 readers, 72=PO-2024/0117 74=DACH 75=true", "",
	},
	"tag_add": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{{"POST batch", "POST crm/opportunity/3101/tag tag_add.request.json\nGET crm/opportunity/tag/3101", 201, results(t, 201, "writes/tag_add.response.json", 200, `{"status":0,"response":["renewal"]}`)}}
		}, func(ctx context.Context, c *Caller) (string, error) {
			tags, err := c.AddTags(ctx, TagOpportunity, 3101, []string{" Renewal "})
			return fmt.Sprint(tags), err
		}, "[renewal]", "",
	},
	"tag_remove": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{{"POST batch", "DELETE crm/opportunity/3101/tag?tag_remove.request.json\nGET crm/opportunity/tag/3101", 201, results(t, 200, "writes/tag_remove.response.json", 200, `{"status":0,"response":["urgent"]}`)}}
		}, func(ctx context.Context, c *Caller) (string, error) {
			tags, err := c.RemoveTags(ctx, TagOpportunity, 3101, []string{"renewal"})
			return fmt.Sprint(tags), err
		}, "[urgent]", "",
	},
	"batch_writes": {
		calling(said{"POST batch", "batch_writes.request.form", 201, "writes/batch_writes.response.json"}),
		func(ctx context.Context, c *Caller) (string, error) {
			var added, removed Result[string]
			var tags Result[[]string]
			to := withID("crm/opportunity/{id}/tag", 3101)
			from := to
			from.query = "tagName=urgent"
			c.writeAll(ctx, []step{
				{method: http.MethodPost, route: to, form: "tagName=renewal", end: ending(&added, decode[string])},
				{method: http.MethodDelete, route: from, end: ending(&removed, decode[string])},
				{method: http.MethodGet, route: withID("crm/opportunity/tag/{id}", 3101), end: ending(&tags, decode[[]string])},
			})
			if added.Err != nil || tags.Err != nil {
				return "", fmt.Errorf("added %w, read %w", added.Err, tags.Err)
			}
			return fmt.Sprintf("%s %q", added.Value, tags.Value), removed.Err
		}, `renewal ["Q3/2024" "\"strategic\" <EU>" "renewal"]`, "not found NOT_DONE",
	},
}
