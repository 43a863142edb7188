n=$(printf "%0200d" 7); mkdir -p "d/$n" "d/é"; echo f >"d/$n/$n"; echo g >"d/é/文件"; tar --format=posix --owner=3000000 --group=3000001 --mtime=2004-05-06T07:08:09.123Z -cf a.tar d; rm -r d
