using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Builder.Inspection;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Parser;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class EpochSourceTests
{
    private const string Stage = "FROM scratch AS src\nADD https://example.com/a.tar /\nFROM base\n";

    [Theory]
    [InlineData("FROM base\n", null, null)]
    [InlineData("FROM base\nARG SOURCE_DATE_EPOCH=5\n", null, null)]
    [InlineData("ARG SOURCE_DATE_EPOCH\nFROM base\n", null, null)]
    [InlineData("ARG SOURCE_DATE_EPOCH=\nFROM base\n", null, null)]
    [InlineData("ARG SOURCE_DATE_EPOCH=5\nFROM base\n", null, "5")]
    [InlineData("ARG SOURCE_DATE_EPOCH=5\nFROM base\n", "6", "6")]
    [InlineData("ARG SOURCE_DATE_EPOCH=5\nFROM base\n", "", null)]
    [InlineData("ARG X=-7\nARG SOURCE_DATE_EPOCH=$X\nFROM base\n", null, "-7")]
    [InlineData("ARG SOURCE_DATE_EPOCH=nonsense\nFROM base\n", "+7", "7")]
    [InlineData("FROM base\n", "context", "context")]
    [InlineData("ARG SOURCE_DATE_EPOCH=context\nFROM base\n", null, "context")]
    [InlineData("ARG SOURCE_DATE_EPOCH=named\nFROM base\n", null, "named")]
    [InlineData("FROM base AS named\n", "named", "named")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\n" + Stage, null, "https://example.com/a.tar")]
    [InlineData(Stage, "SRC", "https://example.com/a.tar")]
    [InlineData("ARG V=1\nFROM scratch AS src\nARG W=2\nADD https://example.com/$V-$W.git#main /\nFROM base\n", "src", "https://example.com/1-2.git#main")]
    public void A_time_is_taken_from_where_BuildKit_takes_it(string text, string? given, string? expected) => Assert.Equal(expected, Find(text, given) switch
    {
        null => null,
        EpochSeconds seconds => seconds.Value.ToString(),
        EpochOfContext => "context",
        EpochOfNamedContext named => named.Context.Name,
        EpochOfFile { File: HttpStep http } => http.Source.Text,
        EpochOfFile { File: GitStep git } => git.Source.Text,
        _ => "?",
    });

    [Theory]
    [InlineData("ARG SOURCE_DATE_EPOCH=not-a-timestamp\nFROM base\n", "1:23")]
    [InlineData("ARG SOURCE_DATE_EPOCH=99999999999999\nFROM base\n", "1:23")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM base AS src\nADD https://example.com/a /\nFROM base\n", "2:1")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nFROM base\n", "2:1")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD https://example.com/a /\nRUN x\nFROM base\n", "4:1")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD https://example.com/a /\nADD https://example.com/b /\nFROM base\n", "4:1")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD https://example.com/a https://example.com/b /\nFROM base\n", "3:1")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD <<a /\nx\na\nFROM base\n", "3:1")]
    [InlineData("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD local /\nFROM base\n", "3:1")]
    public void What_cannot_give_a_time_is_refused_at_its_place(string text, string place)
    {
        var error = Assert.Single(Assert.Throws<DockerfileException>(() => Find(text, null)).Errors);
        var start = new SourceText("Dockerfile", text).GetPosition(error.Span.Start);
        Assert.Equal(("SB1506", place), (error.Code, $"{start.Line}:{start.Column}"));
        Assert.Equal("SB1506", Assert.Single(DockerfileInspection.Check(Request(text, null).Options with { FileText = text }).Errors).Code);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("99999999999999")]
    [InlineData("1.5")]
    public void A_build_argument_that_makes_no_sense_is_refused(string given) =>
        Assert.Equal("SB1506", Assert.Throws<BuildException>(() => Find("FROM base\n", given)).Code);

    // A local context has no time: the argument is then not set, whatever it was to be taken from.
    [Fact]
    public void A_build_never_sees_what_the_time_was_to_be_taken_from()
    {
        var resolver = new StageResolver(Request("ARG SOURCE_DATE_EPOCH=context\nFROM base\n", null));
        Assert.Null(resolver.GlobalArguments["SOURCE_DATE_EPOCH"]);
        Assert.Equal("7", new StageResolver(Request("ARG SOURCE_DATE_EPOCH=context\nFROM base\n", "7")).GlobalArguments["SOURCE_DATE_EPOCH"]);
    }

    private static EpochSource? Find(string text, string? given) => EpochSource.Find(Request(text, given));

    private static PlanRequest Request(string text, string? given) => new()
    {
        Dockerfile = DockerfileParser.Parse(new SourceText("Dockerfile", text)).GetOrThrow(),
        Options = new BuildOptions
        {
            Context = "/",
            Platform = Platform.Parse("linux/amd64"),
            BuildArguments = given is null ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add("SOURCE_DATE_EPOCH", given),
            BuildContexts = ImmutableDictionary<string, string>.Empty.Add("named", "https://example.com/site.git"),
        },
        Images = ImmutableDictionary<ImageKey, ResolvedImage>.Empty,
        BuildPlatform = Platform.Parse("linux/amd64"),
    };
}
