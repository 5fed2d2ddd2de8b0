package overhttp

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of answers. JSON is what clients get that do not say.
const (
	mediaGraphQL = "application/graphql-response+json"
	mediaJSON    = "application/json"
)

// preference is how much a client wants a media type. A range that names the
// type counts more than one with a wildcard, whatever their weights.
type preference struct {
	weight   float64
	explicit int // 2 for the type itself, 1 for application/*, 0 for */*
}

// negotiate picks the media type of the answer from the Accept header's lines.
// It returns false, and JSON, when the client wants neither.
func negotiate(accept []string) (mediaType string, acceptable bool) {
	lines := strings.Join(accept, ",")
	if strings.Trim(lines, ", \t") == "" {
		return mediaJSON, true
	}
	json, graphQL := preference{explicit: -1}, preference{explicit: -1}
	for _, text := range splitUnquoted(lines) {
		name, weight, ok := parseRange(text)
		if !ok {
			continue
		}
		switch name {
		case mediaGraphQL:
			graphQL.take(weight, 2)
		case mediaJSON:
			json.take(weight, 2)
		case "application/*":
			graphQL.take(weight, 1)
			json.take(weight, 1)
		case "*/*", "*":
			graphQL.take(weight, 0)
			json.take(weight, 0)
		}
	}
	switch {
	case json.weight == 0 && graphQL.weight == 0:
		return mediaJSON, false
	case graphQL.weight != json.weight:
		return pick(graphQL.weight > json.weight), true
	case graphQL.explicit != json.explicit:
		return pick(graphQL.explicit > json.explicit), true
	default: // equally wanted: the newer type if it is named at all
		return pick(graphQL.explicit == 2), true
	}
}

func (p *preference) take(weight float64, explicit int) {
	if explicit > p.explicit || explicit == p.explicit && weight > p.weight {
		*p = preference{weight, explicit}
	}
}

func pick(graphQL bool) string {
	if graphQL {
		return mediaGraphQL
	}
	return mediaJSON
}

// parseRange reads one media range and its weight. It returns false for what
// cannot be read, and for another character set than ours.
func parseRange(text string) (name string, weight float64, ok bool) {
	name, params, err := mime.ParseMediaType(text)
	if err != nil || !isUTF8(params["charset"]) {
		return "", 0, false
	}
	q, given := params["q"]
	if !given {
		return name, 1, true
	}
	weight, err = strconv.ParseFloat(q, 64)
	return name, weight, err == nil && weight >= 0 && weight <= 1
}

// isUTF8 reports whether charset is UTF-8, which is also what no charset means.
func isUTF8(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

// splitUnquoted cuts a header at the commas that are not within quotes.
func splitUnquoted(header string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(header); i++ {
		switch c := header[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			parts = append(parts, header[start:i])
			start = i + 1
		}
	}
	return append(parts, header[start:])
}
