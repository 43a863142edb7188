using SharpBuild.Cli.Commands;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class CompleteCommandTests
{
    [Theory]
    [InlineData("im", "images,import")]
    [InlineData("build --ta", "--tag,--target")]
    [InlineData("--no-c", "--no-cache,--no-cache-filter")]
    [InlineData("run --env", "--env,--env-file")]
    [InlineData("run --rm bus", "")]
    public void The_last_word_is_completed(string words, string expected) =>
        Assert.Equal(expected, string.Join(',', CompleteCommand.Complete(words.Split(' ')).Order(StringComparer.Ordinal)));

    [Fact]
    public void Every_command_explains_itself()
    {
        foreach (var entry in CommandTable.All)
        {
            var command = entry.Create();
            command.AddCommonOptions(new CommonOptions());
            using var page = new StringWriter();
            SharpBuild.Cli.Help.HelpPage.Write(page, command);
            Assert.Contains(command.Summary, page.ToString(), StringComparison.Ordinal);
            Assert.All(command.Symbol.Options, option => Assert.False(string.IsNullOrEmpty(option.Description)));
            Assert.Equal(entry.Name, command.Name);
        }
    }
}
