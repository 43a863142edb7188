using System.Text;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Image;

public sealed class ImageJsonTests
{
    // As BuildKit writes one: top-level names sorted, config in Docker's order, < > & escaped, nanoseconds.
    private const string BuildKitConfig = """
        {"architecture":"amd64","author":"A \u003ca@b.c\u003e","config":{"User":"1000","ExposedPorts":{"80/tcp":{}},"Env":["PATH=/bin","Ü=é"],"Entrypoint":["/e"],"Cmd":["a","b \u0026\u0026 c"],"Volumes":{"/v":{}},"WorkingDir":"/w","Labels":{"a":"1","b":"\"q\""},"StopSignal":"SIGINT","Healthcheck":{"Test":["CMD","true"],"Interval":30000000000,"Retries":3},"OnBuild":["RUN x"],"Shell":["/bin/bash","-c"]},"created":"2024-01-27T00:30:48.624602109Z","history":[{"created":"2024-01-27T00:30:48.624602109Z","created_by":"RUN x # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2024-01-27T00:30:49Z","created_by":"ENV a=b","empty_layer":true}],"moby.buildkit.cache.v0":"x","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"variant":"v2"}
        """;

    [Fact]
    public void A_config_of_BuildKit_survives_byte_by_byte() =>
        Assert.Equal(BuildKitConfig, Encoding.UTF8.GetString(ImageJson.Serialize(ImageJson.DeserializeConfig(Encoding.UTF8.GetBytes(BuildKitConfig)))));

    [Fact]
    public void A_changed_time_is_written_as_changed()
    {
        var config = ImageJson.DeserializeConfig(Encoding.UTF8.GetBytes(BuildKitConfig)) with { Created = DateTimeOffset.UnixEpoch };
        Assert.Contains("\"created\":\"1970-01-01T00:00:00Z\"", Encoding.UTF8.GetString(ImageJson.Serialize(config)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_classic_builder_left_behind_is_dropped()
    {
        var config = ImageJson.DeserializeConfig("""{"architecture":"amd64","os":"linux","container":"x","docker_version":"28","config":{"Hostname":"h","AttachStdin":false,"Image":"i","Cmd":["sh"],"Volumes":null,"Env":null}}"""u8.ToArray());
        Assert.Equal("""{"architecture":"amd64","config":{"Cmd":["sh"]},"history":[],"os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""", Encoding.UTF8.GetString(ImageJson.Serialize(config)));
    }

    [Theory]
    [InlineData("""{"Env":["A=b\u0000c"]}""")]
    [InlineData("""{"WorkingDir":"/a\u0000b"}""")]
    [InlineData("""{"User":"0\u0000"}""")]
    [InlineData("""{"Entrypoint":["/bin/sh","\u0000"]}""")]
    [InlineData("""{"Cmd":["a\u0000"]}""")]
    [InlineData("""{"Shell":["a\u0000"]}""")]
    [InlineData("""{"OnBuild":["RUN a\u0000"]}""")]
    [InlineData("""{"Volumes":{"/a\u0000b":{}}}""")]
    [InlineData("""{"ExposedPorts":{"80\u0000/tcp":{}}}""")]
    [InlineData("""{"Labels":{"a":"b\u0000"}}""")]
    [InlineData("""{"Labels":{"a\u0000":"b"}}""")]
    [InlineData("""{"StopSignal":"TERM\u0000"}""")]
    [InlineData("""{"Healthcheck":{"Test":["CMD","a\u0000"]}}""")]
    [InlineData("""{"Future":{"deep":[["a\u0000"]]}}""")]
    public void A_NUL_character_in_a_config_is_refused(string config)
    {
        var refusal = Assert.Throws<ImageException>(() =>
            ImageJson.DeserializeConfig(Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","config":{{config}}}""")));

        Assert.Contains("NUL character", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', refusal.Message);
    }

    [Fact]
    public void A_manifest_is_indented_and_keeps_what_it_does_not_know()
    {
        var text = """
            {
              "schemaVersion": 2,
              "mediaType": "application/vnd.oci.image.manifest.v1+json",
              "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "size": 0,
                "data": "e30="
              },
              "layers": [],
              "annotations": {
                "a": "b"
              },
              "future": [
                1
              ]
            }
            """.Replace("\r", "", StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(ImageJson.Serialize(ImageJson.DeserializeManifest(Encoding.UTF8.GetBytes(text)))));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"a","digest":"sha256:x","size":1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[],"config":{},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""")]
    public void What_is_no_manifest_is_refused(string json) =>
        Assert.Equal(ImageErrorCodes.InvalidManifest, Assert.Throws<ImageException>(() => ImageJson.DeserializeManifest(Encoding.UTF8.GetBytes(json))).Code);
}
