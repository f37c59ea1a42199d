#!/bin/sh
# SPDX-License-Identifier: MIT
# A record that is saved under another key is followed there. Who may not add records is told so at once, and no
# key offers it.
# database: tests/e2e/saved_key.sql
# user: clerk
. tests/support/tmux.sh
terminal 100x30
type_line 'souk --armed --open codes'
wait_for '▸c001'
keys e
wait_for 'guarded by'
keys Enter
wait_for 'was: c001'
keys C-u
type_text 'c055x'
keys Enter
wait_for 'was c001'
keys C-s
wait_for '▸c055x'
wait_for 'saved'
expect '▸c055x  label 1'
refuse 'not here any more'
keys o
wait_for 'codes: your role may not add records to it'
refuse 'New in'
keys '?'
wait_for 'edit the record'
refuse 'a new record'
keys q
wait_for '▸c055x'
type_line ':q!'
