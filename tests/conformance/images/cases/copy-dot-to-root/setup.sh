mkdir -p etc opt/x; echo f >etc/new; chmod 750 etc opt; echo x >opt/x/f
