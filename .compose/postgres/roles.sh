#!/bin/sh
# Runs once, when the database is made: Fettle owns its database and is no superuser; Grafana may look at the views.
set -eu
psql --username postgres --dbname postgres -v ON_ERROR_STOP=1 \
  -v fettle="$(cat /run/secrets/database-password)" -v grafana="$(cat /run/secrets/grafana-database-password)" <<'SQL'
CREATE ROLE fettle LOGIN PASSWORD :'fettle';
CREATE ROLE grafana LOGIN PASSWORD :'grafana';
CREATE DATABASE fettle OWNER fettle;
REVOKE ALL ON DATABASE fettle FROM PUBLIC;
GRANT CONNECT ON DATABASE fettle TO grafana;
\connect fettle
CREATE SCHEMA fettle_views AUTHORIZATION fettle;
GRANT USAGE ON SCHEMA fettle_views TO grafana;
ALTER DEFAULT PRIVILEGES FOR ROLE fettle IN SCHEMA fettle_views GRANT SELECT ON TABLES TO grafana;
SQL
