-- summary: be oneself again, inside a probe: what was written is still there
RESET SESSION AUTHORIZATION
