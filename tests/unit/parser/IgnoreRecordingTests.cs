using SharpBuild.Parser;
using SharpBuild.Parser.Ignoring;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

/// <summary>What BuildKit keeps of one tree with generated ignore files; see tests/conformance/ignore/record.py.</summary>
public sealed class IgnoreRecordingTests
{
    private const string Arrow = " => ";
    private const string Refused = "refused";

    [Fact]
    public void What_is_kept_of_a_tree_is_what_BuildKit_keeps()
    {
        var lines = File.ReadAllLines(Environment.GetEnvironmentVariable("IGNORE_CASES") ?? Path.Combine(RepositoryRoot.Path, "tests/conformance/ignore/cases.txt"));
        var tree = new Tree(lines[0][(lines[0].IndexOf(Arrow, StringComparison.Ordinal) + Arrow.Length)..].Split(' '));
        Assert.True(lines.Length > 100);
        var differences = lines.Skip(1).Select(line => Compare(line, tree)).OfType<string>().ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static string? Compare(string line, Tree tree)
    {
        var arrow = line.LastIndexOf(Arrow, StringComparison.Ordinal);
        var (fields, expected) = (line[..arrow].Split('\t'), line[(arrow + Arrow.Length)..]);
        var actual = Keep(fields[0], fields[1..], tree);
        return actual == expected ? null : $"{line}\n  but here: {actual}\n";
    }

    private static string Keep(string kind, string[] patterns, Tree tree)
    {
        try
        {
            var ignore = kind == "ignore" ? IgnoreFile.Parse(string.Join('\n', patterns) + "\n") : IgnoreFile.FromPatterns(patterns);
            return string.Join(' ', tree.Walk(ignore).Order(StringComparer.Ordinal));
        }
        catch (Exception problem) when (problem is DockerfileException or PatternSyntaxException)
        {
            return Refused;
        }
    }

    private sealed class Tree
    {
        private readonly SortedDictionary<string, Tree?> children = new(StringComparer.Ordinal);

        public Tree(IEnumerable<string> paths)
        {
            foreach (var path in paths)
            {
                Add(path);
            }
        }

        public List<string> Walk(IgnoreFile ignore)
        {
            var kept = new List<string>();
            Walk("", ignore, kept);
            return kept;
        }

        private void Walk(string prefix, IgnoreFile ignore, List<string> kept)
        {
            foreach (var (name, directory) in children)
            {
                var path = prefix + name;
                var isIgnored = ignore.IsIgnored(path, directory is not null);
                var before = kept.Count;
                if (directory is not null && (!isIgnored || ignore.MayContainIncluded(path)))
                {
                    directory.Walk(path + "/", ignore, kept);
                }

                // A directory that is ignored itself is kept for the sake of what is kept below it.
                if (!isIgnored || kept.Count > before)
                {
                    kept.Add(directory is null ? path : path + "/");
                }
            }
        }

        private void Add(string path)
        {
            var at = this;
            var names = path.Split('/');
            for (var i = 0; i < names.Length - 1; i++)
            {
                if (!at.children.TryGetValue(names[i], out var next))
                {
                    at.children.Add(names[i], next = new Tree([]));
                }

                at = next!;
            }

            if (names[^1].Length > 0)
            {
                at.children.Add(names[^1], null);
            }
        }
    }
}
