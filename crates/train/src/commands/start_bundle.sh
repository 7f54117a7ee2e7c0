#!/bin/sh
# Starts bin/train, once it is clear that this machine can run it.
here=$(dirname "$(readlink -f "$0")")
machine=@MACHINE@
needed=@GLIBC@

refuse() {
    echo "error: $here cannot run on $(uname -n): $1; make the bundle on a machine like this one" >&2
    exit 1
}
[ "$(uname -m)" = "$machine" ] || refuse "it was made for $machine, and this is $(uname -m)"
found=$(getconf GNU_LIBC_VERSION 2>/dev/null)
found=${found#glibc }
case $found in
    2.*) ;;
    *) refuse "it needs glibc $needed, and this system has another C library" ;;
esac
[ "${found#2.}" -ge "${needed#2.}" ] || refuse "it needs glibc $needed or newer, and this is $found"
if [ "$machine" = x86_64 ] && ! grep -q avx512f /proc/cpuinfo; then
    echo "note: $(uname -n) has no AVX-512: training is slower here, and results differ in their last" \
        "bits from those of machines that have it" >&2
fi
exec "$here/bin/train" "$@"
