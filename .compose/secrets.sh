#!/bin/sh
# Makes every secret that docker-compose.yml mounts, in .secrets; what is there already stays. Needs openssl.
# Usage: sh .compose/secrets.sh [name of this host, as devices reach it]
set -eu
cd "$(dirname "$0")/.."
host=${1:-localhost}
umask 077
mkdir -p .secrets
cd .secrets

made=
# Containers read the files as users of their own; the folder keeps other people of this host out.
keep() { chmod 444 "$1"; made="$made $1"; }

for name in api-key metrics-key mqtt-password device-password influxdb-password influxdb-token redis-password \
  postgres-password database-password grafana-password grafana-database-password; do
  [ -s "$name" ] && continue
  openssl rand -hex 32 | tr -d '\n' >"$name"
  keep "$name"
done

# More accounts at the broker, a line each: name:password, neither with a colon. Empty at first.
if [ ! -e device-accounts ]; then
  : >device-accounts
  chmod 644 device-accounts
  made="$made device-accounts"
fi

if [ ! -s ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=Fettle devices CA' \
    -keyout ca-key.pem -out ca.pem 2>/dev/null
  chmod 400 ca-key.pem
  keep ca.pem
fi
if [ ! -s broker.pem ]; then
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" \
    -keyout broker-key.pem -out broker.csr 2>/dev/null
  case $host in *[!0-9.]*) kind=DNS ;; *) kind=IP ;; esac
  printf 'subjectAltName=%s:%s,DNS:mosquitto,DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' \
    "$kind" "$host" >broker.ext
  openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 825 -extfile broker.ext \
    -out broker.pem 2>/dev/null
  rm -f broker.csr broker.ext ca.srl
  keep broker-key.pem
  keep broker.pem
fi

if [ -n "$made" ]; then echo "made in .secrets:$made"; else echo 'nothing to do: every secret is there'; fi
