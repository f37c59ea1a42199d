/* SPDX-License-Identifier: MIT */
/*
 * person.h - whom the application would act for: where policies ask who one is (auth.uid(),
 * app.user_id) and look that person's tenants up, a tenant and a role alone show nothing.
 *
 * Somebody is taken who belongs to the tenant and to no other, or who was named.  What a session
 * of the application says of that person is put into every transaction, as the tenant is.
 */
#ifndef COMMAND_PERSON_H
#define COMMAND_PERSON_H

#include "command/session.h"

enum { PERSON_SETTINGS = 8 };

struct person {
	char *label; /* "42 of app.members"; NULL: nobody */
	char *names[PERSON_SETTINGS], *values[PERSON_SETTINGS];
	size_t n;
};
void person_release(struct person *p);
void person_copy(struct person *to, const struct person *from);

/* who: nobody (label NULL) where no policy asks for a person, or none was found; asked: the
 * setting that is asked for one; NULL: none is. */
typedef void person_fn(void *ctx, const struct person *who, const char *asked,
		       const struct err *err);
/* named: who it is to be; NULL: anybody.  Needs the catalog and the profile.  ctx is the owner
 * of what is sent: after db_forget(ctx) nothing is called any more. */
void person_find(struct session *s, const struct tenant_choice *tenant, const char *role,
		 const char *named, person_fn *fn, void *ctx);
/* Those who belong to the tenant that was chosen and whose name begins so, for completion: rows of
 * value and note.  False: nobody is asked for. */
bool person_ask(struct session *s, const char *begins, int most,
		const struct request_callbacks *cb);

#endif
