var builder = WebApplication.CreateSlimBuilder(args);
var app = builder.Build();

app.MapGet("/", () => $"Hello from .NET {Environment.Version}, user {Environment.UserName}.\n");

app.Run();
