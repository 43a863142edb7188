using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SharpBuild.Builder;

namespace SharpBuild.Cli.Building;

/// <summary>What <c>--metadata-file</c> holds: buildx's names where it has them.</summary>
internal static class MetadataFile
{
    /// <summary>The file's bytes, for a build that succeeded or failed.</summary>
    public static ReadOnlySpan<byte> Write(BuildResult? result, FailureReport? failure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (result is not null)
            {
                if (result.IndexDigest is null)
                {
                    json.WriteString("containerimage.config.digest", result.ConfigDigest.ToString());
                }

                json.WriteString("containerimage.digest", (result.IndexDigest ?? result.ManifestDigest).ToString());
                if (!result.Names.IsEmpty)
                {
                    json.WriteString("image.name", string.Join(',', result.Names));
                }
            }

            if (failure is not null)
            {
                WriteFailure(json, failure);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void WriteFailure(Utf8JsonWriter json, FailureReport failure)
    {
        json.WriteStartObject("sharpbuild.failure");
        json.WriteString("code", failure.Code);
        json.WriteString("message", failure.Message);
        if (failure.StepName is { } step)
        {
            json.WriteString("step", step);
        }

        if (failure.ProcessExitCode is { } code)
        {
            json.WriteNumber("exitCode", code);
        }

        json.WriteEndObject();
    }
}
