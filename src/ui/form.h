/* SPDX-License-Identifier: MIT */
/*
 * form.h - one record being edited: its fields, what was typed, and the way to a save.
 *
 * form.c opens and closes it and hears the keys, form_values.c holds what was typed, form_paint.c is the look,
 * form_field.c how a value is typed or picked, form_save.c saves, drafts, the early notice and what a conflict
 * leads to (the screen kind merge, mergeview.c, which works on the form's plan); form_conflict.c what happens
 * when the record is not what it was, form_renew.c when its relation is not.
 *
 *	LOADING --> READY --> SAVING --> gone (saved)
 *	              ^          |
 *	              +----------+  refused values, a lock, a conflict, Ctrl-C: all that was typed is still there
 *
 * What is typed while it loads is kept, and done when the record is there (form_early.c).
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include "base/vec.h"
#include "command/draft.h"
#include "command/labels.h"
#include "command/save.h"
#include "domain/merge.h"
#include "ui/screen.h"
#include "ui/widget.h"
#include "ahead.h"

struct line;

enum form_state { FORM_LOADING, FORM_READY, FORM_SAVING };

struct form_field {
	const struct column *column;
	char *value;        /* what will be saved; NULL: SQL NULL */
	bool use_default;   /* DEFAULT, or left to the server in a new record */
	bool touched;       /* new record: the person gave it a value */
	const char *locked; /* why it cannot be changed; NULL: it can */
	bool secret;        /* masked, and never in a draft */
	char *error;        /* what the server says against it */
	char *canonical;    /* how the server would write it, if otherwise than typed */
};

/* One step of undo inside the form. */
struct form_step {
	size_t field;
	char *before, *after;
	bool default_before, default_after;
};

struct form {
	struct screen *screen;
	struct record_plan *plan;
	enum save_kind kind;   /* SAVE_UPDATE or SAVE_INSERT */
	enum form_state state;
	char **key;            /* of the record; NULL for a new one */
	struct record base;
	VEC(struct form_field) fields;
	struct scroll scroll;
	struct labels *labels; /* of the records it refers to */
	struct typed early;    /* while it loaded */

	struct line *line; /* typing into the field under the cursor */
	struct loop_timer *typing_timer; /* the server is asked once one pauses */
	char *typing_error, *typing_note; /* its opinion of what is being typed */
	VEC(struct form_step) steps;
	size_t step;           /* steps before it are done, those behind it undone */

	char *reason;
	struct save *save;
	struct record theirs;  /* after a conflict */
	struct merge_plan *merge;
	char *who, *since;     /* "support_ben", "12 s ago (price fix)" */
	bool restoring;        /* a deleted record comes back, under its key */
	struct record_plan *elsewhere; /* looking for it by another key: indexes tried so far … */
	size_t tried;
	const char *same_column; /* … and what is looked for; the plan's */
	char *notice;          /* early: somebody saved while this is open */
	struct loop_timer *look_timer;

	struct record_plan *next; /* the relation changed: the record is read as it is now; else NULL */
	char *changed;         /* … in words */
	bool stale;            /* the catalog was read anew, and there was no time to look */

	struct draft draft;
	bool draft_written;
	struct loop_timer *draft_timer;
	struct editor *editor; /* $EDITOR is running on a field */
};

struct form *form_of(const struct screen *s);

/* ---- form_values.c ---- */
bool form_dirty(const struct form *f);
bool form_field_changed(const struct form *f, const struct form_field *field);
struct form_field *form_focus(struct form *f);
/* Give a field a value, as one step that can be undone; value NULL: SQL NULL. */
void form_put(struct form *f, size_t field, const char *value, bool use_default);
void form_clear_errors(struct form *f);
/* Its fields anew, by kind and base; steps of undo are gone. */
void form_refill(struct form *f);
/* "Edit 18 AB-00018 in Products" */
void form_title(struct form *f);
/* "Products": whose record it is, for people. */
const char *form_place(const struct form *f);
/* "18 AB-00018 in Products", borrowed; NULL where no record that there is, is edited. */
const char *form_record_title(const struct screen *s);

/* The fields of the plan and the base as they are now; what was typed is gone. */
void form_fields_anew(struct form *f);
/* The first time; and at the end. */
void form_make_fields(struct form *f);
void form_drop_fields(struct form *f);
/* As form_put, but no step that can be undone. */
void form_set_value(struct form *f, size_t field, const char *value, bool use_default);
void form_undo(struct form *f);
void form_redo(struct form *f);
/* The key of the record under the cursor below was changed by this save: out is the line that goes there; false: it
 * was not. */
bool form_way_to_moved(const struct form *f, const struct record *after, struct buf *out);

/* ---- form_renew.c ---- */
/* The relation may have changed: then the form is made anew, and what was typed is put into it. */
void form_on_session(void *ctx, enum session_event event);
/* There is time now for what came in between. */
void form_renew_late(struct form *f);

/* ---- form_conflict.c ---- */
/* Somebody saved meanwhile: the merge, or (it is open) its rebase. */
void form_conflict(struct form *f, const struct save_result *result);
/* The record is not there any more: restored, given up, or found under another key. */
void form_gone(struct form *f);
/* Ctrl-S in the form while a merge is not finished: what was typed since is part of it. */
void form_merge_again(struct form *f);
/* A draft was taken up: fields that somebody changed since it was begun are merged. */
void form_rebase_draft(struct form *f);

/* ---- form_bytes.c ---- */
/* From a file, to a file, or typed. */
void form_bytes(struct form *f);
/* How many bytes a bytea's text stands for. */
size_t form_bytes_len(const char *value);

/* ---- form_early.c ---- */
/* Is this key kept until the record is there? */
bool form_early_key(struct form *f, const struct key *key);
/* The record is there, and no question stands before it: what was typed happens now.  f may be gone afterwards. */
void form_early_replay(struct form *f);
/* How many there are. */
size_t form_early_count(const struct form *f);
void form_early_drop(struct form *f);

/* ---- mergeview.c ---- */
/* The dialog over this form's merge plan. */
bool screen_push_merge(struct screen *form, struct err *err) MUST_CHECK;

/* ---- form_paint.c ---- */
void form_repaint(const struct screen *s, struct canvas *c);

/* ---- form_words.c ---- */
/* A value is required, and neither the person, nor a default, nor, as far as is known, a trigger gives one. */
bool form_lacks(const struct form *f, const struct form_field *field);
/* What people call a column here: its title on the screen (with the name, where that is not at all like it), else
 * its name with blanks ("Brand id"). */
void form_label(const struct form *f, const char *column, struct buf *out);
/* The same of a field; the caller frees. */
char *form_field_title(const struct form *f, const struct form_field *field);
/* The same where there is no such form; def may be NULL. */
void field_label(const struct screendef *def, const char *column, struct buf *out);
bool form_required(const struct form *f, const struct column *c);
bool form_is_day(const struct column *c);
bool form_is_json(const struct column *c);
bool form_is_bytes(const struct column *c);
/* What kind of input it takes, its limits, in a line; typed: what stands in the line now, or NULL. */
void form_describe(const struct form *f, const struct form_field *field, const char *typed,
		   struct buf *out);
/* Why it cannot be changed, in words. */
void form_lock_words(const struct form *f, const struct form_field *field, struct buf *out);
/* Why the server refuses, by the constraint's name in words; the caller frees. */
char *form_refusal(const struct form *f, const struct save_result *result);
/* The field that it is about; fields.len: none. */
size_t form_refused_field(const struct form *f, const struct save_result *result);

/* ---- form_field.c ---- */
/* Enter on a field: type, toggle, or pick. */
void form_edit_field(struct form *f);
/* In $VISUAL or $EDITOR. */
void form_edit_outside(struct form *f);
/* Type into it, as a text. */
void form_type(struct form *f);
void form_pick(struct form *f);
/* Would this way to change the field under the cursor (the words of the command field) do something? */
bool form_offers(const struct form *f, const char *how);
/* What the records are called that it refers to now. */
void form_look_labels(struct form *f);
bool form_line_key(struct form *f, const struct key *key);
void form_line_close(struct form *f);
/* Ask the server what it thinks of a value. */
void form_judge(struct form *f, size_t field);

/* Esc while a save is under way: it waits no longer, and nothing is written. True: it was that. */
bool form_give_up_key(struct form *f, const struct key *key);

/* ---- form_save.c ---- */
/* Asks for what is missing (arming, a reason), then saves. */
void form_save(struct form *f);
/* What the merge dialog decided, on their guard; without a merge what was typed.  Asks as form_save does. */
void form_save_decided(struct form *f);
void form_watch(struct form *f);
/* Something was typed, in a line that is not finished too. */
bool form_draft_worth(const struct form *f);
void form_draft_soon(struct form *f);
void form_draft_now(struct form *f);
void form_draft_drop(struct form *f);
/* What was typed, with what it was before, as a draft's values; all: secrets, too. */
void form_draft_fill(struct form *f, bool all);
/* The values of f->draft into their fields, and what has none is told. */
void form_draft_resume(struct form *f);
/* Is there a draft of this record?  It is offered, or taken up if it was asked for: true while a question stands. */
bool form_draft_offer(struct form *f);

#endif
