# sharpbuild as an image, built by sharpbuild: ./pack.sh --output DIR --image sharpbuild.tar
# What apt leaves behind besides the packages is other bytes each time, so it goes: build --verify-reproducible finds nothing.
# Two directories come from outside: "program", which pack.sh has published, and "dotnet", the SDK whose runtime it uses.
FROM debian:bookworm
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates git libssl3 uidmap && \
    apt-get clean && \
    rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/ldconfig/aux-cache
COPY --from=dotnet host /usr/share/dotnet/host
COPY --from=dotnet shared/Microsoft.NETCore.App /usr/share/dotnet/shared/Microsoft.NETCore.App
COPY --from=program --chmod=755 sharpbuild /usr/lib/sharpbuild/
COPY --from=program *.dll *.json /usr/lib/sharpbuild/
RUN ln -s ../lib/sharpbuild/sharpbuild /usr/bin/sharpbuild
# The store wants a file system of its own: an overlay cannot lie on another one.
VOLUME /var/lib/sharpbuild
ENTRYPOINT ["sharpbuild"]
CMD ["--help"]
