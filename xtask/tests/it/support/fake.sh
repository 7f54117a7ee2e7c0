#!/bin/sh
# Replaces c++, python, cargo, train, viz or fetch-data, depending on the name of the link to it.
here=$(dirname "$0")
name=$(basename "$0")
echo "$name $*${CARGO_NET_OFFLINE:+, offline}" >> "$here/calls"
# The variables of each program, the last call's.
env > "$here/$name-environment"
# What it says of an error, as pip and cargo do.
[ -e "$here/$name-says" ] && cat "$here/$name-says" >&2
[ -e "$here/$name-interrupts" ] && kill -INT $PPID
[ -e "$here/$name-hangs" ] && exec tail -f /dev/null
# Variables that describe xtask would make cargo compile some crates again.
[ "$name" = cargo ] && [ -n "$CARGO_PKG_NAME$CARGO_MANIFEST_DIR" ] && exit 99
case "$name $*" in
"python -m pip download "*)
    # A process that outlives it, until someone writes to the pipe. It has the same standard input,
    # under another number, since the shell closes that of a background process.
    exec 3<&0
    [ -e "$here/python-lives" ] && cat "$here/python-lives" > "$here/ignored" 2>&1 &
    for dest; do :; done
    echo "pip has $(ls "$dest" | grep -c 'whl$') wheels" >> "$here/calls"
    cp "$here"/*.whl "$dest"
    ;;
"python -m pip install "*)
    for target; do :; done
    cp -r "$here/site" "$target"
    ;;
"cargo build "*)
    for binary in train viz fetch-data; do
        echo "{\"target\":{\"name\":\"$binary\"},\"executable\":\"$here/$binary\"}"
    done
    ;;
"c++ -std=c++17 "*)
    printf '#!/bin/sh\n' > "$3" && chmod +x "$3"
    ;;
"cargo metadata "*)
    echo "{\"target_directory\":\"$here/target\"}"
    ;;
"train self-check")
    cat "$here/self-check"
    ;;
esac
# A file such as `train-fails` holds the status with which the program, or that command, ends.
for file in "$here/$name-fails" "$here/$name-$1-fails" "$here/$name-$3-fails"; do
    [ -e "$file" ] && exit "$(cat "$file")"
done
exit 0
