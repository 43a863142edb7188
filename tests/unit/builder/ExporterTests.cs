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
    public void What_holds_one_image_takes_no_index(string type, string? destination)
    {
        Assert.Equal("SB0114", Refuse(Output(type, destination), Options("linux/amd64", "linux/arm64")));
        Assert.NotNull(Create(Output("local", "/x"), Options("linux/amd64", "linux/arm64")));
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

    private static OutputOptions Output(string type, string? destination) => new(type, destination, ImmutableSortedDictionary<string, string>.Empty);

    private Exporter Create(OutputOptions output, BuildOptions options) =>
        Exporter.Create(output, options, new BuilderServices(store, registry, TimeProvider.System));

    private string Refuse(OutputOptions output, BuildOptions options) => Assert.Throws<BuildException>(() => Create(output, options)).Code;
}
