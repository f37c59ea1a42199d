-- summary: the database of the demo, made before its server is reachable
CREATE DATABASE commerce
