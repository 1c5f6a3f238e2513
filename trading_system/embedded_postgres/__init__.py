"""PostgreSQL without installing it: the wheel's programs, a manager of the server, a Django backend."""
