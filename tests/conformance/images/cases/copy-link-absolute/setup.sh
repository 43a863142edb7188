mkdir etc; echo ours >etc/passwd; ln -s /etc/passwd l; ln -s /etc e
