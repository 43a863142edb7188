echo "#!/bin/sh" >f; chmod 644 f
