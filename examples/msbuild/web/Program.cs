var app = WebApplication.CreateSlimBuilder(args).Build();

app.MapGet("/", () => $"Hello from a published project, user {Environment.UserName}.\n");

app.Run();
