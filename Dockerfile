# An image with `train` on its path, for docs/many-machines.md:
#
#     docker build -t REGISTRY/train:1 . && docker push REGISTRY/train:1

# The version of rust-toolchain.toml and Cargo.toml.
FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ python3 python3-pip
WORKDIR /workbench
COPY . .
# libtorch comes from pip, and is checked by its digest. Python stays behind with this stage.
RUN cargo xtask setup && cargo build -p train
RUN target/debug/train bundle --out /opt/train

# The same system, so that glibc is the one that the program was linked with.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/train /opt/train
ENV PATH=/opt/train:$PATH
# An experiment computes on one thread.
ENV OMP_NUM_THREADS=1
WORKDIR /work
ENTRYPOINT ["train"]
