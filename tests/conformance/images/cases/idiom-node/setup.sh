echo {} >package.json; echo {} >package-lock.json; mkdir src; echo s >src/a.js; echo s >server.js; mkdir node_modules; echo bad >node_modules/bad; printf "node_modules\nDockerfile\n" >.dockerignore
