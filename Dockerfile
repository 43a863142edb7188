FROM busybox
ARG A=1
RUN env; exit 1
