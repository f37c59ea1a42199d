#!/bin/sh
# SPDX-License-Identifier: MIT
# commerce.sh - into the database PGDATABASE: the platform as souk init makes it, and the demo's
# people and data at the smallest scale.  The same each time, but for times.
set -eu
"$SOUK" init
for f in sql/demo/[0-9]*.sql; do
	psql -X -q -v ON_ERROR_STOP=1 -1 -f "$f"
done
psql -X -q -A -t -c "select format('select commerce_demo.run_step(%s, 0);', step)
	from commerce_demo.plan(0) order by step" | psql -X -q -v ON_ERROR_STOP=1 -o /dev/null
psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -c 'select commerce_demo.finish()'
