using SharpBuild.Cli.Arguments;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Inspecting;

/// <summary>The value of <c>--call</c>: <c>check</c>, <c>outline,format=json</c>.</summary>
/// <param name="Method">What is asked for.</param>
/// <param name="Format">How it is printed.</param>
/// <param name="IgnoresStatus">Whether the exit code is 0 whatever the checks find.</param>
internal sealed record CallOption(CallMethod Method, string Format = CallOption.Text, bool IgnoresStatus = false)
{
    /// <summary>For people.</summary>
    public const string Text = "text";

    /// <summary>For programs.</summary>
    public const string Json = "json";

    /// <summary>For merge requests of GitLab.</summary>
    public const string CodeQuality = "gitlab";

    /// <summary>The formats of <c>check</c>.</summary>
    public static readonly string[] CheckFormats = [Text, Json, "sarif", CodeQuality];

    private static readonly string[] PlainFormats = [Text, Json];
    private static readonly string[] GraphFormats = [Text, Json, "mermaid", "dot"];
    private static readonly string[] Names = ["build", "check", "outline", "targets", "graph"];

    /// <summary>Reads a value.</summary>
    /// <exception cref="UsageException">It makes no sense.</exception>
    public static CallOption Parse(string text)
    {
        var method = default(CallMethod?);
        var (format, ignores) = (Text, false);
        foreach (var field in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var (name, value) = CsvFields.Pair(field);
            switch (name)
            {
                case "format" when value is not null:
                    format = value;
                    break;
                case "ignorestatus" when value is null or "true" or "false":
                    ignores = value != "false";
                    break;
                case var _ when value is null && method is null:
                    method = ParseMethod(name);
                    break;
                default:
                    throw new UsageException($"--call: '{field}' is not understood: write METHOD[,format=FORMAT]");
            }
        }

        return new(method ?? CallMethod.Build, CheckFormat(method ?? CallMethod.Build, format), ignores);
    }

    /// <summary>Whether the words of a build ask for something that touches neither store nor registry, and so needs no privilege.</summary>
    public static bool IsPure(ReadOnlySpan<string> words)
    {
        var isPure = false;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is "--check" or "--check=true")
            {
                return true;
            }

            var value = words[i].StartsWith("--call=", StringComparison.Ordinal) ? words[i]["--call=".Length..]
                : words[i] == "--call" && i + 1 < words.Length ? words[i + 1] : null;
            if (value is not null)
            {
                isPure = !value.StartsWith("build", StringComparison.Ordinal) && !value.StartsWith("graph", StringComparison.Ordinal);
            }
        }

        return isPure;
    }

    /// <summary>The format, when <paramref name="method"/> has it.</summary>
    /// <exception cref="UsageException">It does not.</exception>
    public static string CheckFormat(CallMethod method, string format)
    {
        var formats = method switch { CallMethod.Check => CheckFormats, CallMethod.Graph => GraphFormats, _ => PlainFormats };
        return formats.Contains(format) ? format
            : throw new UsageException($"{Names[(int)method]} has no format '{format}'; use one of {string.Join(", ", formats)}", Suggestion.Find(format, formats));
    }

    // buildx knows the checks by the name of their subrequest too.
    private static CallMethod ParseMethod(string name)
    {
        var index = Array.IndexOf(Names, name == "lint" ? "check" : name);
        return index >= 0 ? (CallMethod)index
            : throw new UsageException($"--call: unknown method '{name}'; use one of {string.Join(", ", Names)}", Suggestion.Find(name, Names));
    }
}
