mkdir -p conf/conf.d site; echo c >conf/nginx.conf; echo d >conf/conf.d/default.conf; echo "<p>" >site/index.html
