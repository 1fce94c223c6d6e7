#!/bin/bash
# Run once by the PostgreSQL image in an empty data folder: the two roles and what they may do. See docs/deployment.md.
# psql reads the passwords from their files by itself: on a command line they would be seen by everyone on the machine.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username postgres --dbname reception <<'SQL'
\set owner_password `cat "$OWNER_PASSWORD_FILE"`
\set app_password `cat "$APP_PASSWORD_FILE"`
CREATE ROLE reception_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE reception_app LOGIN PASSWORD :'app_password';
ALTER DATABASE reception OWNER TO reception_owner;
\i /roles.sql
SQL
