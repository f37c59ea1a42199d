-- SPDX-License-Identifier: MIT
-- Statements that are copied to the clipboard, never sent.

-- fragment: insert
INSERT INTO :relation (:columns) VALUES (:values);
