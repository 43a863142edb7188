mkdir -p dir/sub
echo a >dir/a
echo b >dir/sub/b
ln -s a dir/link
