namespace SharpBuild.Cli.Inspecting;

/// <summary>What <c>--call</c> asks for.</summary>
internal enum CallMethod
{
    /// <summary>To build.</summary>
    Build,

    /// <summary>The build checks.</summary>
    Check,

    /// <summary>What a target can be given from outside.</summary>
    Outline,

    /// <summary>The stages.</summary>
    Targets,

    /// <summary>The steps of the build, none of which is run.</summary>
    Graph,
}
