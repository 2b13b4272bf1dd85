#!/bin/sh
# Makes the password file from the mounted secrets, in memory, and becomes the broker.
set -eu
passwords=/run/mosquitto/passwords
umask 077
{
  printf 'fettle:%s\n' "$(cat /run/secrets/mqtt-password)"
  printf 'devices:%s\n' "$(cat /run/secrets/device-password)"
  sed -e '/^[[:space:]]*#/d' -e '/^[[:space:]]*$/d' /run/secrets/device-accounts
} >"$passwords"
mosquitto_passwd -U "$passwords"
# The health check logs in with this, so that the password is on no command line.
printf '%s\n' '-u fettle' "-P $(cat /run/secrets/mqtt-password)" >/run/mosquitto/mosquitto_sub
exec mosquitto -c /mosquitto/config/mosquitto.conf
