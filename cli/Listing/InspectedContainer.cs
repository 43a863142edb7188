using System.Text.Json;
using SharpBuild.Engine;

namespace SharpBuild.Cli.Listing;

/// <summary>A container as <c>docker inspect</c> prints it, as far as it is known.</summary>
internal static class InspectedContainer
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, Container container)
    {
        json.WriteStartObject();
        json.WriteString("Id", container.Id);
        json.WriteString("Created", container.Created);
        json.WriteString("Name", $"/{container.Name}");
        json.WriteString("Image", container.ImageId.ToString());
        json.WriteStartObject("State");
        json.WriteString("Status", container.Status.ToString().ToLowerInvariant());
        json.WriteBoolean("Running", container.Status == ContainerStatus.Running);
        json.WriteNumber("Pid", container.Status == ContainerStatus.Running ? container.ProcessId ?? 0 : 0);
        json.WriteNumber("ExitCode", container.ExitCode ?? 0);
        if (container.Finished is { } finished)
        {
            json.WriteString("FinishedAt", finished);
        }

        json.WriteEndObject();
        json.WriteStartObject("Config");
        json.WriteString("Image", container.Image);
        json.WriteStartArray("Cmd");
        foreach (var word in container.Command)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
