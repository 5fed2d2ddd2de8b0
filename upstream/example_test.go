package upstream_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// One client serves the program; each request asks as its own caller.
func Example() {
	portal := httptest.NewServer(demo.New())
	defer portal.Close()
	address, _ := url.Parse(portal.URL)

	client := upstream.New(upstream.Options{URL: address})
	defer client.Close()
	caller := client.For(upstream.Credentials{Authorization: demo.Token})
	for _, r := range caller.Opportunities(context.Background(), nil, []int{3101, 999999}, nil) {
		if r.Err != nil {
			fmt.Println(upstream.KindOf(r.Err))
			continue
		}
		fmt.Println(r.Value.Title, r.Value.BidValue, r.Value.Stage.Title)
	}
	fmt.Println(caller.Calls(), "calls")
	// Output:
	// Fleet telematics rollout 1234567.89 Qualified prospect
	// not found
	// 2 calls
}

// Credentials cannot be printed by accident.
func ExampleCredentials() {
	credentials := upstream.Credentials{Authorization: "Bearer abc", Cookie: "def"}
	fmt.Printf("%v %+v %#v %s\n", credentials, credentials, credentials, []any{credentials})
	// Output: redacted redacted redacted [redacted]
}
