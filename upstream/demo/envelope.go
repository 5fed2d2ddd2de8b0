package demo

import "fmt"

// answer is what an endpoint hands back: the payload and the numbers around it.
type answer struct {
	payload  []byte // JSON; nil means that the method returns nothing
	count    int
	start    int
	next     int
	total    int
	hasTotal bool // a total of 0 is printed, an unknown one is not
}

// failure is an error inside the API: it becomes a JSON document of its own.
type failure struct {
	status  int
	message string
	hresult int
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s", f.status, f.message) }

// crash is an error outside the API pipeline: the portal answers it in HTML,
// and inside a batch it takes the whole batch down.
type crash struct{ message string }

func (c *crash) Error() string { return c.message }

// The .NET exceptions that stand behind the portal's error documents.
var (
	errNotFound      = &failure{404, "Not found", -2147467259}
	errNoMethod      = &failure{404, "Method not found", -2147467259}
	errRange         = &failure{400, "Value does not fall within the expected range.", -2147024809}
	errOverflow      = &failure{400, "Value was either too large or too small for an Int32.", -2146233066}
	errFormat        = &failure{400, "Input string was not in a correct format.", -2146233033}
	errGUID          = &failure{400, "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).", -2146233033}
	errBoolean       = &failure{400, "String was not recognized as a valid Boolean.", -2146233033}
	errDate          = &failure{400, "String was not recognized as a valid DateTime.", -2146233033}
	errEnum          = &failure{400, "Requested value was not found.", -2147024809}
	errForbidden     = &failure{403, "Access Denied", -2146233078}
	errNull          = &failure{500, "Object reference not set to an instance of an object", -2147467261}
	errNotComparable = &failure{500, "At least one object must implement IComparable.", -2147024809}
	errSignIn        = &failure{500, "User authentication failed", -2146233087}
	errBody          = &failure{400, "Unable to deserialize the request body", -2146233088}
	errDecimal       = &failure{400, "Value was either too large or too small for a Decimal.", -2146233066}
	errIndex         = &failure{400, "Index was outside the bounds of the array.", -2146233080}
	errIndexRange    = &failure{500, "Index was out of range. Must be non-negative and less than the size of the collection.\nParameter name: index", -2146233086}
	errStage         = &failure{400, "Deal milestone is not found", -2147024809}
	errCategory      = &failure{404, "Category is not found", -2147467259}
	errTagExists     = &failure{400, "Tag with this name already exists", -2147024809}
	errTooLong       = &failure{400, "Data too long for column 'content'", -2147024809}
	errRecipient     = &failure{400, "Value cannot be null.\nParameter name: recipient", -2147467261}
	errFull          = &failure{500, "The table is full", -2147467259}
)

// document is a finished body with its status; every HTTP reply and every batch
// item is made of one.
type document struct {
	status      int
	contentType string
	body        []byte
}

const (
	jsonType = "application/json; charset=UTF-8"
	xmlType  = "text/xml; charset=UTF-8"
	htmlType = "text/html; charset=utf-8"
)

func (a answer) document(status int) document {
	e := encoder{buf: make([]byte, 0, len(a.payload)+96)}
	e.open("", '{')
	e.nonZero("count", a.count)
	e.nonZero("startIndex", a.start)
	e.nonZero("nextIndex", a.next)
	if a.hasTotal {
		e.number("total", a.total)
	}
	e.number("status", 0)
	e.number("statusCode", status)
	e.key("response")
	if a.payload == nil {
		a.payload = []byte("{}")
	}
	e.buf = append(e.buf, a.payload...)
	e.close('}')
	return document{status, jsonType, e.buf}
}

func (f *failure) document() document {
	var e encoder
	e.open("", '{')
	e.number("status", 1)
	e.number("statusCode", f.status)
	e.failure(f)
	e.close('}')
	return document{f.status, jsonType, e.buf}
}

func (e *encoder) failure(f *failure) {
	e.open("error", '{')
	e.text("message", f.message)
	e.number("hresult", f.hresult)
	e.open("data", '{')
	e.close('}')
	e.close('}')
}

// one wraps a single object.
func one(payload []byte) answer { return answer{payload: payload, count: 1} }

// htmlPage is what the web server around the API writes.
func htmlPage(status int, title string) document {
	body := "<!DOCTYPE html>\r\n<html><head><title>" + title + "</title></head>\r\n<body><h1>" + title + "</h1></body></html>\r\n"
	return document{status, htmlType, []byte(body)}
}
