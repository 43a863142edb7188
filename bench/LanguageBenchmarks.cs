using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SharpBuild.Parser;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Bench;

/// <summary>The Dockerfile language: a file of 1,000 instructions, an ignore file over 100,000 paths.</summary>
[MemoryDiagnoser]
public class LanguageBenchmarks
{
    private const int Instructions = 1000;
    private const int Paths = 100_000;

    private readonly SourceText source = new("Dockerfile", WriteDockerfile());
    private readonly Dockerfile file;
    private readonly string[] words;
    private readonly VariableExpander expander = new('\\');
    // Folder by folder, as a walk meets them.
    private readonly string[] paths = [.. Enumerable.Range(0, Paths).Select(static i => $"src/project{i / 1000}/folder{i / 20}/file{i}.{(i % 3 == 0 ? "cs" : "log")}")];
    private readonly IgnoreFile plain = IgnoreFile.Parse("# what a .NET repository leaves out\n.git\n**/bin\n**/obj\n**/*.log\n*.md\nnode_modules\n");
    private readonly IgnoreFile withExceptions = IgnoreFile.Parse("*\n!src\n**/bin\n**/obj\n**/*.log\n!**/important.log\nsrc/project7/*\n");

    /// <summary>Parses the file once, for what works on the tree.</summary>
    public LanguageBenchmarks()
    {
        file = DockerfileParser.Parse(source).GetOrThrow();
        words = [.. file.Stages.SelectMany(static s => s.Instructions).OfType<EnvInstruction>().SelectMany(static e => e.Variables).Select(static v => v.Value.Text)];
    }

    /// <summary>Text to tree.</summary>
    [Benchmark(Baseline = true)]
    public object Parse() => DockerfileParser.Parse(source);

    /// <summary>All checks over the tree.</summary>
    [Benchmark]
    public int Lint() => Linter.Check(file).Length;

    /// <summary>The values of the file's ENVs.</summary>
    [Benchmark]
    public int Expand()
    {
        var length = 0;
        foreach (var word in words)
        {
            length += expander.Expand(word, static name => name == "V1" ? "value" : null).Value.Length;
        }

        return length;
    }

    /// <summary>Patterns alone.</summary>
    [Benchmark]
    public int Ignore() => Count(plain);

    /// <summary>Everything left out, some of it let in again.</summary>
    [Benchmark]
    public int IgnoreWithExceptions() => Count(withExceptions);

    private int Count(IgnoreFile ignore)
    {
        var count = 0;
        foreach (var path in paths)
        {
            count += ignore.IsIgnored(path, isDirectory: false) ? 1 : 0;
        }

        return count;
    }

    // What real files are made of: mostly RUN, COPY and ENV, some with continuations, mounts and heredocs.
    private static string WriteDockerfile()
    {
        var text = new StringBuilder("# syntax=docker/dockerfile:1\nFROM debian:13 AS base\n");
        for (var i = 1; i < Instructions; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Line(i)}\n");
        }

        return text.ToString();
    }

    private static string Line(int number) => (number % 8) switch
    {
        0 => $"FROM base AS stage{number}",
        1 => $"ENV V{number}=\"${{V1:-default}} and $V{number - 8}\" W{number}=plain",
        2 => "RUN apt-get update && \\\n    # a comment\n    apt-get install -y --no-install-recommends curl",
        3 => "RUN --mount=type=cache,target=/root/.cache,sharing=locked make -j4",
        4 => $"COPY --from=base --chown=1000:1000 /src/app{number} /src/lib /opt/app{number}/",
        5 => "RUN <<EOF\nset -e\nmake install\nEOF",
        6 => $"LABEL org.example.part{number}=\"a value\" other=x",
        _ => "CMD [\"/usr/bin/app\", \"--serve\", \"--port\", \"8080\"]",
    };
}
