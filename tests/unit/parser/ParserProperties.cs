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

    private static readonly string[] Traps = ["\\\n", "<<", "<<-", "${", "}", "\"", "'", "[", "]", "--", "=", "\n", "#", "\r", "\0", "$", ":-", "EOF\n", "\n\n", "`"];

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
        for (var length = 0; text.Length < 300_000; length += repeated.Length)
        {
            text.Append(repeated);
            if (length > 50_000 && !repeated.Contains('\n'))
            {
                // A physical line may have 65,535 bytes; continued, there is no limit.
                length = 0;
                text.Append("\\\n");
            }
        }

        TakesSeconds(5, () => Survives(text.ToString()));
    }

    [Theory]
    [InlineData("COPY <<A /a\n", "$x ${y:-z}\n", "A\n")]
    [InlineData("RUN <<A\n", "text\n", "A\n")]
    [InlineData("", "ENV a=$b\n", "")]
    [InlineData("", "ARG a=${b:-c} d\n", "")]
    [InlineData("", "COPY a$b /c\n", "")]
    [InlineData("", "RUN --mount=type=secret,id=x y\n", "")]
    [InlineData("", "EXPOSE 80 81/udp\n", "")]
    [InlineData("", "#check=skip=all\nCMD x\n", "")]
    [InlineData("", "LABEL a b\n", "")]
    [InlineData("", "ONBUILD RUN x\n", "")]
    public void A_long_file_takes_linear_time(string start, string repeated, string end)
    {
        var text = new StringBuilder("FROM a\n").Append(start);
        text.Insert(text.Length, repeated, 300_000 / repeated.Length).Append(end);
        TakesSeconds(10, () => Survives(text.ToString()));
    }

    [Fact]
    public void Thousands_of_names_take_no_square_of_time()
    {
        var text = new StringBuilder("FROM scratch AS s0\n");
        for (var i = 1; i < 3000; i++)
        {
            text.Append($"FROM s{i - 1} AS s{i}\nENV V{i}=$V{i - 1} W=$X{i}\nCOPY --from=s{i - 1} /a /b\n");
        }

        TakesSeconds(20, () => Survives(text.ToString()));
    }

    [Fact]
    public void A_line_of_a_megabyte_is_refused_and_the_rest_is_read() =>
        Assert.Equal(["SB1015", "SB1001"], Parse($"FROM a\nRUN {new string('x', 1 << 20)}\nRUNN x\n").Errors.Select(static e => e.Code));

    [Fact]
    public void Random_bytes_never_crash_anything() =>
        Holds(ArbMap.Default.ArbFor<byte[]>(), static bytes => bytes is null || Survives(Encoding.UTF8.GetString(bytes)));

    // The cases are real files and every trap that somebody thought of.
    [Fact]
    public void Mutated_cases_never_crash_anything()
    {
        var random = new Random(20261121);
        foreach (var name in ConformanceCase.Names)
        {
            var text = new ConformanceCase(name).Text;
            for (var round = 0; round < 20 && text.Length is > 0 and < 5000; round++)
            {
                Assert.True(Survives(Mutate(text, random)));
            }
        }
    }

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var change = random.Next(1, 5); change > 0 && mutated.Length > 0; change--)
        {
            var at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Remove(at, Math.Min(random.Next(1, 20), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, text.AsSpan(random.Next(text.Length))[..1]);
                    break;
                case 2:
                    mutated.Insert(at, Traps[random.Next(Traps.Length)]);
                    break;
                default:
                    mutated[at] = (char)random.Next(1, 0x300);
                    break;
            }
        }

        return mutated.ToString();
    }

    private static void TakesSeconds(int most, Action work)
    {
        var start = ThreadTime();
        work();
        var spent = ThreadTime() - start;
        Assert.True(spent < TimeSpan.FromSeconds(most), $"{spent}");
    }

    // What this thread had of a processor (proc_pid_schedstat(5)): the clock on the wall measures how busy the machine is.
    private static TimeSpan ThreadTime() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 1000);

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
