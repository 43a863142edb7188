using SharpBuild.Runtime;

namespace SharpBuild.IntegrationTests.Sandboxes;

/// <summary>What a finished command left.</summary>
public sealed record SandboxRun(SandboxExit Exit, string Output, string Error)
{
    public static async Task<SandboxRun> OfAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        await using var sandbox = SandboxLauncher.Start(spec, new RuntimeOptions());
        using var output = new StreamReader(sandbox.StandardOutput!);
        using var error = new StreamReader(sandbox.StandardError!);
        var texts = await Task.WhenAll(output.ReadToEndAsync(cancellationToken), error.ReadToEndAsync(cancellationToken));
        return new(await sandbox.Completion, texts[0], texts[1]);
    }
}
