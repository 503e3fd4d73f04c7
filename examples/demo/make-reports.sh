#!/usr/bin/env bash
# Makes examples/demo/reports/: runs four real scanners on both versions of the vulnerable API.
#
# Called by `make demo-reports`; `make demo` needs only the reports, not this.
#   bash examples/demo/make-reports.sh [CACHE]     CACHE: where the scanners are installed
# It attacks nothing but a server that it starts itself on 127.0.0.1, and stops that server however it ends.
# The reports stay exactly as the tools wrote them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
api=$here/../vulnerable-api
cache=${1:-${TMPDIR:-/tmp}/ticketbot-scanners}
python=${PYTHON:-python3}
port=8008

# Tools write the folder they ran in into their reports (Ruff: absolute file:// URIs). So the source is laid where a
# CI runner would have it, and the reports name neither a person nor a machine.
stage=${TICKETBOT_DEMO_STAGE:-/builds/acme/shop-api}
staged=no
server=

fail() {
    echo "make-reports: $*" >&2
    exit 1
}

cleanup() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [[ $staged == yes ]]; then
        cd /
        rm -rf "$stage"
        # The folders above it go too, as far as they are empty: others may keep something there.
        rmdir -p "$(dirname "$stage")" 2>/dev/null || true
    fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# environment NAME REQUIREMENTS: a virtual environment of its own for each scanner, because their dependencies
# contradict each other sooner or later. Kept between runs as long as the pinned requirements stay the same.
environment() {
    local folder=$cache/$1 requirements=$2
    if cmp -s "$requirements" "$folder/installed.txt"; then
        return
    fi
    echo "installing $1"
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$folder/installed.txt"
}

port_answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

start_server() {
    if port_answers; then
        fail "something else listens on 127.0.0.1:$port; stop it first"
    fi
    SHOP_PORT=$port "$cache/shop-api/bin/python" app.py >server.log 2>&1 &
    server=$!
    for _ in {1..50}; do
        kill -0 "$server" 2>/dev/null || fail "the API did not start: $(tail -n 1 server.log)"
        if port_answers; then
            return
        fi
        sleep 0.2
    done
    fail "the API did not answer within 10 seconds"
}

stop_server() {
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}

# Seed, phases and examples are fixed, and no time limit is set: the same requests in every run, in a few seconds.
# The phase `stateful` orders something as one customer and then asks for that order as the other one.
# POST /products/import is left out: it fetches whatever URL the fuzzer thinks up, from other people's servers too.
# The checks left out would say the same again (missing_required_header: what ignored_auth says), or judge style.
attack() {
    local status=0
    "$cache/schemathesis/bin/schemathesis" run openapi.yaml \
        --url "http://127.0.0.1:$port" \
        --exclude-path /products/import \
        --phases examples,coverage,stateful \
        --checks not_a_server_error,status_code_conformance,response_schema_conformance,negative_data_rejection,ignored_auth,object_level_authorization \
        --max-examples 5 --continue-on-failure \
        --seed 42 --generation-deterministic \
        --report ndjson --report-ndjson-path schemathesis.ndjson \
        --no-color >schemathesis.log 2>&1 || status=$?
    # 1 says that it found something; anything else, or another end than this one, is an attack that broke off.
    if [[ $status -gt 1 ]] || ! tail -n 1 schemathesis.ndjson | grep -q '"stop_reason":"completed"'; then
        tail -n 30 schemathesis.log >&2
        fail "Schemathesis did not complete (exit $status)"
    fi
}

# scan VERSION: all four scanners, with the version's folder as working directory, as in a CI job of that repository.
scan() {
    local version=$1 reports=$here/reports/$1
    rm -rf "$stage"
    mkdir "$stage"
    cp "$api/$version"/{app.py,openapi.yaml,Dockerfile,requirements.txt} "$here"/{schemathesis.toml,shop-users.yaml} "$stage"
    cd "$stage"

    # Each of these would end the script with exit 1 because it found something; it should.
    "$cache/bandit/bin/bandit" --quiet --recursive . --format sarif --output bandit.sarif --exit-zero
    "$cache/ruff/bin/ruff" check --isolated --no-cache --quiet --select S,B --output-format sarif --output-file ruff.sarif --exit-zero
    "$cache/hadolint/bin/hadolint" --no-fail --format sarif Dockerfile >hadolint.sarif

    start_server
    attack
    stop_server

    mkdir -p "$reports"
    mv bandit.sarif ruff.sarif hadolint.sarif schemathesis.ndjson "$reports"
    echo "$version: $(cd "$reports" && wc -c ./*.sarif ./*.ndjson | tail -n 1 | tr -d ' a-z') bytes in examples/demo/reports/$version"
}

environment shop-api "$api/v1/requirements.txt"
cmp -s "$api/v1/requirements.txt" "$api/v2/requirements.txt" || fail "v1 and v2 need different packages: give each its environment"
for scanner in schemathesis bandit ruff hadolint; do
    environment "$scanner" "$here/scanners/$scanner.txt"
done

mkdir -p "$(dirname "$stage")" || fail "cannot make $(dirname "$stage"): set TICKETBOT_DEMO_STAGE to a folder you may create"
mkdir "$stage" || fail "$stage is there already: remove it, or set TICKETBOT_DEMO_STAGE"
staged=yes
for version in v1 v2; do
    scan "$version"
done
