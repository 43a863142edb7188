echo m >go.mod; echo s >go.sum; mkdir cmd; echo c >cmd/main.go
