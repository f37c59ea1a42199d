/* SPDX-License-Identifier: MIT */
/*
 * rls_claims.h - what policies, and the functions they call, ask of the session: which settings
 * (and places in their JSON) are compared with which columns.
 *
 * A probe that is to act as somebody of tenant A must answer all of these questions, not only
 * the one for the tenant's id: many schemas ask who it is and look up that person's tenants.
 */
#ifndef DOMAIN_RLS_CLAIMS_H
#define DOMAIN_RLS_CLAIMS_H

#include "rls_priv.h"

enum claim_kind {
	CLAIM_TENANT, /* compared with a tenant column */
	CLAIM_PERSON, /* compared with another column of a relation that has a tenant column */
	CLAIM_FORGED, /* a policy lets through whoever sets it to this literal, or pattern */
	CLAIM_SAID,   /* the same of a claim that not everybody has */
	CLAIM_BOUND,  /* a tenant column is not less (literal ">") or not more ("<") than it */
	CLAIM_LINK,   /* compared with a column of a table that is no tenant's, such as pairs of them */
	CLAIM_ROW,    /* a column of a row is compared with this literal, whoever looks */
};

/* As the literal of a CLAIM_FORGED: both tenants, in a text in which one's own is looked for. */
#define CLAIM_BOTH "\001both"

/* As a "setting": current_user, where a role of the server stands for each tenant. */
#define CLAIM_ROLE "role"


/* What a setting says is no person but the key of a row that tells the person; rows NULL: it is
 * the person. */
struct claim_session {
	const struct relation *rows;
	const char *key, *person; /* its columns */
};

struct claim {
	enum claim_kind kind;
	const char *setting;
	const char *path;		/* "app_metadata.tenant_id" in its JSON; NULL: the whole text */
	bool list, json_list;		/* {a} of an array, [a] of JSON */
	bool sought; /* CLAIM_PERSON: in a relation that the policy looks somebody up in */
	struct claim_session session;	 /* CLAIM_PERSON */
	const struct relation *relation; /* CLAIM_PERSON, CLAIM_LINK, CLAIM_ROW: whose column; CLAIM_FORGED:
					    whose policy */
	const char *column;		/* CLAIM_PERSON, CLAIM_LINK, CLAIM_ROW */
	const char *literal;		/* CLAIM_FORGED, _SAID; CLAIM_ROW: NULL for a null */
	const char *prefix, *suffix;	/* CLAIM_TENANT: around the tenant's id; NULL: nothing */
	const struct relation *of;	/* CLAIM_ROW: whose policy, or which view, asks it */
	const struct tenancy *tenancy;
	size_t uses;
};

struct claims {
	VEC(struct claim) list; /* CLAIM_PERSON: the most used first */
	VEC(struct claim) rows; /* CLAIM_ROW, those of one relation together */
};
void claims_release(struct claims *c);

/* The texts live in the judge's arena. */
void claims_collect(struct judge *j, struct claims *out);
/* Do two tenancies tell the same tenants apart? */
bool tenancy_same(const struct tenancy *a, const struct tenancy *b);

#endif
