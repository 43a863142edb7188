using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cache;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

/// <summary>What the checks say where the base image is unknown, and where the store has it.</summary>
public sealed class InspectedBaseTests : IDisposable
{
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();
    private readonly Store store;

    public InspectedBaseTests() => store = Store.Open(new StoreOptions(directory["store"], InUserNamespace: false, TimeProvider.System));

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    [Theory]
    [InlineData("RUN echo\nLABEL a=$HOME", "UndefinedVar")]
    [InlineData("ENV VERSION=1\nLABEL a=${VERSON}", "UndefinedVar")]
    [InlineData("ENV A=$B\nLABEL a=$A$C", "UndefinedVar UndefinedVar")]
    [InlineData("WORKDIR $HOME", "UndefinedVar WorkdirRelativePath")]
    [InlineData("WORKDIR ${HOME:-x}/y", "UndefinedVar WorkdirRelativePath")]
    [InlineData("ENV D=$HOME\nWORKDIR $D", "UndefinedVar WorkdirRelativePath")]
    [InlineData("WORKDIR C:\\\\app", "WorkdirRelativePath")]
    [InlineData("WORKDIR C:/app", "WorkdirRelativePath")]
    [InlineData("WORKDIR \\\\app", "WorkdirRelativePath")]
    [InlineData("RUN --mount=type=bind x", "SB1543")]
    [InlineData("RUN --mount=type=cache,target=. x", "SB1543")]
    [InlineData("RUN --mount=target=$HOME x", "UndefinedVar SB1543")]
    [InlineData("EXPOSE $PORT", "")]
    [InlineData("EXPOSE ${PORT}x", "SB1520")]
    [InlineData("STOPSIGNAL ${S}", "UndefinedVar SB1522")]
    [InlineData("VOLUME $V", "UndefinedVar SB1521")]
    public void What_depends_on_an_unknown_base_is_not_judged(string instructions, string onceKnown)
    {
        var text = $"FROM base AS first\nFROM first\n{instructions}\n";
        Assert.Equal("", Check(text));
        Put("base", []);
        Assert.Equal(onceKnown, Check(text));
    }

    [Theory]
    [InlineData("WORKDIR app", "WorkdirRelativePath")]
    [InlineData("ENV a b", "LegacyKeyValueFormat")]
    [InlineData("RUN --mount=target=/ x", "SB1543")]
    [InlineData("COPY --from=9 / /", "SB1502")]
    [InlineData("VOLUME \"\"", "SB1521")]
    public void What_no_base_can_change_is_reported_all_the_same(string instructions, string expected) =>
        Assert.Equal(expected, Check($"FROM base\n{instructions}\n"));

    [Fact]
    public void A_name_in_FROM_is_judged_whatever_the_other_bases_are() =>
        Assert.Equal("InvalidDefaultArgInFrom SB1513", Check("ARG V\nFROM unknown AS a\nFROM a:$V\n"));

    [Fact]
    public void The_config_of_a_base_in_the_store_counts()
    {
        Put("base", ["HOME=/home/x", "PORT=80", "VERSION=1"], workingDirectory: "/srv");
        Assert.Equal("", Check("FROM base\nWORKDIR $HOME\nEXPOSE $PORT\nRUN --mount=type=bind x\n"));
        Assert.Equal("UndefinedVar", Check("FROM base\nLABEL a=$VERSON\n"));
    }

    [Fact]
    public void A_base_for_Windows_has_paths_of_Windows()
    {
        Put("base", [], os: "windows");
        Assert.Equal("InvalidBaseImagePlatform", Check("FROM base\nWORKDIR C:\\\\app\n"));
    }

    [Fact]
    public void An_image_that_triggers_name_is_looked_up_too()
    {
        Put("base", [], trigger: "COPY --from=tools / /");
        Assert.Equal("", Check("FROM base\n"));
        Put("tools", []);
        Assert.Equal("", Check("FROM base\n"));
        Put("base", [], trigger: "EXPOSE x");
        Assert.Equal("SB1511", Check("FROM base\n"));
    }

    [Fact]
    public void A_file_alone_says_nothing_about_its_context()
    {
        var options = Options("FROM scratch\nCOPY gone /\n");
        Assert.Equal("CopySourceMissing", Assert.Single(DockerfileInspection.Check(options).Findings).Rule);
        Assert.Empty(DockerfileInspection.Check(options, isContextKnown: false).Findings);
    }

    [Fact]
    public void An_outline_needs_no_base_and_takes_one_from_the_store()
    {
        var options = Options("FROM base\nARG A=1\nRUN --mount=type=bind x\n");
        Assert.Equal(["A"], DockerfileInspection.ReadOutline(options, store).Outline.Arguments.Select(a => a.Name));
        Put("base", []);
        Assert.Equal("SB1543", Assert.Throws<SharpBuild.Parser.DockerfileException>(() => DockerfileInspection.ReadOutline(options, store)).Errors[0].Code);
    }

    private string Check(string text)
    {
        var report = DockerfileInspection.Check(Options(text), store);
        return string.Join(' ', report.Findings.Select(f => f.Rule).Concat(report.Errors.Select(e => e.Code)));
    }

    private BuildOptions Options(string text) => new() { Context = directory.Path, FileText = text, Platform = Platform.Parse("linux/amd64") };

    private void Put(string name, ImmutableArray<string> environment, string workingDirectory = "", string os = "linux", string? trigger = null)
    {
        var config = new ImageConfig
        {
            Architecture = "amd64",
            Os = os,
            Config = new ContainerConfig { Env = environment, WorkingDir = workingDirectory, OnBuild = trigger is null ? [] : [trigger] },
        };
        var configBytes = ImageJson.Serialize(config);
        var configDigest = store.Blobs.Write(configBytes);
        var manifest = ImageJson.Serialize(new Manifest { Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = configDigest, Size = configBytes.Length }, Layers = [] });
        store.Images.Tag(ImageReference.Parse(name), new ImageRecord
        {
            ManifestDigest = store.Blobs.Write(manifest),
            ConfigDigest = configDigest,
            Layers = [],
            Created = DateTimeOffset.UnixEpoch,
            Size = 0,
            Platform = os == "linux" ? config.Platform : Platform.Parse("linux/amd64"),
        });
    }
}
