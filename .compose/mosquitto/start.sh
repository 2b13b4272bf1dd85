#!/bin/sh
# Makes the password file from the mounted secrets, in memory, and becomes the broker.
set -eu
passwords=/run/mosquitto/passwords
umask 077
{
  printf 'fettle:%s\n' "$(cat /run/secrets/mqtt-password)"
  printf 'devices:%s\n' "$(cat /run/secrets/device-password)"
  cat /run/secrets/device-accounts
} >"$passwords"
mosquitto_passwd -U "$passwords"
exec mosquitto -c /mosquitto/config/mosquitto.conf
