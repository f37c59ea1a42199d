/* SPDX-License-Identifier: MIT */
#include "domain/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/vec.h"

struct plan {
	struct arena *arena;
	struct json *json;
	const struct json *root; /* the topmost node, inside json */
	VEC(struct plan_node) nodes;
};

static const char *text_of(const struct json *node, const char *key)
{
	const struct json *j = json_get(node, key);

	return j && json_type(j) == JSON_STRING ? json_text(j) : NULL;
}

static double number_of(const struct json *node, const char *key, double otherwise)
{
	const struct json *j = json_get(node, key);

	return j && json_type(j) == JSON_NUMBER ? strtod(json_text(j), NULL) : otherwise;
}

static bool is_type(const struct json *node, const char *type)
{
	const char *t = text_of(node, "Node Type");

	return t && strcmp(t, type) == 0;
}

static size_t children(const struct json *node)
{
	const struct json *plans = json_get(node, "Plans");

	return plans ? json_len(plans) : 0;
}

static const struct json *child(const struct json *node, size_t i)
{
	return json_at(json_get(node, "Plans"), i);
}

/* ---- the tree ---- */

static const char *place(struct arena *a, const struct json *node)
{
	const char *relation = text_of(node, "Relation Name");
	const char *alias = text_of(node, "Alias");
	const char *index = text_of(node, "Index Name");
	const char *name = relation ? relation : alias ? alias : "";

	if (index && *name)
		return arena_printf(a, "%s using %s", name, index);
	return arena_strdup(a, index ? index : name);
}

static void add_detail(struct buf *out, const struct json *node, const char *key)
{
	const struct json *j = json_get(node, key);

	if (!j)
		return;
	if (out->len > 0)
		buf_addc(out, '\n');
	buf_addf(out, "%s: ", key);
	if (json_type(j) != JSON_ARRAY) {
		buf_adds(out, json_text(j));
		return;
	}
	for (size_t i = 0; i < json_len(j); i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", json_text(json_at(j, i)));
}

static const char *detail(struct arena *a, const struct json *node)
{
	static const char *const keys[] = {
		"Sort Key",	"Presorted Key", "Group Key",  "Index Cond",  "TID Cond",
		"Recheck Cond", "Hash Cond",	 "Merge Cond", "Join Filter", "Filter",
	};
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		add_detail(&text, node, keys[i]);
	const char *out = arena_strdup(a, text.data);
	buf_release(&text);
	return out;
}

/* What a node takes in all: milliseconds where it was run, else the planner's cost. */
static double weight(const struct json *node)
{
	double ms = number_of(node, "Actual Total Time", -1);

	return ms < 0 ? number_of(node, "Total Cost", 0)
		      : ms * number_of(node, "Actual Loops", 1);
}

static double own_weight(const struct json *node)
{
	double below = 0;

	for (size_t i = 0; i < children(node); i++)
		below += weight(child(node, i));
	/* A LIMIT stops what is below it early. */
	return weight(node) > below ? weight(node) - below : 0;
}

static void add_node(struct plan *p, const struct json *node, int depth)
{
	bool run = json_get(node, "Actual Total Time");
	const char *type = text_of(node, "Node Type");

	*VEC_PUSH(&p->nodes) = (struct plan_node){
		.depth = depth,
		.type = type ? type : "",
		.on = place(p->arena, node),
		.detail = detail(p->arena, node),
		.cost = number_of(node, "Total Cost", 0),
		.rows = number_of(node, "Plan Rows", 0),
		.own = own_weight(node),
		.seconds = run ? weight(node) / 1000 : -1,
		.actual_rows = number_of(node, "Actual Rows", -1),
	};
	for (size_t i = 0; i < children(node); i++)
		add_node(p, child(node, i), depth + 1);
}

static void mark_costly(struct plan *p)
{
	struct plan_node *most = NULL;
	double sum = 0;

	for (size_t i = 0; i < p->nodes.len; i++) {
		sum += p->nodes.v[i].own;
		if (!most || p->nodes.v[i].own > most->own)
			most = &p->nodes.v[i];
	}
	if (sum <= 0)
		return;
	most->costly = true;
	for (size_t i = 0; i < p->nodes.len; i++)
		p->nodes.v[i].own /= sum;
}

struct plan *plan_parse(const char *text, size_t len, struct err *err)
{
	struct json *json = json_parse(text, len, err);
	const struct json *first =
		json && json_type(json) == JSON_ARRAY ? json_at(json, 0) : NULL;
	const struct json *root = first ? json_get(first, "Plan") : NULL;

	if (!root) {
		json_free(&json);
		if (err->kind == ERR_NONE)
			err_set(err, ERR_FAILED, "EXPLAIN",
				"the server's plan is not what was expected");
		return NULL;
	}
	struct plan *p = xcalloc(1, sizeof *p);
	p->arena = arena_new();
	p->json = json;
	p->root = root;
	add_node(p, root, 0);
	mark_costly(p);
	return p;
}

void plan_free(struct plan **pp)
{
	struct plan *p = *pp;

	*pp = NULL;
	if (!p)
		return;
	json_free(&p->json);
	arena_free(&p->arena);
	VEC_RELEASE(&p->nodes);
	free(p);
}

size_t plan_nodes(const struct plan *p)
{
	return p->nodes.len;
}

const struct plan_node *plan_node_at(const struct plan *p, size_t i)
{
	return &p->nodes.v[i];
}

/* ---- rows and cost, looking through LIMIT ---- */

static double rows_below(const struct json *node)
{
	double sum = 0;

	if (is_type(node, "Limit") && children(node) > 0)
		return rows_below(child(node, 0));
	if (!is_type(node, "Append"))
		return number_of(node, "Plan Rows", 0);
	for (size_t i = 0; i < children(node); i++)
		sum += rows_below(child(node, i));
	return sum;
}

double plan_rows(const struct plan *p)
{
	return rows_below(p->root);
}

double plan_cost(const struct plan *p)
{
	return number_of(p->root, "Total Cost", 0);
}

/* What runs once per row or before all of them adds no rows. */
static bool is_beside(const struct json *node)
{
	const char *how = text_of(node, "Parent Relationship");

	return how && (strcmp(how, "InitPlan") == 0 || strcmp(how, "SubPlan") == 0);
}

static bool is_made_up(const struct json *node)
{
	static const char *const returning_sets[] = { "Function Scan", "Table Function Scan",
						      "ProjectSet", "Recursive Union" };

	for (size_t i = 0; i < ARRAY_SIZE(returning_sets); i++)
		if (is_type(node, returning_sets[i]))
			return true;
	for (size_t i = 0; i < children(node); i++)
		if (!is_beside(child(node, i)) && is_made_up(child(node, i)))
			return true;
	return false;
}

bool plan_rows_are_made_up(const struct plan *p)
{
	return is_made_up(p->root);
}

static bool reads_catalog(const struct json *node)
{
	const char *name = text_of(node, "Relation Name");

	if (name && strncmp(name, "pg_", 3) != 0)
		return false;
	for (size_t i = 0; i < children(node); i++)
		if (!reads_catalog(child(node, i)))
			return false;
	return true;
}

bool plan_reads_only_catalog(const struct plan *p)
{
	return reads_catalog(p->root);
}

/* Rows thrown away while scanning: the node that does it, or NULL. */
static const struct json *filtering_scan(const struct json *node)
{
	const char *type = text_of(node, "Node Type");

	if (type && strstr(type, "Scan") && json_get(node, "Filter"))
		return node;
	for (size_t i = 0; i < children(node); i++) {
		const struct json *found =
			is_beside(child(node, i)) ? NULL : filtering_scan(child(node, i));
		if (found)
			return found;
	}
	return NULL;
}

/* What is done before the first row: the deepest node whose startup is most of the whole's. */
static const struct json *starter(const struct json *node, double startup)
{
	for (size_t i = 0; i < children(node); i++)
		if (number_of(child(node, i), "Startup Cost", 0) > startup / 2)
			return starter(child(node, i), startup);
	return node;
}

static bool is_partial(const struct json *node)
{
	const struct json *aware = json_get(node, "Parallel Aware");

	if (aware && json_bool(aware))
		return true;
	for (size_t i = 0; i < children(node); i++)
		if (is_partial(child(node, i)))
			return true;
	return false;
}

/* Below Gather the planner tells the rows of one process; the more workers there are, the less the
 * leader does (costsize.c, get_parallel_divisor).  Those of at in all of them; < 0: it is not
 * here. */
static double rows_in_all(const struct json *node, const struct json *at, double processes)
{
	const char *type = text_of(node, "Node Type");
	double workers = number_of(node, "Workers Planned", 0), leader = 1 - 0.3 * workers;

	if (node == at)
		return number_of(at, "Plan Rows", 0) * (is_partial(at) ? processes : 1);
	if (type && strncmp(type, "Gather", 6) == 0)
		processes = workers + (leader > 0 ? leader : 0);
	for (size_t i = 0; i < children(node); i++) {
		double rows = rows_in_all(child(node, i), at, processes);
		if (rows >= 0)
			return rows;
	}
	return -1;
}

struct gate {
	double cost, most, limit;
	const struct json *culprit;
	const char *what;
};

static void gate_part(const struct json *node, struct gate *g)
{
	double startup = number_of(node, "Startup Cost", 0),
	       total = number_of(node, "Total Cost", 0);
	const struct json *scan = filtering_scan(node);
	bool few = number_of(node, "Plan Rows", 0) < 100 * g->limit;

	double cost = scan && few && startup < total / 2 ? total : startup;

	if (cost > g->most) {
		g->most = cost;
		g->culprit = cost == startup ? starter(node, startup) : scan;
		g->what = cost == startup ? "before the first row"
					  : "and most rows read are thrown away";
	}
	g->cost += cost;
}

static void gate_walk(const struct json *node, struct gate *g)
{
	if (!is_type(node, "Limit") && !is_type(node, "Append")) {
		gate_part(node, g);
		return;
	}
	for (size_t i = 0; i < children(node); i++)
		gate_walk(child(node, i), g);
}

double plan_gate(const struct plan *p, double gate, int limit, char **why)
{
	struct gate g = { .limit = limit };

	*why = NULL;
	gate_walk(p->root, &g);
	if (g.cost <= gate || !g.culprit)
		return g.cost;
	struct arena *a = arena_new();
	const char *on = place(a, g.culprit);
	*why = xasprintf("no index serves this: %s%s%s %s, about %.0f rows, cost %.0f",
			 text_of(g.culprit, "Node Type"), *on ? " on " : "", on, g.what,
			 rows_in_all(p->root, g.culprit, 1), g.cost);
	arena_free(&a);
	return g.cost;
}
