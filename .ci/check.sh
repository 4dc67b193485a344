#!/usr/bin/env bash
# Everything that can be said about the code without running the tests. Goes on after a failure,
# so that one run names them all.
set -uo pipefail
bin=${BIN:-.venv/bin}
failed=()

step() {
    local name=$1
    shift
    echo "── $name"
    "$@" || failed+=("$name")
}

templates() {
    git ls-files -z '*.html' | xargs -0 --no-run-if-empty "$@"
}

no_registry() {
    ! grep -nEi '(^|[[:space:]])(--(extra-)?index-url|--find-links|-i |-f )|https?://' requirements/*
}

for_production() {
    env DEBUG=0 ALLOWED_HOSTS=archive.example.org SITE_URL=https://archive.example.org \
        CONTACT_EMAIL=contact@archive.example.org \
        SECRET_KEY="$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        DATABASE_URL=sqlite://:memory: "$@"
}

if ! command -v xgettext >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -qq -y gettext >/dev/null
fi

step "ruff: lint" "$bin/ruff" check --quiet .
step "ruff: format" "$bin/ruff" format --check --quiet .
step "djade" templates "$bin/djade" --check --target-version 5.2
step "djhtml" templates "$bin/djhtml" --check --tabwidth 2
step "layers" "$bin/lint-imports" --no-cache
step "migrations" "$bin/python" manage.py makemigrations --check --dry-run
step "deployment" for_production "$bin/python" manage.py check --deploy --fail-level WARNING
step "catalogue" "$bin/python" -m pytest -q -p no:cacheprovider tests/archive/test_catalogue.py
step "requirements name no registry" no_registry

if [ ${#failed[@]} -gt 0 ]; then
    printf 'make check FAILED: %s\n' "${failed[@]}" >&2
    exit 1
fi
if ! command -v xgettext >/dev/null; then
    echo "NOT CHECKED: GNU gettext is missing, so the catalogue may lack strings." >&2
fi
echo "make check passed"
