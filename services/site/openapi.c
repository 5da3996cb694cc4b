#include "services/site/openapi.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "services/site/moved.h"
#include "services/site/route.h"
#include "shared/db/db.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static json_t *object_schema(const struct field *fields);

static json_t *
text_schema(const struct field *f)
{
	json_t *s = json_pack("{s:s}", "type", "string"), *choices;

	if (f->max > 0)
		json_object_set_new(s, "maxLength", json_integer(f->max));
	if (f->min > 0 || f->required)
		json_object_set_new(s, "minLength", json_integer(f->min > 0 ? f->min : 1));
	if (f->choices != NULL) {
		choices = json_array();
		for (const char *const *c = f->choices; *c != NULL; c++)
			json_array_append_new(choices, json_string(*c));
		json_object_set_new(s, "enum", choices);
	}
	return s;
}

static json_t *
list_schema(const struct field *f, json_t *items)
{
	return json_pack("{s:s, s:o, s:I}", "type", "array", "items", items, "maxItems", (json_int_t)field_most(f));
}

static json_t *
field_schema(const struct field *f)
{
	json_t *s;

	switch (f->type) {
	case FIELD_INTEGER:
		s = json_pack("{s:s, s:I}", "type", "integer", "minimum", (json_int_t)f->min);
		if (f->max > 0)
			json_object_set_new(s, "maximum", json_integer(f->max));
		return s;
	case FIELD_BOOLEAN:
		return json_pack("{s:s}", "type", "boolean");
	case FIELD_LINES:
	case FIELD_CHOICES:
		return list_schema(f, text_schema(f));
	case FIELD_INTEGERS:
		return list_schema(f, json_pack("{s:s}", "type", "integer"));
	case FIELD_OBJECTS:
		return list_schema(f, object_schema(f->of));
	case FIELD_DATE:
		s = text_schema(f);
		json_object_set_new(s, "format", json_string("date"));
		return s;
	case FIELD_PARTIAL_DATE:
		s = text_schema(f);
		json_object_set_new(s, "pattern", json_string("^(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$"));
		return s;
	case FIELD_SLUG:
		s = text_schema(f);
		json_object_set_new(s, "pattern", json_string("^[a-z0-9]+(-[a-z0-9]+)*$"));
		return s;
	case FIELD_EMAIL:
		s = text_schema(f);
		json_object_set_new(s, "format", json_string("email"));
		return s;
	case FIELD_URL:
		s = text_schema(f);
		json_object_set_new(s, "format", json_string("uri"));
		return s;
	case FIELD_LINE:
	case FIELD_PROSE:
	case FIELD_MARKDOWN:
	case FIELD_CHOICE:
	case FIELD_LANG:
		break;
	}
	return text_schema(f);
}

static json_t *
object_schema(const struct field *fields)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *s = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", false);

	for (const struct field *f = fields; f->name != NULL; f++) {
		json_t *schema = field_schema(f);

		if (f->label != NULL)
			json_object_set_new(schema, "description", json_string(f->label));
		json_object_set_new(properties, f->name, schema);
		if (f->required)
			json_array_append_new(required, json_string(f->name));
	}
	if (json_array_size(required) > 0)
		json_object_set_new(s, "required", required);
	else
		json_decref(required);
	return s;
}

static json_t *
parameter(const char *name, size_t len, const char *in, json_t *schema, bool required)
{
	return json_pack("{s:s%, s:s, s:b, s:o}", "name", name, len, "in", in, "required", required, "schema", schema);
}

/* Does the route's statement compare the edit that If-Match names? */
static bool
compares_edit(const struct route *r)
{
	const struct db_statement *s = &statements[r->statement];

	for (unsigned i = 0; i < s->nparams; i++)
		if (strcmp(s->params[i], "if_match") == 0)
			return true;
	return false;
}

static json_t *
parameters(const struct route *r)
{
	static const char key[] = "Idempotency-Key", match[] = "If-Match";
	json_t *list = json_array();

	for (const char *p = strchr(r->pattern, '{'); p != NULL; p = strchr(p + 1, '{')) {
		size_t n = strcspn(p + 1, "}");
		bool digits = (n == 2 && memcmp(p + 1, "id", 2) == 0) || (n == 1 && p[1] == 'n') || (n == 7 && p[1] == 'p');

		json_array_append_new(list, parameter(p + 1, n, "path", json_pack("{s:s}", "type", digits ? "integer" : "string"), true));
	}
	for (const struct field *f = r->query; f != NULL && f->name != NULL; f++)
		json_array_append_new(list, parameter(f->name, strlen(f->name), "query", field_schema(f), f->required));
	if (r->method == HTTP_GET)
		json_array_append_new(list, parameter("lang", 4, "query", json_pack("{s:s}", "type", "string"), false));
	if (r->method == HTTP_POST)
		json_array_append_new(list, parameter(key, sizeof(key) - 1, "header", json_pack("{s:s, s:i}", "type", "string", "maxLength", 255), false));
	if (compares_edit(r))
		json_array_append_new(list, parameter(match, sizeof(match) - 1, "header", json_pack("{s:s}", "type", "string"),
		    (r->flags & IF_MATCH) != 0));
	return list;
}

static json_t *
answer_of(const char *description)
{
	return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", description, "content", "application/json", "schema", "type", "object");
}

/* What a write that may be followed by another with If-Match gives for it. */
static json_t *
edit_header(void)
{
	return json_pack("{s:{s:s, s:{s:s}}}", "ETag", "description",
	    "Names the edit that was made, for If-Match of the next one; not the validator that GET gives for its bytes",
	    "schema", "type", "string");
}

static json_t *
moved(void)
{
	return json_pack("{s:s, s:{s:{s:s, s:{s:s}}}}", "description", "What it names has another address now", "headers", "Location",
	    "description", "The same request's address now", "schema", "type", "string");
}

static json_t *
problem_of(const char *description)
{
	return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", description, "content", "application/problem+json", "schema",
	    "$ref", "#/components/schemas/Problem");
}

static json_t *
responses(const struct route *r)
{
	json_t *answers = json_object(), *well;
	bool changes = r->method != HTTP_GET, creates = (r->flags & CREATES) != 0;

	well = answer_of(creates ? "Created; Location says where" : "What was asked for, or what changed");
	if (compares_edit(r))
		json_object_set_new(well, "headers", edit_header());
	json_object_set_new(answers, creates ? "201" : "200", well);
	if (changes || r->query != NULL) {
		json_object_set_new(answers, "400", problem_of("It cannot be read"));
		json_object_set_new(answers, "422", problem_of("One entry per wrong field"));
	}
	if (moved_possible(r))
		json_object_set_new(answers, "308", moved());
	if (r->who == SIGNED_IN)
		json_object_set_new(answers, "401", problem_of("No valid token"));
	json_object_set_new(answers, "404", problem_of("There is nothing, or nothing you may see"));
	if (changes) {
		json_object_set_new(answers, "403", problem_of("Your role does not allow it"));
		json_object_set_new(answers, "409", problem_of("Not in the present state"));
		json_object_set_new(answers, "413", problem_of("The body is too large"));
		json_object_set_new(answers, "415", problem_of("The body is no application/json"));
	}
	if (compares_edit(r))
		json_object_set_new(answers, "412", problem_of("Changed since you read it"));
	if ((r->flags & IF_MATCH) != 0)
		json_object_set_new(answers, "428", problem_of("If-Match is missing"));
	json_object_set_new(answers, "503", problem_of("Busy; Retry-After says when to come again"));
	if (changes)
		json_object_set_new(answers, "504", problem_of("Done or not: look before you send it again"));
	return answers;
}

static json_t *
operation(const struct route *r, const char *resource)
{
	json_t *o = json_pack("{s:s?, s:[s], s:o, s:o}", "summary", r->summary, "tags", resource, "parameters", parameters(r),
	    "responses", responses(r));

	if (r->who == SIGNED_IN)
		json_object_set_new(o, "security", json_pack("[{s:[]}]", "token"));
	else
		json_object_set_new(o, "security", json_pack("[{}, {s:[]}]", "token"));
	if (r->body != NULL)
		json_object_set_new(o, "requestBody", json_pack("{s:b, s:{s:{s:o}}}", "required", true, "content", "application/json",
		    "schema", object_schema(r->body)));
	return o;
}

static json_t *
components(void)
{
	return json_pack("{s:{s:{s:s, s:s}}, s:{s:{s:s, s:[s,s], s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s},"
	    " s:{s:s, s:{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}}}}}}}",
	    "securitySchemes", "token", "type", "http", "scheme", "bearer",
	    "schemas", "Problem", "type", "object", "required", "title", "status",
	    "properties", "type", "type", "string", "title", "type", "string", "status", "type", "integer", "detail", "type", "string",
	    "request_id", "type", "string",
	    "errors", "type", "array", "items", "type", "object", "properties", "field", "type", "string", "label", "type", "string",
	    "code", "type", "string", "message", "type", "string");
}

void
openapi_print(const char *url, struct buf *out)
{
	json_t *paths = json_object(), *doc;
	char *text;

	for (size_t i = 0; resources[i] != NULL; i++) {
		for (const struct route *r = resources[i]->routes; r->pattern != NULL; r++) {
			json_t *path = json_object_get(paths, r->pattern);
			char method[8] = "";

			if ((r->flags & ON_API) == 0 || r->statement == NO_STATEMENT)
				continue;
			if (path == NULL) {
				path = json_object();
				json_object_set_new(paths, r->pattern, path);
			}
			for (size_t k = 0; method_text(r->method)[k] != '\0'; k++)
				method[k] = (char)tolower((unsigned char)method_text(r->method)[k]);
			json_object_set_new(path, method, operation(r, resources[i]->name));
		}
	}
	doc = json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:o}], s:o, s:o}", "openapi", "3.1.0", "info", "title", "Relais",
	    "version", "1", "description", "A knowledge hub for groups of municipalities: lessons, learning questions, and what came of them.",
	    "license", "name", "EUPL-1.2", "identifier", "EUPL-1.2", "servers", "url", json_sprintf("%s/api/v1", url),
	    "paths", paths, "components", components());
	text = json_dumps(doc, JSON_COMPACT);
	buf_puts(out, text);
	free(text);
	json_decref(doc);
}
