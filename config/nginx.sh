#!/bin/sh
# nginx in a container: config/nginx.conf with the lines marked HERE filled in from the environment, as a user without power.
# A line that is not found ends it with a sentence, so that a changed nginx.conf is never served half filled in.
set -eu
: "${PORTAL:?where the portal listens, as web:8000}" "${SERVER_NAME:?the host name citizens type}"
shipped="${SHIPPED:-/nginx.conf}" run="${RUN:-/tmp}" cache="${CACHE:-/var/cache/nginx/portal}"
made="$run/nginx.conf"
cp "$shipped" "$made"

put() {  # OLD NEW: every OLD becomes NEW; neither has a | in it
    grep -qF -- "$1" "$made" || { echo "nginx.sh: $shipped has no '$1'" >&2; exit 1; }
    old="$(printf '%s' "$1" | sed 's/[][\.*^$]/\\&/g')"
    sed "s|$old|$2|g" "$made" >"$made.new"
    mv "$made.new" "$made"
}

# With a resolver the portal's processes are looked up again every second, as they come and go.
if [ -n "${RESOLVER:-}" ]; then
    put "server 127.0.0.1:8000 max_fails=0;" "zone web 64k; resolver $RESOLVER valid=1s ipv6=off; server $PORTAL resolve max_fails=0;"
else
    put "server 127.0.0.1:8000 max_fails=0;" "server $PORTAL max_fails=0;"
fi
put "server_name xinfang.example.gov.cn;" "server_name $SERVER_NAME;"
put "listen 80 default_server;" "listen ${HTTP_PORT:-80} default_server;"
put "listen 80;" "listen ${HTTP_PORT:-80};"
put "listen 443 " "listen ${HTTPS_PORT:-443} "
put "/etc/nginx/tls/" "${TLS:-/etc/nginx/tls}/"
put "/srv/portal/static/" "${STATIC:-/srv/portal/static}/"
put "/var/cache/nginx/portal" "$cache"
put "/run/nginx.pid" "$run/nginx.pid"
# Bodies that are too long for nginx's memory wait in the container's, too.
put "    server_tokens off;" "    client_body_temp_path $run/body; proxy_temp_path $run/proxy; fastcgi_temp_path $run/fastcgi; uwsgi_temp_path $run/uwsgi; scgi_temp_path $run/scgi;\n    server_tokens off;"
exec nginx -p "$run" -e stderr -c "$made" -g "daemon off;"
