#!/bin/sh
# The beginning of scenario.py with curl: sh scenario.sh ORGANISATION
set -eu
: "${KOOPSET_SITE:?} ${KOOPSET_KEY:?}"
home="$KOOPSET_SITE/api/v1/o/$1"

ask() { curl --fail-with-body --silent --show-error -H "Authorization: Bearer $KOOPSET_KEY" -H "Accept-Language: ru" "$@"; echo; }

# Who the key speaks for, and how much may still be asked in this minute.
ask -D - -o /dev/null "$KOOPSET_SITE/api/v1/me" | grep -i '^ratelimit-'

# Two plots at once; the second is a misspelt one and is refused alone. Run again, it is answered as before and nothing is done twice.
ask "$home/units/batch" -H "Idempotency-Key: curl-example-plots" -H "Content-Type: application/json" \
  -d '{"rows": [{"number": "901", "area_m2": "600.00"}, {"number": ""}]}'

# A piece of a list.
ask "$home/units?limit=1&offset=0"

# What a bank's file is, before it is brought.
if [ $# -gt 1 ]; then ask "$KOOPSET_SITE/api/v1/inspect" -F "file=@$2"; fi
