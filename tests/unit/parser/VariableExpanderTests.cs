using SharpBuild.Parser.Expansion;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class VariableExpanderTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["A"] = "a",
        ["E"] = "",
        ["P"] = "usr/local/lib",
        ["S"] = "one  two",
        ["N"] = "a\nb",
        ["É"] = "é",
    };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$A", "a")]
    [InlineData("${A}b$A", "aba")]
    [InlineData("$U$A", "a")]
    [InlineData("$", "$")]
    [InlineData("a$", "a$")]
    [InlineData("$/x", "$/x")]
    [InlineData("$1x", "x")]
    [InlineData("$$x", "x")]
    [InlineData("$É", "é")]
    [InlineData("'$A'", "$A")]
    [InlineData("\"$A\"", "a")]
    [InlineData("\\$A", "$A")]
    [InlineData("\"\\$A \\\" \\\\ \\n\"", "$A \" \\ \\n")]
    [InlineData("a\\b", "ab")]
    [InlineData("a\\", "a")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("\"a'b\"'c\"d'", "a'bc\"d")]
    [InlineData("a < b << c", "a < b << c")]
    public void A_word_is_expanded(string word, string expected) => Assert.Equal(expected, Expand(word));

    [Theory]
    [InlineData("${A:-d}", "a")]
    [InlineData("${E:-d}", "d")]
    [InlineData("${U:-d}", "d")]
    [InlineData("${A-d}", "a")]
    [InlineData("${E-d}", "")]
    [InlineData("${U-d}", "d")]
    [InlineData("${A:+d}", "d")]
    [InlineData("${E:+d}", "")]
    [InlineData("${U:+d}", "")]
    [InlineData("${E+d}", "d")]
    [InlineData("${U+d}", "")]
    [InlineData("${A:?m}", "a")]
    [InlineData("${E?m}", "")]
    [InlineData("${U:-${A}b}", "ab")]
    [InlineData("${U:-${V:-${A}}}", "a")]
    [InlineData("${U:-\"}\"}", "}")]
    [InlineData("${U:-\\}}", "}")]
    [InlineData("${U:-'$A'}", "$A")]
    public void Defaults_and_alternatives_follow_the_shell(string word, string expected) => Assert.Equal(expected, Expand(word));

    [Theory]
    [InlineData("${P#*/}", "local/lib")]
    [InlineData("${P##*/}", "lib")]
    [InlineData("${P%/*}", "usr/local")]
    [InlineData("${P%%/*}", "usr")]
    [InlineData("${P#usr}", "/local/lib")]
    [InlineData("${P#x}", "usr/local/lib")]
    [InlineData("${P#???}", "/local/lib")]
    [InlineData("${P%l?b}", "usr/local/")]
    [InlineData("${P#$A}", "usr/local/lib")]
    [InlineData("${P#u\\*}", "usr/local/lib")]
    [InlineData("${U#x}", "")]
    [InlineData("${P/l/L}", "usr/Local/lib")]
    [InlineData("${P//l/L}", "usr/LocaL/Lib")]
    [InlineData("${P//\\//-}", "usr-local-lib")]
    [InlineData("${P/l*l/X}", "usr/Xib")]
    [InlineData("${P//l*/X}", "usr/X")]
    [InlineData("${P//\\//}", "usrlocallib")]
    [InlineData("${P/u/$A}", "asr/local/lib")]
    [InlineData("${A//*/x}", "x")]
    [InlineData("${N//a*b/x}", "a\nb")]
    public void Patterns_cut_and_replace(string word, string expected) => Assert.Equal(expected, Expand(word));

    [Theory]
    [InlineData("${")]
    [InlineData("${A")]
    [InlineData("${}")]
    [InlineData("${:x}")]
    [InlineData("${{x}}")]
    [InlineData("${A:x}")]
    [InlineData("${A:#x}")]
    [InlineData("${A,,}")]
    [InlineData("${A:-")]
    [InlineData("${A/x}")]
    [InlineData("${A/x/y")]
    [InlineData("${A#\\x}")]
    [InlineData("'a")]
    [InlineData("\"a")]
    public void Bad_syntax_is_refused(string word) => Assert.Throws<ExpansionException>(() => Expand(word));

    [Theory]
    [InlineData("${U:?}", "U: is not allowed to be unset")]
    [InlineData("${E:?}", "E: is not allowed to be empty")]
    [InlineData("${U?needs $A}", "U: needs a")]
    public void A_required_variable_that_is_missing_says_why(string word, string message) =>
        Assert.Equal(message, Assert.Throws<ExpansionException>(() => Expand(word)).Message);

    [Theory]
    [InlineData("80 $S", "80,one,two")]
    [InlineData("\"$S\"", "one  two")]
    [InlineData("'a b' c", "a b,c")]
    [InlineData("8${U:-0}80", "8080")]
    [InlineData("$U", "")]
    [InlineData("a\\ b", "a b")]
    public void Words_are_split_at_blanks_that_are_not_quoted(string word, string expected) =>
        Assert.Equal(expected, string.Join(',', new VariableExpander('\\').ExpandWords(word, Values.GetValueOrDefault)));

    [Fact]
    public void A_backtick_escapes_when_the_file_says_so() =>
        Assert.Equal("$A\\a", new VariableExpander('`').Expand("`$A\\$A", Values.GetValueOrDefault).Value);

    [Fact]
    public void A_heredoc_keeps_its_quotes_and_escapes_with_a_backslash() =>
        Assert.Equal("'a' \"a\" $A `a", new VariableExpander('`').ExpandHeredoc("'$A' \"$A\" \\$A `$A", Values.GetValueOrDefault).Value);

    [Fact]
    public void Names_that_are_not_set_are_told_with_and_without_default()
    {
        var result = new VariableExpander('\\').Expand("$U ${V:-d} $A $U", Values.GetValueOrDefault);
        Assert.Equal(["U"], result.Unset);
        Assert.Equal(["V"], result.Defaulted);
        Assert.Equal(["A"], result.Used);
    }

    [Theory]
    [InlineData("${U:-")]
    [InlineData("${U:-\"")]
    [InlineData("\"${U:-a")]
    [InlineData("${U#")]
    [InlineData("${U/")]
    [InlineData("${U//a/")]
    public void Deep_nesting_is_refused_and_does_not_overflow(string level)
    {
        foreach (var depth in new[] { 1000, 100_000 })
        {
            var problem = Assert.Throws<ExpansionException>(() => Expand(string.Concat(Enumerable.Repeat(level, depth))));
            Assert.Contains("nested more than 100 deep", problem.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("${U:-", "}")]
    [InlineData("${U:-\"", "\"}")]
    [InlineData("${U:-${U}", "}")]
    public void As_deep_as_anybody_nests_is_expanded(string open, string close)
    {
        var (before, after) = (string.Concat(Enumerable.Repeat(open, 99)), string.Concat(Enumerable.Repeat(close, 99)));
        Assert.Equal("z", Expand($"{before}z{after}"));
        var thread = new Thread(() => Expand($"{before}z{after}"), 1 << 20);
        thread.Start();
        thread.Join();
    }

    // Each takes well under a second; what is not linear would take hours.
    [Theory]
    [InlineData("$U")]
    [InlineData("${U:-x}")]
    [InlineData("${A#a}")]
    [InlineData("${A/a/b}")]
    [InlineData("'x'")]
    [InlineData("\"x$U\"")]
    [InlineData("\\x")]
    [InlineData("$")]
    [InlineData("<")]
    [InlineData("<< ")]
    [InlineData("${U")]
    [InlineData("\"")]
    [InlineData("'")]
    public void Long_words_take_time_in_proportion(string part)
    {
        try
        {
            Expand(string.Concat(Enumerable.Repeat(part, 100_001)));
        }
        catch (ExpansionException)
        {
        }
    }

    [Theory]
    [InlineData("${A#\\z}")]
    [InlineData("${A%$A\\z}")]
    [InlineData("${A#a\\$A}")]
    [InlineData("${A/\\z/b}")]
    [InlineData("${U:-${A##\\z}}")]
    [InlineData("\"${A#\\z}\"")]
    public void A_pattern_that_no_value_can_mend_is_found_before_a_build(string word)
    {
        var error = Assert.Throws<SharpBuild.Parser.DockerfileException>(() => SharpBuild.Parser.DockerfileParser.Parse(new SharpBuild.Parser.SourceText("Dockerfile", $"FROM a\nLABEL x={word}\n")).GetOrThrow());
        Assert.Equal(SharpBuild.Parser.DiagnosticCodes.BadSubstitution, error.Errors[0].Code);
    }

    [Fact]
    public void A_word_is_read_once_and_equal_whether_it_was_read_or_not()
    {
        var (read, other) = (new SharpBuild.Parser.Syntax.Word("$A", default), new SharpBuild.Parser.Syntax.Word("$A", default));
        Assert.Equal("a", new VariableExpander('\\').Expand(read, Values.GetValueOrDefault).Value);
        Assert.Equal(other, read);
        Assert.Equal(other.GetHashCode(), read.GetHashCode());
        Assert.Equal("b", new VariableExpander('\\').Expand(read with { Text = "b" }, Values.GetValueOrDefault).Value);
        Assert.Equal("`a", new VariableExpander('\\').Expand(new SharpBuild.Parser.Syntax.Word("`$A", default), Values.GetValueOrDefault).Value);
        Assert.Same(read.GetTemplate('\\'), read.GetTemplate('\\'));
        Assert.NotSame(read.GetTemplate('\\'), read.GetTemplate('`'));
    }

    [Theory]
    [InlineData("$B$B$B")]
    [InlineData("\"${B}${B}${B}\"")]
    [InlineData("${B//b/$B}")]
    public void Variables_that_would_fill_the_memory_are_refused(string word) =>
        Assert.Throws<ExpansionException>(() => new VariableExpander('\\').Expand(word, _ => new string('b', 500_000)));

    private static string Expand(string word) => new VariableExpander('\\').Expand(word, Values.GetValueOrDefault).Value;
}
