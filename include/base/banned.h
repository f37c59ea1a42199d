/* SPDX-License-Identifier: MIT */
/*
 * banned.h - functions that this project does not call, refused by the compiler.
 *
 * Included by force (-include) before every file.  The system headers come first, so that their
 * declarations stay whole; a call afterwards names an undeclared function that says what to use.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* No bounds: struct buf, or snprintf into a fixed array whose size is proven. */
#undef strcpy
#define strcpy(d, s) banned_strcpy_use_buf()
#undef strcat
#define strcat(d, s) banned_strcat_use_buf()
#undef strncpy
#define strncpy(d, s, n) banned_strncpy_use_buf()
#undef strncat
#define strncat(d, s, n) banned_strncat_use_buf()
#undef sprintf
#define sprintf(...) banned_sprintf_use_buf()
#undef vsprintf
#define vsprintf(...) banned_vsprintf_use_buf()

/* Hidden state, shared by everybody. */
#undef strtok
#define strtok(s, d) banned_strtok_use_strcspn()
#undef gmtime
#define gmtime(t) banned_gmtime_use_gmtime_r()
#undef localtime
#define localtime(t) banned_localtime_use_localtime_r()
#undef ctime
#define ctime(t) banned_ctime_use_timefmt()
#undef asctime
#define asctime(t) banned_asctime_use_timefmt()

/* No way to see an error: strtol and look at the end. */
#undef atoi
#define atoi(s) banned_atoi_use_strtol()
#undef atol
#define atol(s) banned_atol_use_strtol()
#undef atoll
#define atoll(s) banned_atoll_use_strtoll()
#undef atof
#define atof(s) banned_atof_use_strtod()

/* A name that another may take first. */
#undef mktemp
#define mktemp(s) banned_mktemp_use_mkstemp()
#undef tmpnam
#define tmpnam(s) banned_tmpnam_use_mkstemp()

/* Each brings all of libm (num.h); tests may. */
#ifndef SOUK_TESTING
#define pow(x, y) banned_pow_use_num()
#define exp(x) banned_exp_use_num()
#define log(x) banned_log_use_num()
#define log10(x) banned_log10_use_num_magnitude()
#define sqrt(x) banned_sqrt_use_num()
#define fmod(x, y) banned_fmod_use_num_rest()
#define fmax(x, y) banned_fmax_use_num_max()
#define fmin(x, y) banned_fmin_use_num_min()
#define round(x) banned_round_use_num_round()
#define lround(x) banned_lround_use_num_round()
#endif

#endif
