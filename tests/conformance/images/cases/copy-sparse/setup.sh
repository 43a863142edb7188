truncate -s 3M f; printf middle | dd of=f bs=1 seek=1500000 conv=notrunc status=none
