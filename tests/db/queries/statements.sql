-- SPDX-License-Identifier: MIT
-- The view that the query of statements reads; it can be prepared without being preloaded.
CREATE EXTENSION pg_stat_statements SCHEMA public;
