package demo

import "net/http"

// writeRoutes are the methods that change something, one for each thing a client
// needs. Those that change many things at once are left out: without a filter they
// change everything.
func writeRoutes() []*route {
	write := func(verb, template string, serve func(*call) (answer, error)) *route {
		return &route{verb: verb, template: template, serve: serve, writes: true}
	}
	post := func(template string, serve func(*call) (answer, error)) *route {
		return write(http.MethodPost, template, serve)
	}
	put := func(template string, serve func(*call) (answer, error)) *route {
		return write(http.MethodPut, template, serve)
	}
	del := func(template string, serve func(*call) (answer, error)) *route {
		return write(http.MethodDelete, template, serve)
	}
	return []*route{
		post("crm/opportunity", createOpportunity),
		put("crm/opportunity/{id}", updateOpportunity),
		del("crm/opportunity/{id}", deleteOpportunity),
		put("crm/opportunity/{id}/stage/{number}", moveOpportunity),
		put("crm/opportunity/{id}/access", setOpportunityAccess),
		post("crm/opportunity/{id}/contact/{contactid}", addMember),
		del("crm/opportunity/{id}/contact/{contactid}", removeMember),
		post("crm/opportunity/{id}/customfield/{fieldid}", setFieldValue("opportunity")),
		post("crm/contact/{id}/customfield/{fieldid}", setFieldValue("contact")),
		post("crm/person/{id}/customfield/{fieldid}", setFieldValue("person")),
		post("crm/company/{id}/customfield/{fieldid}", setFieldValue("company")),
		post("crm/opportunity/tag", createOpportunityTag),
		post("crm/contact/tag", createContactTag),
		post("crm/opportunity/{id}/tag", addOpportunityTag),
		del("crm/opportunity/{id}/tag", removeOpportunityTag),
		post("crm/contact/{id}/tag", addContactTag),
		del("crm/contact/{id}/tag", removeContactTag),
		post("crm/task", createTask),
		put("crm/task/{id}", updateTask),
		del("crm/task/{id}", deleteTask),
		put("crm/task/{id}/close", closeTask(true)),
		put("crm/task/{id}/reopen", closeTask(false)),
		post("crm/history", createEvent),
		del("crm/history/{id}", deleteEvent),
		post("crm/contact/person", createPerson),
		put("crm/contact/person/{id}", updatePerson),
		post("crm/contact/company", createCompany),
		put("crm/contact/company/{id}", updateCompany),
		del("crm/contact/{id}", deleteContact),
		put("crm/contact/{id}/status", setContactStatus),
		post("crm/contact/{id}/data", createContactInfo),
		put("crm/contact/{id}/data/{infoid}", updateContactInfo),
		del("crm/contact/{id}/data/{infoid}", deleteContactInfo),
	}
}
