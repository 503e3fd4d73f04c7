#!/usr/bin/env bash
# Attacks the vulnerable API twice, with other seeds, payloads, people and numbers: the second time nothing is new.
#
#   bash examples/vulnerable-api/attack-twice.sh [OUT]     OUT: where the reports go (default: a new folder in /tmp)
# Schemathesis, Wapiti and the API's packages come from PyPI, into environments under OUT. Nothing is attacked but a
# server that this script starts itself on 127.0.0.1, and stops however it ends.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(realpath -m "${1:-$(mktemp -d)}")
server=

stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap stop EXIT

environment() {
    local folder=$out/$1
    shift
    [[ -x $folder/bin/pip ]] || python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
}

serve() {
    "$out/shop-api/bin/python" "$here/other_people.py" "$here/v1" "$1" "$2" >"$out/server-$1.log" 2>&1 &
    server=$!
    for _ in {1..50}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
            return
        fi
        sleep 0.2
    done
    echo "the API did not answer on 127.0.0.1:$1; see $out/server-$1.log" >&2
    exit 1
}

mkdir -p "$out"
environment shop-api --requirement "$here/v1/requirements.txt"
environment schemathesis --requirement "$here/../demo/scanners/schemathesis.txt"
environment wapiti wapiti3==3.2.3

for run in 1 2; do
    port=$((18100 + run))
    mkdir -p "$out/run-$run"
    cd "$out/run-$run"
    cp "$here/../demo"/{schemathesis.toml,shop-users.yaml} .
    sed "s/127.0.0.1:8008/127.0.0.1:$port/" "$here/v1/openapi.yaml" >openapi.yaml
    serve "$port" "$run"
    # It exits with 1 because it finds something. POST /products/import would fetch whatever the fuzzer thinks up.
    "$out/schemathesis/bin/schemathesis" run openapi.yaml --url "http://127.0.0.1:$port" \
        --exclude-path /products/import --phases examples,coverage,fuzzing,stateful --max-examples 8 \
        --checks not_a_server_error,status_code_conformance,response_schema_conformance,negative_data_rejection,ignored_auth,object_level_authorization \
        --continue-on-failure --seed "$run" --no-color \
        --report ndjson --report-ndjson-path schemathesis.ndjson >schemathesis.log 2>&1 || true
    "$out/wapiti/bin/wapiti" -u "http://127.0.0.1:$port/" --swagger openapi.yaml --flush-session \
        --module sql,exec,file,xss,csp,http_headers,methods,crlf --max-scan-time 200 \
        --store-session session --format json --output wapiti.json >wapiti.log 2>&1
    stop
done
echo "the reports are in $out/run-1 and $out/run-2; what the second attack would change:"
for report in schemathesis.ndjson wapiti.json; do
    echo "  ticketbot sync $out/run-1/$report && ticketbot plan $out/run-2/$report"
done
