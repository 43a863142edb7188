using System.Text.Json;

namespace SharpBuild.Image.Json;

/// <summary>The <c>config</c> member of an image config, members in the order of Docker's Go type.</summary>
internal static class ContainerConfigJson
{
    private const long NanosecondsPerTick = 100;

    public static void Write(Utf8JsonWriter writer, ContainerConfig config)
    {
        writer.WriteStartObject();
        writer.WriteUnlessEmpty("User", config.User);
        writer.WriteUnlessEmpty("ExposedPorts", config.ExposedPorts);
        writer.WriteUnlessEmpty("Env", config.Env);
        writer.WriteUnlessEmpty("Entrypoint", config.Entrypoint ?? []);
        writer.WriteUnlessEmpty("Cmd", config.Cmd ?? []);
        writer.WriteUnlessEmpty("Volumes", config.Volumes);
        writer.WriteUnlessEmpty("WorkingDir", config.WorkingDir);
        writer.WriteUnlessEmpty("Labels", config.Labels);
        writer.WriteUnlessEmpty("StopSignal", config.StopSignal);
        writer.WriteUnlessEmpty("ArgsEscaped", config.ArgsEscaped);
        if (config.Healthcheck is { } healthcheck)
        {
            WriteHealthcheck(writer, healthcheck);
        }

        writer.WriteUnlessEmpty("OnBuild", config.OnBuild);
        if (config.StopTimeout is { } stopTimeout)
        {
            writer.WriteNumber("StopTimeout", stopTimeout);
        }

        writer.WriteUnlessEmpty("Shell", config.Shell ?? []);
        writer.WriteUnknown(config.Unknown);
        writer.WriteEndObject();
    }

    public static ContainerConfig Read(JsonMembers members) => new()
    {
        User = members.String("User") ?? "",
        ExposedPorts = members.Set("ExposedPorts"),
        Env = members.Strings("Env"),
        Entrypoint = members.OptionalStrings("Entrypoint"),
        Cmd = members.OptionalStrings("Cmd"),
        Volumes = members.Set("Volumes"),
        WorkingDir = members.String("WorkingDir") ?? "",
        Labels = members.Pairs("Labels") ?? Sorted.NoPairs,
        StopSignal = members.String("StopSignal") ?? "",
        StopTimeout = members.Int32("StopTimeout"),
        ArgsEscaped = members.Boolean("ArgsEscaped"),
        Healthcheck = members.Object("Healthcheck") is { } healthcheck ? ReadHealthcheck(healthcheck) : null,
        OnBuild = members.Strings("OnBuild"),
        Shell = members.OptionalStrings("Shell"),
        Unknown = members.Unknown(IsKnownOrObsolete),
    };

    // Docker's container config holds the state of the container that was committed, too.
    private static bool IsKnownOrObsolete(string name) =>
        name is "User" or "ExposedPorts" or "Env" or "Entrypoint" or "Cmd" or "Volumes" or "WorkingDir" or "Labels" or "StopSignal" or "StopTimeout"
            or "ArgsEscaped" or "Healthcheck" or "OnBuild" or "Shell"
            or "Hostname" or "Domainname" or "AttachStdin" or "AttachStdout" or "AttachStderr" or "Tty" or "OpenStdin" or "StdinOnce" or "Image";

    private static void WriteHealthcheck(Utf8JsonWriter writer, Healthcheck healthcheck)
    {
        writer.WriteStartObject("Healthcheck");
        writer.WriteUnlessEmpty("Test", healthcheck.Test);
        writer.WriteUnlessEmpty("Interval", healthcheck.Interval.Ticks * NanosecondsPerTick);
        writer.WriteUnlessEmpty("Timeout", healthcheck.Timeout.Ticks * NanosecondsPerTick);
        writer.WriteUnlessEmpty("StartPeriod", healthcheck.StartPeriod.Ticks * NanosecondsPerTick);
        writer.WriteUnlessEmpty("StartInterval", healthcheck.StartInterval.Ticks * NanosecondsPerTick);
        writer.WriteUnlessEmpty("Retries", healthcheck.Retries);
        writer.WriteEndObject();
    }

    private static Healthcheck ReadHealthcheck(JsonMembers members) => new()
    {
        Test = members.Strings("Test"),
        Interval = ReadDuration(members, "Interval"),
        Timeout = ReadDuration(members, "Timeout"),
        StartPeriod = ReadDuration(members, "StartPeriod"),
        StartInterval = ReadDuration(members, "StartInterval"),
        Retries = members.Int32("Retries") ?? 0,
    };

    private static TimeSpan ReadDuration(JsonMembers members, string name) => new((members.Int64(name) ?? 0) / NanosecondsPerTick);
}
