# For the scripts that run npm packages.

has_node() {
  command -v node >/dev/null && command -v npm >/dev/null
}

# Installs the packages that a folder asks for, unless they are there.
install() {
  if [[ ! $1/node_modules/.package-lock.json -nt $1/package-lock.json ]]; then
    (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  fi
}
