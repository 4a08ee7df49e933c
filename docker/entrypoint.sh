#!/usr/bin/env bash
# Waits for PostgreSQL, makes the database on the first start, updates outdated addons, starts Odoo.
# Any other command than `odoo` is run as it is.
#
# PGHOST, PGPORT, PGUSER, PGPASSWORD   the server
# CAREDESK_ADDONS                      folder of the addons
# CAREDESK_DB                          name of the database
# CAREDESK_DEMO                        true: with demo data (first start only)
# CAREDESK_COUNTRY, CAREDESK_LANGUAGES country of the company, languages beside en_US (first start only)
set -euo pipefail

say() { printf 'caredesk: %s\n' "$*" >&2; }

if [ "${1:-odoo}" != odoo ]; then
    exec "$@"
fi
shift || true

database=${CAREDESK_DB:-caredesk}
addons=${CAREDESK_ADDONS:-/mnt/extra-addons}
modules=$(find "$addons" -mindepth 2 -maxdepth 2 -name __manifest__.py -printf '%h\n' |
    sed 's|.*/||' | sort | paste -sd, -)
if [ -z "$modules" ]; then
    say "there is no addon in $addons"
    exit 1
fi

wait_for_server() {
    local left=60
    until pg_isready --quiet --timeout=3; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            say "no PostgreSQL at ${PGHOST:-localhost}:${PGPORT:-5432} after a minute"
            exit 1
        fi
        sleep 1
    done
}

# The state of one module in the database; nothing when there is no such database, table or row.
module_state() {
    psql --dbname="$database" --no-psqlrc --tuples-only --no-align --set=name="$1" 2>/dev/null \
        <<<"SELECT state FROM ir_module_module WHERE name = :'name'" || true
}

wait_for_server

demo=()
if [ "${CAREDESK_DEMO:-false}" = true ]; then
    demo=(--with-demo)
fi

if [ "$(module_state base)" != installed ]; then
    say "making the database $database"
    # --force: an interrupted first start may have left half a database.
    odoo db init "$database" --force --country "${CAREDESK_COUNTRY:-VN}" "${demo[@]}"
fi

missing=()
IFS=, read -r -a names <<<"$modules"
for name in "${names[@]}"; do
    [ "$(module_state "$name")" = installed ] || missing+=("$name")
done
if [ "${#missing[@]}" -gt 0 ]; then
    list=$(IFS=,; printf '%s' "${missing[*]}")
    say "installing $list"
    odoo --database "$database" --init "$list" --load-language "en_US,${CAREDESK_LANGUAGES:-vi_VN}" \
        --stop-after-init --no-http --max-cron-threads=0 "${demo[@]}"
fi

say "updating addons whose version on disk is newer"
odoo module upgrade --database "$database" --outdated all

exec odoo --database "$database" --db-filter "^${database}\$" "$@"
