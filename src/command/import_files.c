/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/sha256.h"
#include "import_priv.h"

enum { DRAFTS_MAX = 100, STATE_MAX = 1 << 20 };

/* ---- rejects and conflicts ---- */

/* keep: bytes of an earlier run that stay. */
static FILE *file_open(const char *path, long keep, struct err *err)
{
	FILE *f = fopen(path, keep > 0 ? "r+" : "w");

	if (f && keep > 0 && (ftruncate(fileno(f), keep) < 0 || fseek(f, keep, SEEK_SET) < 0)) {
		fclose(f);
		f = NULL;
	}
	if (!f || fchmod(fileno(f), 0600) < 0)
		err_errno(err, path);
	return f;
}

static bool file_add(FILE *f, const struct buf *text, const char *path, long *len,
		     struct err *err)
{
	if (fwrite(text->data, 1, text->len, f) != text->len)
		return err_errno(err, path);
	*len += (long)text->len;
	return true;
}

static void csv_word(struct buf *out, const struct import *i, const char *s)
{
	if (out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, i->req.delimiter);
	buf_addc(out, '"');
	for (; *s; s++) {
		if (*s == '"')
			buf_addc(out, '"');
		buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

static void csv_number(struct buf *out, const struct import *i, uint64_t n)
{
	if (out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, i->req.delimiter);
	buf_addf(out, "%llu", (unsigned long long)n);
}

/* Why, before what the record was: when it is mended the file can be imported as it is. */
static void reject_csv(const struct import *i, const struct import_row *row, struct buf *out)
{
	if (!i->now.rejects_len) {
		csv_word(out, i, "souk_row");
		csv_word(out, i, "souk_line");
		csv_word(out, i, "souk_column");
		csv_word(out, i, "souk_reason");
		for (size_t k = 0; k < i->nheader; k++)
			csv_word(out, i, i->header[k]);
		buf_addc(out, '\n');
	}
	csv_number(out, i, row->number);
	csv_number(out, i, row->why_line ? row->why_line : row->line);
	csv_number(out, i, row->why_column);
	csv_word(out, i, row->why);
	if (!row->cells) {
		csv_word(out, i, row->raw); /* as it stands in the file */
	} else {
		buf_addc(out, i->req.delimiter);
		buf_adds(out, row->raw);
	}
	buf_addc(out, '\n');
}

static void json_word(struct buf *out, const char *name, const char *s)
{
	buf_addf(out, ", \"%s\": ", name);
	if (s)
		json_write_string(out, s, strlen(s));
	else
		buf_adds(out, "null");
}

static void reject_json(const struct import_row *row, struct buf *out)
{
	buf_addf(out, "{\"souk_row\": %llu, \"souk_line\": %llu",
		 (unsigned long long)row->number, (unsigned long long)row->line);
	json_word(out, "souk_reason", row->why);
	if (row->cells && strchr(row->raw, ':')) {
		buf_addf(out, ", %s\n", strchr(row->raw, '{') + 1);
	} else {
		json_word(out, "souk_original", row->raw);
		buf_adds(out, "}\n");
	}
}

static bool add_reject(struct import *i, const struct import_row *row, struct err *err)
{
	struct buf out = BUF_INIT;
	bool ok;

	if (!i->rejects)
		i->rejects = file_open(i->rejects_path, i->now.rejects_len, err);
	if (!i->rejects)
		return false;
	if (i->req.delimiter)
		reject_csv(i, row, &out);
	else
		reject_json(row, &out);
	ok = file_add(i->rejects, &out, i->rejects_path, &i->now.rejects_len, err);
	buf_release(&out);
	return ok;
}

static void conflict_json(const struct import *i, const struct import_row *row, struct buf *out)
{
	const struct relation *r = i->map.relation;
	struct buf guard = BUF_INIT;
	struct json *theirs = json_new_object(), *mine = json_new_object();

	for (size_t k = 0; k < r->ncolumns; k++) {
		if (!row->cells[k].given)
			continue;
		json_set(mine, r->columns[k].name, json_new_exact(row->cells[k].value));
		json_set(theirs, r->columns[k].name,
			 json_new_exact(record_value(&row->theirs, r->columns[k].name)));
	}
	record_guard_text(&guard, &row->theirs);
	buf_addf(out, "{\"row\": %llu, \"line\": %llu", (unsigned long long)row->number,
		 (unsigned long long)row->line);
	json_word(out, "reason", row->why);
	json_word(out, "guard", guard.data);
	buf_adds(out, ", \"theirs\": ");
	json_write(out, theirs, JSON_COMPACT);
	buf_adds(out, ", \"mine\": ");
	json_write(out, mine, JSON_COMPACT);
	buf_adds(out, "}\n");
	json_free(&theirs);
	json_free(&mine);
	buf_release(&guard);
}

static bool add_conflict(struct import *i, const struct import_row *row, struct err *err)
{
	struct buf out = BUF_INIT;
	bool ok;

	if (!i->conflicts)
		i->conflicts = file_open(i->conflicts_path, i->now.conflicts_len, err);
	if (!i->conflicts)
		return false;
	conflict_json(i, row, &out);
	ok = file_add(i->conflicts, &out, i->conflicts_path, &i->now.conflicts_len, err);
	buf_release(&out);
	return ok;
}

static bool emit_row(struct import *i, const struct import_row *row, struct err *err)
{
	struct import_counts *c = &i->now.counts;

	c->rows++;
	switch (row->fate) {
	case FATE_INSERT:
		c->inserted++;
		return true;
	case FATE_UPDATE:
		c->updated++;
		return true;
	case FATE_UNCHANGED:
		c->unchanged++;
		return true;
	case FATE_CONFLICT:
		c->conflicts++;
		return add_conflict(i, row, err);
	case FATE_REJECT:
	case FATE_OPEN:
		break;
	}
	c->rejected++;
	return add_reject(i, row, err);
}

static bool synced(FILE *f, const char *path, struct err *err)
{
	return !f || (fflush(f) == 0 && fsync(fileno(f)) == 0) || err_errno(err, path);
}

bool import_files_sync(struct import *i, struct err *err)
{
	return synced(i->rejects, i->rejects_path, err) &&
	       synced(i->conflicts, i->conflicts_path, err);
}

bool import_emit(struct import *i, size_t to, struct err *err)
{
	for (; i->now.emitted < to; i->now.emitted++) {
		const struct import_row *row = &i->rows.v[i->now.emitted];

		if (!emit_row(i, row, err))
			return false;
		i->now.offset = row->offset;
		i->now.line = row->next_line;
		i->now.number = row->number;
	}
	return true;
}

void import_settle(struct import *i)
{
	i->done = i->now;
}

static void file_back(FILE *f, long len)
{
	if (f &&
	    (fflush(f) != 0 || ftruncate(fileno(f), len) < 0 || fseek(f, len, SEEK_SET) < 0))
		clearerr(f);
}

void import_take_back(struct import *i)
{
	i->now = i->done;
	file_back(i->rejects, i->now.rejects_len);
	file_back(i->conflicts, i->now.conflicts_len);
}

static void path_cut(const char *path, long len)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size > len && truncate(path, len) < 0)
		log_line("import", "%s could not be cut", path);
}

void import_files_cut(struct import *i)
{
	i->now = i->done;
	path_cut(i->rejects_path, i->now.rejects_len);
	path_cut(i->conflicts_path, i->now.conflicts_len);
}

void import_files_close(struct import *i)
{
	if (i->rejects)
		fclose(i->rejects);
	if (i->conflicts)
		fclose(i->conflicts);
	i->rejects = i->conflicts = NULL;
}

/* ---- drafts ---- */

static void keep_draft(struct import *i, const struct import_row *row)
{
	const struct relation *r = i->map.relation;
	const char **key = record_key(&row->theirs, i->plan);
	struct buf guard = BUF_INIT;
	struct err err = ERR_INIT;
	struct draft d;
	size_t n = 0;

	draft_init(&d);
	d.server = draft_server(i->session);
	d.tenant = xstrdup_null(session_tenant(i->session)->id);
	d.relation = xasprintf("%s.%s", r->schema, r->name);
	d.screen = xstrdup(i->def ? i->def->name : d.relation);
	d.kind = SAVE_UPDATE;
	record_guard_text(&guard, &row->theirs);
	d.guard = buf_detach(&guard);
	while (key[n])
		n++;
	d.key = xcalloc(n + 1, sizeof *d.key);
	for (size_t k = 0; k < n; k++)
		d.key[k] = xstrdup(key[k]);
	d.values = xcalloc(r->ncolumns + 1, sizeof *d.values);
	for (size_t k = 0; k < r->ncolumns; k++) {
		const unsigned char *masked = record_plan_profile(i->plan)->masked;
		const char *theirs = record_value(&row->theirs, r->columns[k].name);
		const char *mine = row->cells[k].value;

		if (!row->cells[k].given || !i->map.written[k] || (masked && masked[k] == 2) ||
		    (theirs && mine ? strcmp(theirs, mine) == 0 : theirs == mine))
			continue;
		d.values[d.n++] =
			(struct draft_value){ xstrdup(r->columns[k].name), xstrdup_null(theirs),
					      xstrdup_null(mine) };
	}
	if (draft_write(&d, &err))
		i->drafts++;
	err_release(&err);
	draft_release(&d);
	free(key);
}

void import_tell_conflicts(struct import *i)
{
	const struct relation *r = i->map.relation;

	for (size_t n = 0; n < i->rows.len; n++) {
		const struct import_row *row = &i->rows.v[n];
		struct buf key = BUF_INIT;
		const char **texts;

		if (row->fate != FATE_CONFLICT)
			continue;
		texts = record_key(&row->theirs, i->plan);
		record_key_text(&key, texts);
		for (size_t k = 0; k < r->ncolumns; k++) {
			const char *theirs = record_value(&row->theirs, r->columns[k].name);
			const char *mine = row->cells[k].value;

			if (row->cells[k].given && i->map.written[k] &&
			    (theirs && mine ? strcmp(theirs, mine) != 0 : theirs != mine))
				i->cb.conflict(i->cb.ctx, row->line, key.data,
					       r->columns[k].name, theirs, mine);
		}
		if (!i->req.dry_run && i->drafts < DRAFTS_MAX)
			keep_draft(i, row);
		buf_release(&key);
		free(texts);
	}
}

/* ---- the state ---- */

void import_state_name(struct import *i)
{
	const struct tenant_choice *tenant = session_tenant(i->session);
	char *real = realpath(i->path, NULL), *server = draft_server(i->session);
	struct buf what = BUF_INIT;
	char hex[SHA256_HEX];
	char *name;

	buf_addf(&what, "%s\n%s\n%s\n%s.%s", real ? real : i->path, server,
		 tenant->id ? tenant->id : "", i->map.relation->schema, i->map.relation->name);
	sha256_hex(what.data, what.len, hex);
	name = xasprintf("imports/%.32s.json", hex);
	free(i->state_path);
	i->state_path = path_state(name);
	free(name);
	buf_release(&what);
	free(real);
	free(server);
}

bool import_state_lock(struct import *i, struct err *err)
{
	char *dir = path_state("imports"), *path = xasprintf("%s.lock", i->state_path);
	bool ok = path_mkdirs(dir, err);

	if (ok) {
		i->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		ok = i->lock >= 0 || err_errno(err, path);
	}
	if (ok && flock(i->lock, LOCK_EX | LOCK_NB) < 0)
		ok = err_set(err, ERR_FAILED, i->path,
			     "another import of this file is under way");
	free(dir);
	free(path);
	return ok;
}

static struct json *mark_json(const struct import_mark *m)
{
	struct json *o = json_new_object();

	json_set(o, "offset", json_new_int((int64_t)m->offset));
	json_set(o, "line", json_new_int((int64_t)m->line));
	json_set(o, "number", json_new_int((int64_t)m->number));
	json_set(o, "rows", json_new_int((int64_t)m->counts.rows));
	json_set(o, "inserted", json_new_int((int64_t)m->counts.inserted));
	json_set(o, "updated", json_new_int((int64_t)m->counts.updated));
	json_set(o, "unchanged", json_new_int((int64_t)m->counts.unchanged));
	json_set(o, "conflicts", json_new_int((int64_t)m->counts.conflicts));
	json_set(o, "rejected", json_new_int((int64_t)m->counts.rejected));
	json_set(o, "rejects_len", json_new_int(m->rejects_len));
	json_set(o, "conflicts_len", json_new_int(m->conflicts_len));
	return o;
}

bool import_state_save(struct import *i, bool pending, struct err *err)
{
	struct json *root = json_new_object(), *header = json_new_array();
	char *dir = path_state("imports");
	struct buf out = BUF_INIT;
	bool ok;

	for (size_t k = 0; k < i->nheader; k++)
		json_append(header, json_new_text(i->header[k]));
	json_set(root, "file", json_new_text(i->path));
	json_set(root, "size", json_new_int((int64_t)import_source_size(i->source)));
	json_set(root, "changed_us", json_new_int(import_source_changed_us(i->source)));
	json_set(root, "rejects", json_new_text(i->rejects_path));
	json_set(root, "conflicts", json_new_text(i->conflicts_path));
	json_set(root, "header", header);
	json_set(root, "done", mark_json(&i->done));
	if (pending) {
		json_set(root, "pending", mark_json(&i->now));
		json_set(root, "xid", json_new_text(i->xact.xid));
		json_set(root, "system", json_new_text(i->xact.system));
		json_set(root, "timeline", json_new_int(i->xact.timeline));
	}
	json_write(&out, root, JSON_PRETTY);
	ok = path_mkdirs(dir, err) && path_write(i->state_path, out.data, out.len, err);
	json_free(&root);
	buf_release(&out);
	free(dir);
	return ok;
}

static int64_t number_of(const struct json *o, const char *name)
{
	const struct json *v = o ? json_get(o, name) : NULL;

	return v && json_type(v) == JSON_NUMBER ? strtoll(json_text(v), NULL, 10) : 0;
}

static void mark_read(struct import_mark *m, const struct json *o)
{
	*m = (struct import_mark){
		.offset = (uint64_t)number_of(o, "offset"),
		.line = (uint64_t)number_of(o, "line"),
		.number = (uint64_t)number_of(o, "number"),
		.counts = { (uint64_t)number_of(o, "rows"), (uint64_t)number_of(o, "inserted"),
			    (uint64_t)number_of(o, "updated"),
			    (uint64_t)number_of(o, "unchanged"),
			    (uint64_t)number_of(o, "conflicts"),
			    (uint64_t)number_of(o, "rejected") },
		.rejects_len = (long)number_of(o, "rejects_len"),
		.conflicts_len = (long)number_of(o, "conflicts_len"),
	};
}

static void header_read(struct import *i, const struct json *list)
{
	i->nheader = list ? json_len(list) : 0;
	i->header = xcalloc(i->nheader + 1, sizeof *i->header);
	for (size_t k = 0; k < i->nheader; k++)
		i->header[k] = xstrdup(json_text(json_at(list, k)));
}

static bool same_file(const struct import *i, const struct json *root, struct err *err)
{
	if (number_of(root, "size") == (int64_t)import_source_size(i->source) &&
	    number_of(root, "changed_us") == import_source_changed_us(i->source))
		return true;
	err_set(err, ERR_FAILED, i->path,
		"the file was changed since the import that stopped in it");
	return err_hint(err, "without --resume it begins anew: records that are in already "
			     "are found by their key and left as they are");
}

static void pending_read(struct import *i, const struct json *root)
{
	const struct json *xid = json_get(root, "xid"), *system = json_get(root, "system");

	mark_read(&i->now, json_get(root, "pending"));
	i->xact.xid = xid && json_type(xid) == JSON_STRING ? xstrdup(json_text(xid)) : NULL;
	i->xact.system =
		system && json_type(system) == JSON_STRING ? xstrdup(json_text(system)) : NULL;
	i->xact.timeline = number_of(root, "timeline");
}

bool import_state_load(struct import *i, bool *pending, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *root = NULL;
	bool ok = false;

	*pending = false;
	if (!path_exists(i->state_path)) {
		err_set(err, ERR_FAILED, i->path,
			"there is nothing to resume: no import of it has stopped half way");
	} else if (path_read(i->state_path, STATE_MAX, &text, err) &&
		   (root = json_parse(text.data, text.len, err)) && same_file(i, root, err)) {
		header_read(i, json_get(root, "header"));
		mark_read(&i->done, json_get(root, "done"));
		i->now = i->done;
		*pending = json_get(root, "pending") != NULL;
		if (*pending)
			pending_read(i, root);
		ok = true;
	}
	json_free(&root);
	buf_release(&text);
	return ok;
}

void import_state_drop(struct import *i)
{
	char *lock = xasprintf("%s.lock", i->state_path);

	unlink(i->state_path);
	unlink(lock);
	free(lock);
}
