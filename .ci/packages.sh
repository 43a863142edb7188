# Sourced by the scripts at the top: says and does what it takes to have Debian packages.

# Minimal systems have no ICU, without which the SDK does not start unless it is told so.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

# need_packages PURPOSE PACKAGE...   installs what is missing as root (or through a sudo that asks nothing); otherwise says what is missing and fails.
need_packages() {
  local purpose=$1 package missing=() as_root=()
  shift
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      echo "missing for $purpose: ${missing[*]}. Install with: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo -n)
  fi
  echo "==> installing for $purpose: ${missing[*]}"
  # The lists may be old or absent on a fresh machine; two programs may want apt at once.
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update -qq </dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}
