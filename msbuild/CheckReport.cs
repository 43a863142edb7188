using System.Text;
using System.Text.Json;
using Microsoft.Build.Utilities;

namespace SharpBuild.MSBuild;

/// <summary>Reads the SARIF of <c>sharpbuild build --check</c> and tells MSBuild.</summary>
/// <param name="log">MSBuild's log.</param>
/// <param name="dockerfile">The Dockerfile.</param>
internal sealed class CheckReport(TaskLoggingHelper log, string dockerfile)
{
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    /// <summary>Takes one line of the report.</summary>
    public void ReadOutput(string line) => output.AppendLine(line);

    /// <summary>Takes one line of anything else.</summary>
    public void ReadError(string line) => errors.AppendLine(line);

    /// <summary>Says what was found.</summary>
    public void Finish(int exitCode)
    {
        if (output.Length == 0)
        {
            var text = errors.Length > 0 ? errors.ToString().TrimEnd() : $"sharpbuild ended with exit code {exitCode} and no word about it.";
            log.LogError(null, "SB0201", null, null, dockerfile, 0, 0, 0, 0, "{0}", LogText.Clean(text));
            return;
        }

        using var json = JsonDocument.Parse(output.ToString());
        foreach (var result in json.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray())
        {
            Tell(result);
        }
    }

    private void Tell(JsonElement result)
    {
        var code = result.GetProperty("ruleId").GetString();
        var message = result.GetProperty("message").GetProperty("text").GetString();
        var region = result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region");
        var (line, column) = (region.GetProperty("startLine").GetInt32(), region.GetProperty("startColumn").GetInt32());
        var (endLine, endColumn) = (region.GetProperty("endLine").GetInt32(), region.GetProperty("endColumn").GetInt32());
        if (result.GetProperty("level").GetString() == "error")
        {
            log.LogError(null, code, null, null, dockerfile, line, column, endLine, endColumn, "{0}", LogText.Clean(message!));
        }
        else
        {
            log.LogWarning(null, code, null, null, dockerfile, line, column, endLine, endColumn, "{0}", LogText.Clean(message!));
        }
    }
}
