package upstream

import "maps"

// wireError is how the bodies that are no answer fail.
var wireError = map[string]wireFile{
	"batch_empty.json":                      {decode: as[[]*batchResult], kind: KindBadAnswer},
	"batch_error_doubled.txt":               {status: 500, decode: as[[]*batchResult], kind: KindServer},
	"error_badrequest.json":                 {status: 400, decode: as[Opportunity], kind: KindInvalid},
	"error_badrequest_conversion.json":      {status: 400, decode: as[[]Opportunity], kind: KindInvalid},
	"error_badrequest_debug.json":           {status: 400, decode: as[Opportunity], kind: KindInvalid},
	"error_badrequest_overflow.json":        {status: 400, decode: as[Opportunity], kind: KindInvalid},
	"error_badrequest_param.json":           {status: 400, decode: as[Opportunity], kind: KindInvalid},
	"error_forbidden.json":                  {status: 403, decode: as[CustomField], kind: KindForbidden},
	"error_forbidden_debug.json":            {status: 403, decode: as[CustomField], kind: KindForbidden},
	"error_forbidden_invalidoperation.json": {status: 403, decode: as[CustomField], kind: KindForbidden},
	"error_notfound.json":                   {status: 404, decode: as[Opportunity], kind: KindNotFound},
	"error_notfound_debug.json":             {status: 404, decode: as[Opportunity], kind: KindNotFound},
	"error_server.json":                     {status: 500, decode: as[ContactDetails], kind: KindServer},
	"error_server_data.json":                {status: 500, decode: as[Opportunity], kind: KindServer},
	"error_server_debug.json":               {status: 500, decode: as[ContactDetails], kind: KindServer},
	"error_unauthorized.txt":                {status: 401, decode: as[Opportunity], kind: KindUnauthenticated},
}

var wireFiles = func() map[string]wireFile {
	all := map[string]wireFile{}
	for _, files := range []map[string]wireFile{wireOpportunity, wireContact, wireReference, wireDocumentation, wireError} {
		maps.Copy(all, files)
	}
	return all
}()
