using System.Text.RegularExpressions;

namespace SharpBuild.IntegrationTests;

/// <summary>Finds the commands in the pipelines of <c>examples/ci</c>: no reader of YAML or Groovy, only of the way in which these are written.</summary>
internal static partial class PipelineScripts
{
    /// <summary>The commands of a job of GitLab, as its runner joins them into one script: those before all jobs and its own.</summary>
    public static string GitLabJob(string pipeline, string job) =>
        string.Join('\n', [.. Items(Block(Block(pipeline, "default:"), "  before_script:")), .. Items(Block(Block(pipeline, $"{job}:"), "  script:"))]);

    /// <summary>The variables of a pipeline of GitLab.</summary>
    public static IEnumerable<(string Name, string Value)> GitLabVariables(string pipeline) =>
        Variable().Matches(Block(pipeline, "variables:")).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value));

    /// <summary>The steps of a pipeline of Azure that have a script: their names, by which others know their variables, and the scripts.</summary>
    public static IEnumerable<(string Name, string Script)> AzureSteps(string pipeline) =>
        AzureStep().Matches(pipeline).Select(match => (match.Groups["name"].Value, Dedent(match.Groups["script"].Value)));

    /// <summary>The <c>sh</c> steps of a Jenkinsfile.</summary>
    public static IEnumerable<string> JenkinsSteps(string pipeline) => JenkinsStep().Matches(pipeline).Select(match => Dedent(match.Groups["script"].Value));

    /// <summary>The variables of a Jenkinsfile, with <c>${env.NAME}</c> in them replaced.</summary>
    public static void AddJenkinsVariables(string pipeline, Dictionary<string, string?> environment)
    {
        foreach (var match in JenkinsVariable().Matches(pipeline).Cast<Match>())
        {
            environment[match.Groups["name"].Value] = JenkinsReference().Replace(match.Groups["value"].Value, reference => environment[reference.Groups["name"].Value]!);
        }
    }

    // The lines below a heading that are indented further.
    private static string Block(string text, string heading)
    {
        var indent = heading.TakeWhile(character => character == ' ').Count();
        return string.Join('\n', text.Split('\n').SkipWhile(line => line != heading).Skip(1)
            .TakeWhile(line => line.Length == 0 || line.TakeWhile(character => character == ' ').Count() > indent));
    }

    private static IEnumerable<string> Items(string block) => Item().Matches(block).Select(match => Dedent(match.Groups["script"].Value));

    private static string Dedent(string text) => Regex.Replace(text, "^ +", "", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Trim();

    [GeneratedRegex(@"^  (?<name>[A-Z_]+): (?<value>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^    - (\|\n)?(?<script>.*(\n      .*)*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Item();

    [GeneratedRegex(@"^  - script: (\|\n)?(?<script>.*(\n      .*)*)(\n    (name: (?<name>.*)|.*))*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AzureStep();

    [GeneratedRegex(@"\bsh ('''(?<script>.*?)'''|'(?<script>[^']+)')", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JenkinsStep();

    [GeneratedRegex(@"^    (?<name>[A-Z]+) = (""(?<value>.*)""|'(?<value>.*)')$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JenkinsVariable();

    [GeneratedRegex(@"\$\{env\.(?<name>[A-Z_]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JenkinsReference();
}
