using System.Text.RegularExpressions;
using SharpBuild.Testing;

namespace SharpBuild.IntegrationTests;

/// <summary>Plays the runner of GitHub Actions for a workflow: its <c>run</c> steps in order, with the files and variables that a runner gives them.</summary>
/// <param name="workflow">The text of the workflow.</param>
/// <param name="workspace">The directory of the repository.</param>
/// <param name="environment">What the machine has.</param>
internal sealed partial class WorkflowRunner(string workflow, string workspace, IReadOnlyDictionary<string, string?> environment)
{
    private readonly Dictionary<string, string> outputs = new(StringComparer.Ordinal);
    private string path = Environment.GetEnvironmentVariable("PATH")!;

    /// <summary>The summary page.</summary>
    public string Summary => File.ReadAllText(Path.Combine(workspace, ".runner-summary"));

    /// <summary>Runs the steps that have commands; those with a condition are left out, as on a pull request.</summary>
    /// <param name="isHere">Whether the machine needs a step, by its name.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The log.</returns>
    public async Task<string> RunAsync(Func<string, bool> isHere, CancellationToken cancellation)
    {
        var log = "";
        foreach (var step in StepStart().Split(workflow).Skip(1))
        {
            var name = Regex.Match(step, "^name: (?<value>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["value"].Value;
            var run = Run().Match(step);
            if (run.Success && !step.Contains("\n        if:", StringComparison.Ordinal) && isHere(name))
            {
                log += await RunStepAsync(Id().Match(step).Groups["value"].Value, run.Groups["value"].Value.Replace("\n          ", "\n"), cancellation);
            }
        }

        return log;
    }

    private async Task<string> RunStepAsync(string id, string script, CancellationToken cancellation)
    {
        var (output, added) = (Path.Combine(workspace, $".runner-output-{id}"), Path.Combine(workspace, ".runner-path"));
        var text = Expression().Replace(script, match => outputs[match.Groups["value"].Value]);
        var result = await new Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text)
        {
            Directory = workspace,
            Environment = new Dictionary<string, string?>(environment, StringComparer.Ordinal)
            {
                ["CI"] = "true",
                ["GITHUB_ACTIONS"] = "true",
                ["GITHUB_WORKSPACE"] = workspace,
                ["GITHUB_REPOSITORY"] = "example/shop",
                ["GITHUB_SHA"] = "0123abc",
                ["GITHUB_OUTPUT"] = output,
                ["GITHUB_PATH"] = added,
                ["GITHUB_STEP_SUMMARY"] = Path.Combine(workspace, ".runner-summary"),
                ["PATH"] = path,
            },
        }.RunAsync(cancellation);
        Xunit.Assert.True(result.ExitCode == 0, result.ToString());
        foreach (var line in Lines(output))
        {
            outputs[$"steps.{id}.outputs.{line[..line.IndexOf('=')]}"] = line[(line.IndexOf('=') + 1)..];
        }

        path = string.Join(':', [.. Lines(added), path]);
        return result.Error + result.Output;
    }

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];

    [GeneratedRegex("^      - ", RegexOptions.Multiline, 1000)]
    private static partial Regex StepStart();

    [GeneratedRegex("^        run: (\\|\n          )?(?<value>(.|\n)*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Run();

    [GeneratedRegex("^        id: (?<value>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\$\{\{ (?<value>.*?) \}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expression();
}
