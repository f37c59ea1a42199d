#!/bin/sh
# SPDX-License-Identifier: MIT
# commerce.sh - the platform with its smallest seed (3 tenants, 600 products) in PGDATABASE: what cases, screens and
# end-to-end tests look at.
set -eu
sh tests/db/platform/install.sh demo
psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
DO $$
DECLARE s record;
BEGIN
	FOR s IN SELECT p.step FROM commerce_demo.plan(0) AS p ORDER BY p.step LOOP
		PERFORM commerce_demo.run_step(s.step, 0);
	END LOOP;
END $$;
ANALYZE;
SQL
