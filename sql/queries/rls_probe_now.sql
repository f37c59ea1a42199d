-- summary: constraints that wait for the end of the transaction are checked now
SET CONSTRAINTS ALL IMMEDIATE
