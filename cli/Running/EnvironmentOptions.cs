using System.Collections.Immutable;
using System.Text;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Running;

/// <summary><c>-e</c> and <c>--env-file</c>.</summary>
internal static class EnvironmentOptions
{
    private const int MostBytes = 16 << 20;

    /// <summary>Files first, so that single variables win; a name without value is taken from our environment, and taken away when that has none.</summary>
    public static ImmutableArray<(string Name, string? Value)> Read(IReadOnlyList<string> words, IReadOnlyList<string> files, Func<string, string?> lookup)
    {
        var variables = ImmutableArray.CreateBuilder<(string, string?)>();
        foreach (var file in files)
        {
            AddFile(file, variables, lookup);
        }

        foreach (var word in words)
        {
            variables.Add(Parse(word, $"-e {word}", lookup));
        }

        return variables.ToImmutable();
    }

    private static void AddFile(string path, ImmutableArray<(string, string?)>.Builder variables, Func<string, string?> lookup)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"--env-file: there is no file '{path}'");
        }

        var number = 0;
        foreach (var line in ReadLines(path))
        {
            number++;
            var text = line.TrimStart();
            if (text.Length > 0 && text[0] != '#')
            {
                var variable = Parse(text, $"{path}:{number}", lookup);

                // In a file a name that our environment lacks is left alone, as docker does.
                if (variable.Value is not null)
                {
                    variables.Add(variable);
                }
            }
        }
    }

    // A pipe will do; no signal is caught yet, so that one that gives nothing can be ended.
    private static string[] ReadLines(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(HostFile.ReadInput(path, MostBytes, CancellationToken.None)).TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--env-file: '{path}' cannot be read: {exception.Message}");
        }
    }

    private static (string Name, string? Value) Parse(string text, string where, Func<string, string?> lookup)
    {
        var (name, value) = Arguments.CsvFields.Pair(text);
        return name.Length == 0 || name.AsSpan().ContainsAny(" \t")
            ? throw new UsageException($"{where}: '{name}' is not the name of a variable")
            : (name, value ?? lookup(name));
    }
}
