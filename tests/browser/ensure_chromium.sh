#!/bin/sh
# Chromium for the browser tests: use the one that is there, or install Debian's where that is allowed.
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests ..."
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1 || true
fi
command -v chromium >/dev/null 2>&1 || echo "Chromium could not be installed: the browser tests will be skipped and say so. Install the package chromium to run them."
exit 0
