#!/bin/sh
# SPDX-License-Identifier: MIT
# The command bar offers the values that a column has: the common ones of the statistics, where they say nothing
# of other tenants.
# database: tests/e2e/values.sql
# user: postgres
. tests/support/tmux.sh
terminal 100x30
type_line 'souk --open cities'
wait_for 'Springfield'
type_text ':cities kind='
wait_for 'kind=harbour'
expect '% of the rows'
type_text 'v'
wait_gone 'kind=harbour'
wait_for 'kind=village'
keys Tab
wait_for ' name='
keys Enter
wait_for 'kind=village'
wait_gone 'harbour'
# The value behind an operator, too.
type_text ':filter kind = t'
wait_for 'town'
keys C-c
# A column behind :sort, and behind the - in front of it; the files of a folder in their order.
type_text ':sort -na'
keys Tab
wait_for ':sort -name'
keys C-c
wait_gone ':sort -name'
mkdir "$work/listed"
for file in pear apple cherry; do : >"$work/listed/$file"; done
type_text ":export csv $work/listed/"
keys Tab
wait_for ":export csv $work/listed/apple"
keys C-c
wait_gone '/apple'
# What looks secret is not offered.
type_text ':cities password='
wait_for ':cities password='
sleep 0.5
refuse 'hunter2'
keys C-c
