: >f; chmod 600 f
