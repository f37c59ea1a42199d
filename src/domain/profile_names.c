/* SPDX-License-Identifier: MIT */
/* Habits of naming. Each list is evidence, never proof: the callers weigh it. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "profile_priv.h"

enum {
	INT8_OID = 20,
	INT2_OID = 21,
	INT4_OID = 23,
	BYTEA_OID = 17,
	DATE_OID = 1082,
	JSON_OID = 114,
	JSONB_OID = 3802,
	INET_OID = 869
};

bool text_like(const struct column *c)
{
	return c->type_category == 'S';
}

bool time_like(const struct column *c)
{
	return c->type_category == 'D';
}

bool type_is_integer(oid type)
{
	return type == INT2_OID || type == INT4_OID || type == INT8_OID;
}

bool integer_like(const struct column *c)
{
	return type_is_integer(c->base_type_oid);
}

/* camelCase and snake_case alike: words begin at an upper-case letter after a lower-case one.
 */
static size_t normalize(char *out, size_t size, const char *name)
{
	size_t n = 0;

	for (const char *p = name; *p && n + 2 < size; p++) {
		if (p > name && isupper((unsigned char)*p) && islower((unsigned char)p[-1]))
			out[n++] = '_';
		out[n++] = *p == '-' || *p == ' ' ? '_' : (char)tolower((unsigned char)*p);
	}
	out[n] = '\0';
	return n;
}

void name_stem(char *out, size_t size, const char *column)
{
	static const char *const ends[] = { "_id",  "_uuid", "_uid", "_key",  "_code", "_slug",
					    "_ref", "_pk",   "_no",  "_guid", "_name" };
	size_t n = normalize(out, size, column);
	char *glued = n > 2 && strcmp(out + n - 2, "id") == 0 ? out + n - 2 : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t len = strlen(ends[i]);

		if (n > len && strcmp(out + n - len, ends[i]) == 0) {
			out[n - len] = '\0';
			return;
		}
	}
	/* "teamid", but not "paid". */
	if (!glued)
		return;
	*glued = '\0';
	if (tenant_word(out) == 0)
		*glued = 'i';
}

enum { FLAT = 160 };

/* A name made ready to be asked for many words. */
struct flat {
	char text[FLAT];
	uint32_t begins; /* what its words begin with, see letter() */
};

static uint32_t letter(char c)
{
	return 1u << ((unsigned char)c & 31);
}

static struct flat flatten(const char *name)
{
	struct flat f = { .begins = 0 };

	normalize(f.text, sizeof f.text, name);
	f.begins = letter(f.text[0]);
	for (const char *p = f.text; (p = strchr(p, '_')); p++)
		f.begins |= letter(p[1]);
	return f;
}

static bool word_here(const char *p, const char *word)
{
	size_t len = strlen(word);

	return strncmp(p, word, len) == 0 &&
	       (!p[len] || p[len] == '_' || isdigit((unsigned char)p[len]));
}

/* Every column of a catalog is looked at for dozens of words: most differ in their first letter. */
static bool flat_has_word(const struct flat *flat, const char *word)
{
	const char *p = flat->begins & letter(*word) ? flat->text : NULL;

	while (p) {
		if (*p == *word && word_here(p, word))
			return true;
		if ((p = strchr(p, '_')))
			p++;
	}
	return false;
}

bool name_has_word(const char *name, const char *word)
{
	struct flat flat = flatten(name);

	return flat_has_word(&flat, word);
}

bool name_has_any(const char *name, const char *const *words)
{
	for (; *words; words++) {
		if (name_has_word(name, *words))
			return true;
	}
	return false;
}

int tenant_word(const char *stem)
{
	static const struct {
		const char *word;
		int weight;
	} words[] = {
		{ "tenant", 3 },       { "tenancy", 3 },    { "organization", 2 },
		{ "organisation", 2 }, { "org", 2 },	    { "account", 2 },
		{ "workspace", 2 },    { "company", 2 },    { "shop", 2 },
		{ "store", 2 },	       { "merchant", 2 },   { "team", 2 },
		{ "restaurant", 2 },   { "business", 2 },   { "instance", 1 },
		{ "client", 1 },       { "vendor", 1 },	    { "seller", 1 },
		{ "site", 1 },	       { "realm", 2 },	    { "customer", 1 },
		{ "franchise", 1 },    { "school", 1 },	    { "clinic", 1 },
		{ "practice", 1 },     { "property", 1 },   { "project", 1 },
		{ "brand", 1 },	       { "subscriber", 1 }, { "channel", 1 },
		{ "entity", 1 },       { "space", 1 },	    { "domain", 1 },
		{ "partner", 1 },      { "firm", 1 },	    { "household", 1 },
	};
	const char *last = strrchr(stem, '_');

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (*stem == *words[i].word && strcmp(stem, words[i].word) == 0)
			return words[i].weight;
	}
	/* "owner_org", "parent_account": less sure, and a parent is another relation's. */
	if (last && strncmp(stem, "parent_", 7) != 0) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			if (last[1] == *words[i].word &&
			    strcmp(last + 1, words[i].word) == 0)
				return words[i].weight == 3 ? 2 : 1;
		}
	}
	return 0;
}

bool person_setting(const char *setting, const char *path)
{
	static const char *const words[] = { "user",   "userid",   "actor", "person",
					     "member", "employee", "sub",   "uid",
					     "email",  "login",	   "role",  "username" };
	const char *name = path ? path : setting;

	for (size_t i = 0; name && i < ARRAY_SIZE(words); i++) {
		const char *dot = strrchr(name, '.');

		if (name_has_word(dot ? dot + 1 : name, words[i]))
			return true;
	}
	return false;
}

static bool any_word(const struct flat *name, const char *const *words)
{
	for (; *words; words++) {
		if (flat_has_word(name, *words))
			return true;
	}
	return false;
}

bool person_name(const char *column)
{
	static const char *const words[] = { "user",	  "member",   "author",	  "creator",
					     "created",	  "updated",  "modified", "assignee",
					     "person",	  "employee", "operator", "createdby",
					     "updatedby", "by",	      "uid",	  NULL };

	struct flat flat = flatten(column);

	return any_word(&flat, words);
}

static bool secret_name(const struct flat *name)
{
	static const char *const always[] = { "password",     "passwd",
					      "pwd",	      "passphrase",
					      "secret",	      "api_key",
					      "apikey",	      "private_key",
					      "access_key",   "encryption_key",
					      "signing_key",  "credential",
					      "credentials",  "cvv",
					      "cvc",	      "card_number",
					      "pan",	      "otp",
					      "totp",	      "pin",
					      "mfa_seed",     "recovery_codes",
					      "backup_codes", "encrypted_password",
					      "salt",	      "password_digest",
					      "bearer",	      NULL };
	static const char *const tokens[] = { "token", "tokens", NULL };
	/* A token that only names something, or counts. */
	static const char *const harmless[] = { "count", "type",  "kind", "name",
						"limit", "usage", NULL };

	return any_word(name, always) || (any_word(name, tokens) && !any_word(name, harmless));
}

static bool personal_name(const struct flat *name)
{
	static const char *const words[] = {
		"email",	"e_mail",	 "mail",       "phone",
		"telephone",	"mobile",	 "fax",	       "first_name",
		"firstname",	"last_name",	 "lastname",   "surname",
		"full_name",	"fullname",	 "given_name", "family_name",
		"maiden_name",	"middle_name",	 "birth_date", "birthdate",
		"birthday",	"date_of_birth", "dob",	       "address",
		"address1",	"address2",	 "street",     "street_address",
		"postal_code",	"postcode",	 "zip",	       "zip_code",
		"ssn",		"passport",	 "tax_id",     "national_id",
		"iban",		"bic",		 "ip",	       "ip_address",
		"remote_addr",	"user_agent",	 "gender",     "recipient",
		"contact_name", "latitude",	 "longitude",  NULL
	};

	return any_word(name, words);
}

/* customers.name is a person's; products.name is not. */
static bool about_people(const char *relation)
{
	static const char *const words[] = {
		"customer",   "customers",  "user",	   "users",    "person",    "persons",
		"people",     "contact",    "contacts",	   "employee", "employees", "member",
		"members",    "patient",    "patients",	   "guest",    "guests",    "recipient",
		"recipients", "subscriber", "subscribers", NULL
	};

	struct flat flat = flatten(relation);

	return any_word(&flat, words);
}

static bool says(const char *comment, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = comment; p && *p; p++) {
		if (strncasecmp(p, word, len) == 0)
			return true;
	}
	return false;
}

int profile_name_sensitivity(const char *name)
{
	struct flat flat = flatten(name);

	return secret_name(&flat) ? 2 : personal_name(&flat);
}

int column_sensitivity(const struct relation *r, const struct column *c)
{
	bool text = text_like(c) || c->base_type_oid == BYTEA_OID ||
		    c->base_type_oid == JSONB_OID || c->base_type_oid == JSON_OID;
	bool fact = text || c->base_type_oid == INET_OID || c->base_type_oid == DATE_OID ||
		    c->type_category == 'N';
	struct flat name;

	if (says(c->comment, "secret") || says(c->comment, "sensitive"))
		return 2;
	if ((c->comment && strstr(c->comment, "PII")) || says(c->comment, "personal data"))
		return 1;
	name = flatten(c->name);
	if ((text || flat_has_word(&name, "pin") || flat_has_word(&name, "cvv")) &&
	    secret_name(&name))
		return 2;
	if (!fact || (c->type_category == 'N' && !flat_has_word(&name, "phone") &&
		      !flat_has_word(&name, "ssn")))
		return 0;
	if (c->choices || flat_has_word(&name, "template") ||
	    flat_has_word(&name, "subject"))
		return 0;
	if (personal_name(&name))
		return 1;
	return text_like(c) && strcmp(c->name, "name") == 0 && about_people(r->name);
}
