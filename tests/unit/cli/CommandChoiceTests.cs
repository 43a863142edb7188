using SharpBuild.Cli;
using SharpBuild.Cli.Commands;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class CommandChoiceTests
{
    [Theory]
    [InlineData("build -t x .", "build", "-t x .")]
    [InlineData(".", "build", ".")]
    [InlineData("-t x .", "build", "-t x .")]
    [InlineData("dir", "build", "dir")]
    [InlineData("./images", "build", "./images")]
    [InlineData("build build", "build", "build")]
    [InlineData("images -q", "images", "-q")]
    [InlineData("--root /x images", "images", "--root /x")]
    [InlineData("--root=/x --registry-mirror a=b run img", "run", "--root=/x --registry-mirror a=b img")]
    [InlineData("--root /x .", "build", "--root /x .")]
    [InlineData("--help", "help", "")]
    [InlineData("help run", "help", "run")]
    [InlineData("--version", "version", "")]
    public void The_first_word_that_is_no_common_option_names_the_command(string args, string command, string words)
    {
        var choice = CommandChoice.Make(args.Split(' '), path => path == "dir");
        Assert.Equal(command, choice.Entry.Name);
        Assert.Equal(words, string.Join(' ', choice.Words));
    }

    [Theory]
    [InlineData(false, "/")]
    [InlineData(false, "-f", "-", "/")]
    [InlineData(false, "-f", "/etc/hosts", "-o", "-", "--build-arg", "URL=https://example.com/x", "/")]
    [InlineData(true, "-")]
    [InlineData(true, "-f", "sub/Dockerfile", "-")]
    [InlineData(true, "http://127.0.0.1:1/Dockerfile")]
    [InlineData(true, "https://example.com/x.git#main")]
    [InlineData(true, "github.com/x/y")]
    [InlineData(true, "-f", "https://example.com/Dockerfile", "/")]
    public void A_question_needs_root_when_the_Dockerfile_has_to_be_fetched(bool needs, params string[] words)
    {
        var choice = CommandChoice.Make(["build", "--check", .. words], _ => false);
        var command = choice.Entry.Create();
        Assert.False(choice.NeedsRoot);
        Assert.Equal(needs, command.NeedsRoot(CommandRunner.Parse(command, choice.Words)!));
    }

    [Fact]
    public void Nothing_at_all_asks_for_help() => Assert.Equal("help", CommandChoice.Make([], _ => false).Entry.Name);

    [Theory]
    [InlineData("imges", "'imges' is neither a command nor a directory; did you mean 'images'?")]
    [InlineData("xyzzy", "'xyzzy' is neither a command nor a directory")]
    public void A_misspelt_command_is_not_taken_for_a_context(string word, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => CommandChoice.Make([word], _ => false)).Line);
}
