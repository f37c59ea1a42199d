/* SPDX-License-Identifier: MIT */
#include "command/rls_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "command/probe_memory.h"
#include "command/session.h"
#include "domain/rls_probe.h"

enum { FIELDS = 11 };

static const struct table_column fields[FIELDS] = {
	{ "id", CELL_TEXT, NULL },	 { "severity", CELL_STATE, NULL },
	{ "object", CELL_TEXT, NULL },	 { "policy", CELL_TEXT, NULL },
	{ "role", CELL_TEXT, NULL },	 { "message", CELL_SENTENCE, NULL },
	{ "evidence", CELL_TEXT, NULL }, { "fix", CELL_TEXT, NULL },
	{ "doc", CELL_TEXT, NULL },	 { "choices", CELL_TEXT, NULL },
	{ "standing", CELL_TEXT, NULL },
};

const char *rls_report_standing(const struct finding *f)
{
	const char *why_not;

	if (probe_shows(f->id, &why_not))
		return "claims a leak";
	return why_not ? "risk, not shown by a probe" : "hygiene";
}

/* What the last probes of this session say about it. */
static char *standing(const struct host *h, const struct finding *f)
{
	const char *claims = rls_report_standing(f),
		   *word = h->session ? probe_memory_about(session_probes(h->session),
							   f->relation, f->object)
				      : NULL;
	bool leak = strcmp(claims, "claims a leak") == 0;

	if (leak && word && strncmp(word, "leaks", 5) == 0)
		return xasprintf("proven: %s", word);
	if (leak && word)
		return xasprintf("%s, not shown", claims);
	return xstrdup(claims);
}

void rls_report_table(const struct host *h, const char *title, const struct reported *list,
		      size_t n)
{
	/* A person reads what is wrong before who and where. */
	static const int told[FIELDS] = { 0, 1, 2, 5, 10, 3, 4, 6, 7, 9, 8 },
			 written[FIELDS] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	const int *order = h->batch ? written : told;
	struct table_column columns[FIELDS];

	for (size_t i = 0; i < FIELDS; i++)
		columns[i] = fields[order[i]];
	h->ops->table_begin(h->ctx, title, columns, FIELDS);
	if (h->ops->table_enter)
		h->ops->table_enter(h->ctx, "rls fix");
	if (h->ops->table_of_all)
		h->ops->table_of_all(h->ctx);
	for (size_t k = 0; k < n; k++) {
		const struct finding *f = list[k].finding;
		char *stands = standing(h, f);
		const char *all[FIELDS] = { f->id,	 severity_name(f->severity),
					    f->object,	 f->policy,
					    f->role,	 f->message,
					    f->evidence, f->fix,
					    f->doc,	 f->choices,
					    stands };
		const char *cells[FIELDS];

		for (size_t i = 0; i < FIELDS; i++)
			cells[i] = all[order[i]];
		if (!list[k].waiver)
			h->ops->table_row(h->ctx, cells);
		free(stands);
	}
	h->ops->table_end(h->ctx);
}

/* ---- SARIF ---- */

static const char *level(enum severity s)
{
	return s >= SEVERITY_HIGH ? "error" : s >= SEVERITY_LOW ? "warning" : "note";
}

static void set_text(struct json *o, const char *key, const char *text)
{
	json_set(o, key, json_new_text(text));
}

static struct json *message(const char *text)
{
	struct json *m = json_new_object();

	set_text(m, "text", text);
	return m;
}

static const char *rule_help(const char *lookalike, const char *by_hand, struct buf *out)
{
	buf_addf(out, "Clean: %s. ", lookalike);
	if (by_hand)
		buf_addf(out, "Where no SQL is given: %s.", by_hand);
	else
		buf_adds(out, "Each finding carries the SQL that mends it.");
	return out->data;
}

static struct json *sarif_rules(void)
{
	struct json *rules = json_new_array();
	struct rls_rule_info rule;
	struct buf help = BUF_INIT;

	for (size_t i = 0; rls_rule_at(i, &rule); i++) {
		struct json *r = json_new_object(), *usual = json_new_object();

		set_text(r, "id", rule.id);
		json_set(r, "shortDescription", message(rule.summary));
		set_text(r, "helpUri", rule.doc);
		json_set(r, "help", message(rule_help(rule.lookalike, rule.by_hand, &help)));
		buf_clear(&help);
		set_text(usual, "level", level(rule.severity));
		json_set(r, "defaultConfiguration", usual);
		json_append(rules, r);
	}
	buf_release(&help);
	return rules;
}

/* -1: no rule of that id. */
static int rule_index(const char *id)
{
	struct rls_rule_info rule;

	for (size_t i = 0; rls_rule_at(i, &rule); i++)
		if (strcmp(rule.id, id) == 0)
			return (int)i;
	return -1;
}

/* A name as one segment of a relative URI: all but the unreserved characters is escaped. */
static void add_segment(struct buf *out, const char *name)
{
	for (const unsigned char *s = (const unsigned char *)name; *s; s++) {
		bool plain = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9') || *s == '-' || *s == '_' || *s == '.';

		if (plain)
			buf_addc(out, (char)*s);
		else
			buf_addf(out, "%%%02X", *s);
	}
}

/* Review tools place a result by a file: "database/schema.relation", which is none, tells what
 * it is about and keeps the same from run to run. */
static struct json *physical_location(const char *database, const char *object)
{
	struct json *place = json_new_object(), *artifact = json_new_object(),
		    *region = json_new_object();
	struct buf uri = BUF_INIT;

	add_segment(&uri, database);
	buf_addc(&uri, '/');
	add_segment(&uri, object);
	set_text(artifact, "uri", uri.data);
	json_set(region, "startLine", json_new_int(1));
	json_set(place, "artifactLocation", artifact);
	json_set(place, "region", region);
	buf_release(&uri);
	return place;
}

static struct json *sarif_location(const char *database, const struct finding *f)
{
	struct json *location = json_new_object(), *logical = json_new_object(),
		    *list = json_new_array();

	set_text(logical, "fullyQualifiedName", f->object);
	set_text(logical, "kind", f->relation ? "resource" : "member");
	json_append(list, logical);
	json_set(location, "physicalLocation", physical_location(database, f->object));
	json_set(location, "logicalLocations", list);
	return location;
}

/* Who accepted it, and until when. */
static struct json *sarif_suppressions(const struct waiver *w)
{
	struct json *list = json_new_array(), *s = json_new_object();
	struct buf text = BUF_INIT;

	buf_adds(&text, w->reason);
	if (w->decision)
		buf_addf(&text, " (decision %s)", w->decision);
	buf_addf(&text, ", until %s", w->expires);
	set_text(s, "kind", "external");
	set_text(s, "status", "accepted");
	set_text(s, "justification", text.data);
	json_append(list, s);
	buf_release(&text);
	return list;
}

static struct json *sarif_fingerprint(const struct finding *f)
{
	struct json *prints = json_new_object();
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s|%s|%s", f->id, f->object, f->policy ? f->policy : "");
	set_text(prints, "finding/v1", text.data);
	buf_release(&text);
	return prints;
}

static struct json *sarif_result(const char *database, const struct reported *x)
{
	const struct finding *f = x->finding;
	struct json *r = json_new_object(), *locations = json_new_array();
	struct json *properties = json_new_object();
	struct buf text = BUF_INIT;
	const char *why_not = NULL;

	if (probe_shows(f->id, &why_not))
		why_not = NULL; /* what it takes */

	buf_addf(&text, "%s: %s", f->object, f->message);
	if (why_not)
		buf_addf(&text, "\n%s: %s.", rls_report_standing(f), why_not);
	set_text(r, "ruleId", f->id);
	json_set(r, "ruleIndex", json_new_int(rule_index(f->id)));
	set_text(r, "level", level(f->severity));
	json_set(r, "message", message(text.data));
	json_append(locations, sarif_location(database, f));
	json_set(r, "locations", locations);
	json_set(r, "partialFingerprints", sarif_fingerprint(f));
	if (x->waiver)
		json_set(r, "suppressions", sarif_suppressions(x->waiver));
	set_text(properties, "severity", severity_name(f->severity));
	set_text(properties, "policy", f->policy);
	set_text(properties, "role", f->role);
	set_text(properties, "evidence", f->evidence);
	set_text(properties, "fix", f->fix);
	set_text(properties, "choices", f->choices);
	set_text(properties, "standing", rls_report_standing(f));
	set_text(properties, "unproven", why_not);
	json_set(r, "properties", properties);
	buf_release(&text);
	return r;
}

void rls_report_sarif(struct buf *out, const char *database, const struct reported *list,
		      size_t n)
{
	struct json *doc = json_new_object(), *runs = json_new_array(),
		    *run = json_new_object();
	struct json *tool = json_new_object(), *driver = json_new_object(),
		    *results = json_new_array();

	set_text(driver, "name", "souk");
	set_text(driver, "version", SOUK_VERSION);
	json_set(driver, "rules", sarif_rules());
	json_set(tool, "driver", driver);
	for (size_t i = 0; i < n; i++)
		json_append(results, sarif_result(database, &list[i]));
	json_set(run, "tool", tool);
	json_set(run, "results", results);
	json_append(runs, run);
	set_text(doc, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	set_text(doc, "version", "2.1.0");
	json_set(doc, "runs", runs);
	json_write(out, doc, JSON_PRETTY);
	buf_addc(out, '\n');
	json_free(&doc);
}
