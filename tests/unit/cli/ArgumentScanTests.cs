using SharpBuild.Cli;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class ArgumentScanTests
{
    [Theory]
    [InlineData("-f x .", "--file x .")]
    [InlineData("-fx .", "--file x .")]
    [InlineData("-f=x .", "--file x .")]
    [InlineData("--file=x .", "--file x .")]
    [InlineData("--file= .", "--file  .")]
    [InlineData("-qf x .", "--quiet --file x .")]
    [InlineData("--pull=true .", "--pull .")]
    [InlineData("--pull --pull=false .", ".")]
    [InlineData("-q=false .", ".")]
    [InlineData(". -q", ". --quiet")]
    [InlineData("-f - .", "--file - .")]
    [InlineData("-- -d", "-- -d")]
    [InlineData("--build-arg --quiet .", "--build-arg --quiet .")]
    public void Options_of_a_build_become_words_that_the_library_reads_right(string words, string expected) =>
        Assert.Equal(expected, string.Join(' ', Scan(new BuildCommand(), words).Words));

    [Theory]
    [InlineData("busybox ls -la", "-- busybox ls -la")]
    [InlineData("-it --rm busybox sh -c --help", "--interactive --tty --rm -- busybox sh -c --help")]
    [InlineData("-eA=1 -e B busybox env", "--env A=1 --env B -- busybox env")]
    [InlineData("-h box busybox", "--hostname box -- busybox")]
    [InlineData("--name x -- busybox -x", "--name x -- busybox -x")]
    public void What_follows_the_image_belongs_to_the_command(string words, string expected) =>
        Assert.Equal(expected, string.Join(' ', Scan(new RunCommand(), words).Words));

    [Theory]
    [InlineData("--help")]
    [InlineData(". --help")]
    [InlineData("-h")]
    public void Help_is_seen_where_an_option_may_stand(string words) => Assert.True(Scan(new BuildCommand(), words).WantsHelp);

    [Theory]
    [InlineData("--tga x .", "unknown option '--tga'; did you mean '--tag'?")]
    [InlineData("--buildarg x .", "unknown option '--buildarg'; did you mean '--build-arg'?")]
    [InlineData("--zzzzzz .", "unknown option '--zzzzzz'")]
    [InlineData("-z .", "unknown option '-z'")]
    [InlineData("-qz .", "unknown option '-z'")]
    [InlineData("--builder x .", "option '--builder' is not supported")]
    [InlineData("--pull=maybe .", "option '--pull' is on or off: 'maybe' is neither true nor false")]
    public void A_wrong_option_is_told_in_one_line(string words, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Scan(new BuildCommand(), words)).Line);

    [Fact]
    public void Publishing_a_port_says_what_it_waits_for() =>
        Assert.Contains("needs private networks", Assert.Throws<UsageException>(() => Scan(new RunCommand(), "-p 80:80 nginx")).Line, StringComparison.Ordinal);

    [Fact]
    public void No_option_is_both_built_and_not_built()
    {
        foreach (var entry in CommandTable.All)
        {
            var command = entry.Create();
            var built = command.Symbol.Options.SelectMany(option => option.Aliases.Append(option.Name));
            Assert.Empty(built.Intersect(command.NotBuilt));
        }
    }

    private static ArgumentScan Scan(CliCommand command, string words) =>
        ArgumentScan.Run(command.Symbol, words.Split(' '), command.StopsAtFirstArgument, command.WhyNotBuilt);
}
