echo "#!/bin/sh" >run.sh
