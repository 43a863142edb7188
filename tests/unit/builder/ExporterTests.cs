using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Builder.Exporting;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class ExporterTests : IAsyncDisposable
{
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();
    private readonly RegistryClient registry = new(new RegistryOptions());
    private readonly Store store;

    public ExporterTests() => store = Store.Open(new StoreOptions(directory["store"], InUserNamespace: false, TimeProvider.System));

    [Theory]
    [InlineData(AnnotationTarget.Index)]
    [InlineData(AnnotationTarget.IndexDescriptor)]
    public void An_annotation_of_an_index_needs_an_index(AnnotationTarget target)
    {
        var options = Options() with { Annotations = [new(target, null, "a", "b")] };
        Assert.Equal("SB0113", Refuse(Output("oci", "/x"), options));
        Assert.Equal("SB0113", Refuse(Output("image", null), options));
        Assert.NotNull(Create(Output("oci", "/x"), options with { BuildArguments = options.BuildArguments.Add("BUILDKIT_MULTI_PLATFORM", "1") }));
    }

    [Theory]
    [InlineData("perhaps", "linux/amd64")]
    [InlineData("0", "linux/amd64", "linux/arm64")]
    public void Whether_there_is_an_index_is_said_clearly(string value, params string[] platforms) => Assert.Equal(
        "SB0115", Refuse(Output("oci", "/x"), Options(platforms) with { BuildArguments = ImmutableDictionary<string, string>.Empty.Add("BUILDKIT_MULTI_PLATFORM", value) }));

    [Theory]
    [InlineData("docker", null)]
    [InlineData("docker", "/x")]
    [InlineData("image", null)]
    [InlineData("local", "/x")]
    public void Several_platforms_go_everywhere(string type, string? destination) =>
        Assert.NotNull(Create(Output(type, destination), Options("linux/amd64", "linux/arm64")));

    [Fact]
    public void An_annotation_for_a_platform_needs_its_image()
    {
        var options = Options("linux/amd64") with { Annotations = [new(AnnotationTarget.Manifest, Platform.Parse("linux/arm64"), "a", "b")] };
        Assert.Equal("SB0116", Refuse(Output("image", null), options));
        Assert.Equal("SB0116", Refuse(Output("image", null, ("annotation-manifest[linux/s390x].a", "b")), Options("linux/amd64", "linux/arm64")));
        Assert.NotNull(Create(Output("image", null), options with { Platforms = [Platform.Parse("linux/arm64")] }));
    }

    [Theory]
    [InlineData("SB0107", "oci-mediatypes", "false", "compression", "zstd")]
    [InlineData("SB0107", "oci-mediatypes", "false", "annotation-manifest-descriptor.a", "b")]
    [InlineData("SB0117", "unpack", "false")]
    [InlineData("SB0104", "prefer-nondist-layers", "true")]
    [InlineData("SB0106", "dangling-name-prefix", "NO")]
    [InlineData("SB0102", "store", "perhaps")]
    public void What_an_image_cannot_be_is_refused(string code, params string[] attributes) =>
        Assert.Equal(code, Refuse(Output("image", null, Pairs(attributes)), Options()));

    [Theory]
    [InlineData("unpack", "true")]
    [InlineData("store", "false", "push", "true", "name", "a", "registry.insecure", "true")]
    [InlineData("oci-mediatypes", "false", "compression", "gzip")]
    [InlineData("name", "a:1", "name-canonical", "true")]
    public void What_the_image_exporter_of_BuildKit_takes_is_taken(params string[] attributes) =>
        Assert.NotNull(Create(Output("image", null, Pairs(attributes)), Options()));

    [Theory]
    [InlineData("app:1 app:1@", "name", "app:1", "name-canonical", "true")]
    [InlineData("x@", "dangling-name-prefix", "x", "name-canonical", "true")]
    [InlineData("app:1 x@", "name", "app:1", "dangling-name-prefix", "x")]
    [InlineData("app:1", "name", "app:1", "dangling-name-prefix", "x", "danging-name-empty-only", "true")]
    [InlineData("x@", "dangling-name-prefix", "x", "danging-name-empty-only", "true")]
    public void Names_may_hold_the_digest(string expected, params string[] attributes)
    {
        var digest = Digest.Compute("image"u8);
        var names = new OutputNames(new OutputAttributes(Output("image", null, Pairs(attributes))), Options());
        Assert.Equal(expected.Split(' ').Select(name => ImageReference.Parse(name.Replace("@", "@" + digest, StringComparison.Ordinal))), names.Kept(digest));
    }

    [Fact]
    public void Files_of_several_platforms_do_not_go_into_one_directory() => Assert.Equal(
        "SB0114", Refuse(Output("local", "/x") with { Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("platform-split", "false") }, Options("linux/amd64", "linux/arm64")));

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        registry.Dispose();
        directory.Dispose();
    }

    private static BuildOptions Options(params string[] platforms) =>
        new() { Context = "/context", Platforms = [.. platforms.DefaultIfEmpty("linux/amd64").Select(Platform.Parse)] };

    private static OutputOptions Output(string type, string? destination, params (string Key, string Value)[] attributes) =>
        new(type, destination, attributes.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));

    private static (string Key, string Value)[] Pairs(string[] words) => [.. words.Chunk(2).Select(pair => (pair[0], pair[1]))];

    private Exporter Create(OutputOptions output, BuildOptions options) =>
        Exporter.Create(output, options, new BuilderServices(store, registry, TimeProvider.System));

    private string Refuse(OutputOptions output, BuildOptions options) => Assert.Throws<BuildException>(() => Create(output, options)).Code;
}
