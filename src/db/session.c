/* SPDX-License-Identifier: MIT */
/* What a connection tells about itself, without a question to the server. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db_priv.h"

/* Replace *to if the text is another one. */
static bool put(char **to, const char *text)
{
	if (*to && strcmp(*to, text ? text : "") == 0)
		return false;
	free(*to);
	*to = xstrdup(text ? text : "");
	return true;
}

static bool put_bool(bool *to, bool value)
{
	bool changed = *to != value;

	*to = value;
	return changed;
}

static bool is_on(PGconn *pg, const char *parameter)
{
	const char *value = PQparameterStatus(pg, parameter);

	return value && strcmp(value, "on") == 0;
}

static bool option_is(const PQconninfoOption *o, const char *key, const char *value)
{
	for (; o->keyword; o++) {
		if (strcmp(o->keyword, key) == 0)
			return o->val && strcmp(o->val, value) == 0;
	}
	return false;
}

/* Only what was asked for is promised: with "require" libpq may verify, but does not say so. */
static bool put_tls(struct db_session *s, PGconn *pg)
{
	const char *protocol = PQsslAttribute(pg, "protocol");
	const char *verified = "certificate not verified";
	PQconninfoOption *options;
	char *text;
	bool changed;

	s->tls = PQsslInUse(pg) || PQgssEncInUse(pg);
	if (!PQsslInUse(pg))
		return put(&s->tls_text, s->tls ? "GSSAPI" : "");
	options = PQconninfo(pg);
	if (options && option_is(options, "sslmode", "verify-full"))
		verified = "certificate verified";
	else if (options && option_is(options, "sslmode", "verify-ca"))
		verified = "issuer verified, host name not";
	PQconninfoFree(options);
	text = xasprintf("%s, %s", protocol ? protocol : "TLS", verified);
	changed = put(&s->tls_text, text);
	free(text);
	return changed;
}

static bool put_identity(struct db_session *s, PGconn *pg)
{
	bool changed = false;

	changed |= put(&s->database, PQdb(pg));
	changed |= put(&s->user, PQuser(pg));
	changed |= put(&s->host, PQhost(pg));
	changed |= put(&s->port, PQport(pg));
	changed |= put_tls(s, pg);
	changed |= s->pid != PQbackendPID(pg) || s->server_version != PQserverVersion(pg);
	s->pid = PQbackendPID(pg);
	s->server_version = PQserverVersion(pg);
	return changed;
}

/* Read between transactions only: inside one is_superuser and others follow the scope. */
void session_read(struct conn *c)
{
	struct db_session *s = &c->session;
	bool changed = false;

	if (!c->has_session) {
		*s = (struct db_session){ .rtt = -1 };
		changed = true;
	}
	if (c->state != DB_READY)
		changed |= put_identity(s, c->pg);
	c->has_session = true;
	changed |= put(&s->application, PQparameterStatus(c->pg, "application_name"));
	changed |= put(&s->encoding, PQparameterStatus(c->pg, "server_encoding"));
	changed |= put(&s->time_zone, PQparameterStatus(c->pg, "TimeZone"));
	changed |= put_bool(&s->superuser, is_on(c->pg, "is_superuser"));
	changed |= put_bool(&s->in_hot_standby, is_on(c->pg, "in_hot_standby"));
	changed |= put_bool(&s->read_only, is_on(c->pg, "default_transaction_read_only"));
	if (changed && c->state == DB_READY)
		db_tell(c);
}

void session_release(struct db_session *s)
{
	free(s->database);
	free(s->user);
	free(s->host);
	free(s->port);
	free(s->application);
	free(s->tls_text);
	free(s->time_zone);
	free(s->encoding);
	*s = (struct db_session){ 0 };
}

/* The emptiest one counts: down at once, up slowly, as the network and not the queries are
 * meant. */
void session_rtt(struct db_session *s, double seconds)
{
	if (s->rtt < 0 || seconds < s->rtt)
		s->rtt = seconds;
	else
		s->rtt += (seconds - s->rtt) / 32;
}
