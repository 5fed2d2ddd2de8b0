package demo

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	p := New()
	post := func(contentType, body string) reply {
		return ask(t, p, http.MethodPost, "/api/2.0/authentication.json", func(r *http.Request) {
			r.Header.Del("Authorization")
			withBody(contentType, body)(r)
		})
	}
	const form = "application/x-www-form-urlencoded"
	want := `{"count":1,"status":0,"statusCode":201,"response":{"token":"` + Token + `","expires":"2027-03-02T09:00:00.0000000Z"}}`
	if got := post(form, "userName=anna.lindqvist@fennmark.example&password=demo"); got.status != 201 || got.body != want {
		t.Errorf("form: %d %s", got.status, got.body)
	}
	if got := post("application/json; charset=utf-8", `{"userName":"anna.lindqvist@fennmark.example","password":"demo"}`); got.body != want {
		t.Errorf("JSON: %d %s", got.status, got.body)
	}
	for _, body := range []string{"userName=anna.lindqvist@fennmark.example&password=x", "password=demo", ""} {
		if got := post(form, body); got.status != 500 || !strings.Contains(got.body, `"message":"User authentication failed"`) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := post("application/json", `{"userName":`); got.status != 400 {
		t.Errorf("bad JSON: %d %s", got.status, got.body)
	}
}

// signsIn reports what the portal says of a login.
func signsIn(t *testing.T, p *Portal, path, user, password string) reply {
	t.Helper()
	return ask(t, p, http.MethodPost, "/api/2.0/"+path+".json", func(r *http.Request) {
		r.Header.Del("Authorization")
		withBody("application/x-www-form-urlencoded", "userName="+user+"@fennmark.example&password="+password)(r)
	})
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	p := New()
	for _, tt := range []struct {
		path, user, password string
		status               int
		want                 string // part of the answer
	}{
		{"authentication", "pierre.lefevre", "demo", 201, `{"token":null,"expires":"2026-03-02T09:05:00.0000000Z","sms":true,"phoneNoise":"+33*****0171"}`},
		{"authentication", "yael.ben-ami", "demo", 201, `{"token":null,"tfa":true}`},
		{"authentication", "yael.ben-ami", "x", 500, `"User authentication failed"`},
		{"authentication/246810", "yael.ben-ami", "demo", 201, `"token":"demo-yael.ben-ami"`},
		{"authentication/246810", "pierre.lefevre", "demo", 201, `"token":"demo-pierre.lefevre"`},
		{"authentication/246811", "pierre.lefevre", "demo", 500, `"User authentication failed"`},
		{"authentication/246810", "pierre.lefevre", "x", 500, `"User authentication failed"`},
		{"authentication/246810", "anna.lindqvist", "demo", 500, `"User authentication failed"`},
	} {
		if got := signsIn(t, p, tt.path, tt.user, tt.password); got.status != tt.status || !strings.Contains(got.body, tt.want) {
			t.Errorf("%s %s: %d %s", tt.path, tt.user, got.status, got.body)
		}
	}
	if got := p.Calls()["POST authentication/{code}"]; got != 5 {
		t.Errorf("%d calls with a code: %v", got, p.Calls())
	}
}

func TestTooManyAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New()
		for range 20 {
			if got := signsIn(t, p, "authentication", "anna.lindqvist", "demo"); got.status != 201 {
				t.Fatalf("right ones count: %d %s", got.status, got.body)
			}
		}
		for range 5 {
			signsIn(t, p, "authentication", "anna.lindqvist", "x")
		}
		if got := signsIn(t, p, "authentication", "anna.lindqvist", "demo"); got.status != 500 || !strings.Contains(got.body, `"User authentication failed"`) {
			t.Errorf("the sixth: %d %s", got.status, got.body)
		}
		if got := signsIn(t, p, "authentication", "mark.oconnell", "demo"); got.status != 201 {
			t.Errorf("another: %d %s", got.status, got.body)
		}
		time.Sleep(59 * time.Second)
		if got := signsIn(t, p, "authentication", "anna.lindqvist", "demo"); got.status != 500 {
			t.Errorf("blocked: %d %s", got.status, got.body)
		}
		time.Sleep(time.Second)
		if got := signsIn(t, p, "authentication", "anna.lindqvist", "demo"); got.status != 201 {
			t.Errorf("a minute later: %d %s", got.status, got.body)
		}
	})
}
