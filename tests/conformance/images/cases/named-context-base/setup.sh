echo f >f; mkdir -p ../other/etc; echo e >../other/etc/e
