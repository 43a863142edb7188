using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Testing;

public sealed class GoldenTests
{
    [Fact]
    public void Accepted_text_passes() => Golden.Verify("accepted\r\ntext");

    [Fact]
    public void Each_case_of_a_theory_has_a_file_of_its_own() => Golden.Verify("{}", parameters: "a/b", extension: "json");

    [Fact]
    public void Other_text_fails_with_the_difference_and_leaves_what_was_received_beside_it()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1", "everything is being accepted");
        using var directory = new TemporaryDirectory();
        var source = directory.Write("SomeTests.cs", "");
        directory.Write("SomeTests.Method.verified.txt", "one\ntwo\n");
        var failure = Assert.ThrowsAny<Exception>(() => Golden.Verify("one\n2\n", sourceFile: source, method: "Method"));
        Assert.Contains("-two\n+2\n", failure.Message, StringComparison.Ordinal);
        Assert.Equal("one\n2\n", File.ReadAllText(directory["SomeTests.Method.received.txt"]));
    }
}
