#!/bin/bash
# Run once by the PostgreSQL image in an empty data folder: the two roles and what they may do. See docs/deployment.md.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres --dbname reception \
    -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE reception_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE reception_app LOGIN PASSWORD :'app_password';
ALTER DATABASE reception OWNER TO reception_owner;
\i /roles.sql
SQL
