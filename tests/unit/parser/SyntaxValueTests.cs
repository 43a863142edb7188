using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class SyntaxValueTests
{
    [Theory]
    [InlineData("755", 0b0, false, 0x1ED)]
    [InlineData("0", 0x1FF, false, 0)]
    [InlineData("07777", 0, false, 0xFFF)]
    public void An_octal_mode_replaces_all_bits(string text, int before, bool isDirectory, int expected)
    {
        Assert.True(ChmodSpec.TryParse(text, out var spec));
        Assert.True(spec.IsOctal);
        Assert.Equal(expected, spec.Apply(before, isDirectory));
    }

    [Theory]
    [InlineData("u+x", "644", false, "744")]
    [InlineData("u=rwX,go=rX", "600", false, "644")]
    [InlineData("u=rwX,go=rX", "600", true, "755")]
    [InlineData("u=rwX,go=rX", "610", false, "755")]
    [InlineData("a-w", "666", false, "444")]
    [InlineData("-w", "666", false, "444")]
    [InlineData("=", "777", false, "0")]
    [InlineData("g=u", "640", false, "660")]
    [InlineData("go=u-w", "700", false, "755")]
    [InlineData("u+s,g+s", "755", false, "6755")]
    [InlineData("+t", "755", true, "1755")]
    [InlineData("u-x+w,o=", "555", false, "650")]
    public void A_symbolic_mode_changes_bits(string text, string before, bool isDirectory, string expected)
    {
        Assert.True(ChmodSpec.TryParse(text, out var spec));
        Assert.False(spec.IsOctal);
        Assert.Equal(expected, Convert.ToString(spec.Apply(Convert.ToInt32(before, 8), isDirectory), 8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("64a")]
    [InlineData("10000")]
    [InlineData("8")]
    [InlineData("u")]
    [InlineData("z+x")]
    [InlineData("u+x,")]
    [InlineData("u+x g")]
    public void What_is_no_mode_is_refused(string text) => Assert.False(ChmodSpec.TryParse(text, out _));

    [Theory]
    [InlineData("64m", 64L << 20)]
    [InlineData("64", 64)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("512 KiB", 512L << 10)]
    [InlineData("1TB", 1L << 40)]
    [InlineData("7b", 7)]
    public void A_size_has_an_optional_unit(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1x")]
    [InlineData("-1")]
    [InlineData("1kbb")]
    [InlineData("9999999999p")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("53/UDP", "53/udp")]
    [InlineData("8000-8002/tcp", "8000/tcp,8001/tcp,8002/tcp")]
    [InlineData("127.0.0.1:80:8080", "8080/tcp")]
    [InlineData("[::1]:80:8080/sctp", "8080/sctp")]
    [InlineData("80/", "80/tcp")]
    [InlineData("8000-8005:80", "80/tcp")]
    public void A_port_names_what_the_config_gets(string text, string expected)
    {
        Assert.True(PortSpec.TryParse(text, out var port, out _));
        Assert.Equal(expected, string.Join(',', port.Names));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http")]
    [InlineData("70000")]
    [InlineData("90-80")]
    [InlineData("80/icmp")]
    [InlineData("x:80:80")]
    [InlineData("1-3:1-2")]
    public void What_is_no_port_is_refused_with_a_reason(string text)
    {
        Assert.False(PortSpec.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void A_mount_has_the_defaults_of_its_kind()
    {
        Assert.Equal(new MountOptions { Target = "/x", IsReadOnly = true }, MountOptions.Parse("target=/x"));
        Assert.Equal(new MountOptions { Kind = MountKind.Cache, Target = "/x", Id = "/x" }, MountOptions.Parse("type=cache,dst=/x"));
        Assert.Equal(new MountOptions { Kind = MountKind.Secret, Id = "b", Target = "/a/b", IsReadOnly = true }, MountOptions.Parse("type=secret,target=/a/b"));
        Assert.Equal("/", MountOptions.Parse("target=/x").Source);
    }

    [Fact]
    public void A_mount_is_expanded_option_by_option()
    {
        var options = MountOptions.Parse("type=$k,target=$t", value => value switch { "$k" => "tmpfs", "$t" => "/a,size=1", _ => value });
        Assert.Equal(new MountOptions { Kind = MountKind.Tmpfs, Target = "/a,size=1" }, options);
    }

    [Theory]
    [InlineData("RNU", "RUN")]
    [InlineData("COPPY", "COPY")]
    [InlineData("ENVIRONMENT", null)]
    [InlineData("bar", null)]
    [InlineData("RUN", null)]
    public void A_suggestion_is_near_or_none(string word, string? expected) =>
        Assert.Equal(expected, Suggestion.Find(word, ["RUN", "COPY", "ENV", "ARG"]));

    [Fact]
    public void A_trigger_is_parsed_with_its_heredoc()
    {
        var trigger = Assert.IsType<CopyInstruction>(DockerfileParser.ParseTrigger("COPY <<-X /f\n\ttabs\nX"));
        Assert.Equal("tabs\n", Assert.IsType<HeredocSource>(Assert.Single(trigger.Sources)).Heredoc.Content);
        Assert.Throws<DockerfileException>(() => DockerfileParser.ParseTrigger("RUN a\nRUN b"));
        Assert.Throws<DockerfileException>(() => DockerfileParser.ParseTrigger(""));
    }

    [Fact]
    public void An_excerpt_marks_the_lines_and_the_characters()
    {
        var source = new SourceText("Dockerfile", "FROM a\nRUN x\n\tENV bad\nRUN y\nRUN z\nRUN w\n");
        const string expected = """
            Dockerfile:3
            --------------------
               1 |     FROM a
               2 |     RUN x
               3 | >>> 	ENV bad
                 |     	    ^^^
               4 |     RUN y
               5 |     RUN z
            --------------------

            """;
        var start = source.Content.IndexOf("bad", StringComparison.Ordinal);
        Assert.Equal(expected, SourceExcerpt.Render(source, new(start, start + 3)));
    }
}
