printf hidden >../secret
