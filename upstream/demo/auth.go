package demo

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// Token signs in the demo user, Anna Lindqvist, an administrator of the CRM.
const Token = tokenPrefix + demoUser

const (
	tokenPrefix  = "demo-"
	demoUser     = "anna.lindqvist"
	demoPassword = "demo"
	cookieName   = "asc_auth_key"
)

// TokenOf returns the token of the active employee with that e-mail address, or
// an empty string when there is none.
func (p *Portal) TokenOf(email string) string {
	if u := employeeByEmail(p.employees, email); u != nil {
		return tokenPrefix + u.userName
	}
	return ""
}

// authenticate finds the caller: by the Authorization header first, then by the
// cookie, which may also come as a parameter. A header that works is answered
// with the cookie, on every call; a cookie that does not is cleared.
func (p *Portal) authenticate(w http.ResponseWriter, r *http.Request, params params) *employee {
	header := r.Header.Get("Authorization")
	if u := p.byHeader(header); u != nil {
		http.SetCookie(w, &http.Cookie{Name: cookieName, Value: tokenPrefix + u.userName, Path: "/", HttpOnly: true})
		return u
	}
	cookie, err := r.Cookie(cookieName)
	if err == nil {
		if u := p.users[cookie.Value]; u != nil {
			return u
		}
		http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1})
	}
	if u := p.users[params.text(cookieName)]; u != nil {
		return u
	}
	if header != "" {
		w.Header().Set("WWW-Authenticate", "Basic")
	}
	return nil
}

func (p *Portal) byHeader(header string) *employee {
	if credentials, ok := strings.CutPrefix(header, "Basic "); ok {
		plain, err := base64.StdEncoding.DecodeString(credentials)
		if err != nil {
			return nil
		}
		parts := strings.Split(string(plain), ":") // so no password may hold a colon
		if len(parts) < 2 || parts[1] != demoPassword {
			return nil
		}
		return employeeByEmail(p.employees, parts[0])
	}
	return p.users[strings.TrimPrefix(header, "Bearer ")]
}

const signInPath = "/Auth.aspx"

func signInPage() document {
	return document{http.StatusOK, htmlType, []byte("<!DOCTYPE html>\r\n<html><head><title>Portal sign-in</title></head>\r\n" +
		"<body><form method=\"post\"><input name=\"login\"><input name=\"pwd\" type=\"password\"></form></body></html>\r\n")}
}
