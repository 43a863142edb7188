using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SharpBuild.Parser;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class ParserProperties
{
    // One seed: a failure is the same on every machine.
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20260821UL, 73UL);

    [Fact]
    public void A_printed_tree_parses_to_the_same_tree() => Holds(DockerfileGenerator.WellFormed, static text =>
    {
        var tree = Parse(text).GetOrThrow();
        var again = Parse(Print(tree)).GetOrThrow();
        return WithoutSpans(SyntaxJson.Write(tree)) == WithoutSpans(SyntaxJson.Write(again));
    });

    [Fact]
    public void A_word_s_span_holds_its_text() => Holds(DockerfileGenerator.WellFormed, static text =>
    {
        var tree = Parse(text).GetOrThrow();
        return tree.Stages.SelectMany(static s => s.Instructions).OfType<EnvInstruction>().SelectMany(static e => e.Variables)
            .All(v => tree.Source.Slice(v.Value.Span).SequenceEqual(v.Value.Text));
    });

    [Fact]
    public void Mutated_files_never_crash_anything() => Holds(DockerfileGenerator.Mutated, Survives);

    [Fact]
    public void Rubbish_never_crashes_anything() => Holds(DockerfileGenerator.Rubbish, Survives);

    [Fact]
    public void Random_strings_never_crash_anything() =>
        Holds(ArbMap.Default.ArbFor<string>(), static text => text is null || Survives(text));

    [Fact]
    public void Quoting_a_text_keeps_it_from_expansion() => Holds(ArbMap.Default.ArbFor<NonNull<string>>(), static text =>
        text.Get.Contains('\'', StringComparison.Ordinal) || Expand($"'{text.Get}'") == text.Get);

    [Fact]
    public void A_text_without_special_characters_expands_to_itself() => Holds(ArbMap.Default.ArbFor<NonNull<string>>(), static text =>
        text.Get.AsSpan().IndexOfAny("$'\"\\") >= 0 || Expand(text.Get) == text.Get);

    [Fact]
    public void Cutting_the_longest_prefix_and_suffix_leaves_no_slash() => Holds(ArbMap.Default.ArbFor<NonNull<string>>(), static text =>
        text.Get.Contains('\n', StringComparison.Ordinal) || !Expand("${v##*/}", text.Get).Contains('/', StringComparison.Ordinal));

    [Fact]
    public void Prefix_and_rest_make_the_whole() => Holds(ArbMap.Default.ArbFor<NonNull<string>>(), static text =>
        text.Get.EndsWith(Expand("${v#*a}", text.Get), StringComparison.Ordinal) && text.Get.StartsWith(Expand("${v%a*}", text.Get), StringComparison.Ordinal));

    [Fact]
    public void An_ignore_file_never_crashes() => Holds(DockerfileGenerator.Rubbish, static text =>
    {
        try
        {
            var ignore = IgnoreFile.Parse(text);
            ignore.IsIgnored("a/b/EOF", isDirectory: false);
            ignore.MayContainIncluded("a");
        }
        catch (DockerfileException problem)
        {
            return problem.Errors.All(e => e.Span.End <= problem.Source.Content.Length);
        }

        return true;
    });

    [Theory]
    [InlineData("RUN x", " \\\n")]
    [InlineData("ENV a=", "${b:-")]
    [InlineData("ENV a=", "$b'x'\"y\"")]
    [InlineData("ENV ", "a=b ")]
    [InlineData("CMD ", "[")]
    [InlineData("CMD [\"a\"", ",\"a\"")]
    [InlineData("RUN ", "<<A ")]
    [InlineData("COPY ", "<<A ")]
    [InlineData("RUN ", "--mount=type=cache,target=/x ")]
    [InlineData("RUN --mount=", "\"\",")]
    [InlineData("ENV a=${b//", "*a")]
    [InlineData("", "\n# comment")]
    [InlineData("", "\nx")]
    [InlineData("", "\nRUN x")]
    [InlineData("", "\nFROM b AS c")]
    [InlineData("ONBUILD ", "ONBUILD ")]
    [InlineData("USER ", "<")]
    [InlineData("LABEL ", "\\")]
    public void A_long_run_of_anything_takes_linear_time(string start, string repeated)
    {
        var text = new StringBuilder("FROM a\n").Append(start);
        while (text.Length < 300_000)
        {
            text.Append(repeated);
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        Parse(text.ToString());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    private static void Holds<T>(Arbitrary<T> values, Func<T, bool> law) => Prop.ForAll(values, law).Check(Settings);

    private static ParseResult Parse(string text) => DockerfileParser.Parse(new SourceText("Dockerfile", text));

    private static string Expand(string word, string value = "") =>
        new VariableExpander('\\').Expand(word, name => name == "v" ? value : null).Value;

    private static bool Survives(string text)
    {
        var result = Parse(text);
        foreach (var error in result.Errors)
        {
            Assert.InRange(error.Span.Start, 0, error.Span.End);
            Assert.InRange(error.Span.End, error.Span.Start, result.Source.Content.Length);
            SourceExcerpt.Render(result.Source, error.Span);
        }

        if (result.Dockerfile is { } tree)
        {
            SyntaxJson.Write(tree);
            Linter.Check(tree);
        }

        return result.Errors.IsEmpty == result.Dockerfile is not null;
    }

    private static string Print(Dockerfile file)
    {
        var text = new StringBuilder();
        foreach (var stage in file.Stages)
        {
            Print(stage.From, text);
            foreach (var instruction in stage.Instructions)
            {
                Print(instruction, text);
            }
        }

        return text.ToString();
    }

    private static void Print(Instruction instruction, StringBuilder text)
    {
        text.Append("#\n");
        foreach (var comment in instruction.Comments)
        {
            text.Append($"# {comment}\n");
        }

        text.Append(instruction.Text).Append('\n');
        foreach (var heredoc in HeredocsOf(instruction))
        {
            text.Append(heredoc.RawContent).Append(heredoc.Name).Append('\n');
        }
    }

    private static IEnumerable<Heredoc> HeredocsOf(Instruction instruction) => instruction switch
    {
        RunInstruction { Command: ShellForm shell } => shell.Heredocs,
        CopyInstruction copy => copy.Sources.OfType<HeredocSource>().Select(static s => s.Heredoc),
        OnBuildInstruction onBuild => HeredocsOf(onBuild.Trigger),
        _ => [],
    };

    private static string WithoutSpans(string json) =>
        string.Join('\n', json.Split('\n').Where(static line => !line.TrimStart().StartsWith("\"span\": ", StringComparison.Ordinal)));
}
