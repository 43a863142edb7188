namespace SharpBuild.Parser.Reading;

/// <summary>A flag that an instruction has.</summary>
/// <param name="Name">The name without dashes.</param>
/// <param name="Kind">What may follow.</param>
internal sealed record FlagDefinition(string Name, FlagKind Kind)
{
    private static readonly FlagDefinition[] None = [];

    private static readonly FlagDefinition[] From = [new("platform", FlagKind.Value)];

    private static readonly FlagDefinition[] Run =
    [
        new("mount", FlagKind.Repeatable),
        new("network", FlagKind.Value),
        new("security", FlagKind.Value),
        new("device", FlagKind.Repeatable),
    ];

    private static readonly FlagDefinition[] Copy =
    [
        new("from", FlagKind.Value),
        new("chown", FlagKind.Value),
        new("chmod", FlagKind.Value),
        new("link", FlagKind.Switch),
        new("parents", FlagKind.Switch),
        new("exclude", FlagKind.Repeatable),
    ];

    private static readonly FlagDefinition[] Add =
    [
        new("chown", FlagKind.Value),
        new("chmod", FlagKind.Value),
        new("checksum", FlagKind.Value),
        new("link", FlagKind.Switch),
        new("keep-git-dir", FlagKind.Switch),
        new("unpack", FlagKind.Switch),
        new("exclude", FlagKind.Repeatable),
    ];

    private static readonly FlagDefinition[] Healthcheck =
    [
        new("interval", FlagKind.Value),
        new("timeout", FlagKind.Value),
        new("start-period", FlagKind.Value),
        new("start-interval", FlagKind.Value),
        new("retries", FlagKind.Value),
    ];

    /// <summary>The flags of an instruction.</summary>
    /// <param name="keyword">Its keyword in upper case.</param>
    public static ReadOnlySpan<FlagDefinition> Of(string keyword) => keyword switch
    {
        "FROM" => From,
        "RUN" => Run,
        "COPY" => Copy,
        "ADD" => Add,
        "HEALTHCHECK" => Healthcheck,
        _ => None,
    };
}

/// <summary>What may follow a flag's name.</summary>
internal enum FlagKind
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>A value each time.</summary>
    Repeatable,

    /// <summary>Nothing, <c>=true</c> or <c>=false</c>.</summary>
    Switch,
}
