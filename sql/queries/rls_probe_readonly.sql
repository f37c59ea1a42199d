-- summary: unless asked to write, a probe cannot
SET TRANSACTION READ ONLY
