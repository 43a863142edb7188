using SharpBuild.Cli.Rendering.Pipelines;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Rendering;

/// <summary>Chooses a renderer.</summary>
internal static class RendererFactory
{
    /// <summary>Makes the renderer of <paramref name="mode"/>.</summary>
    /// <param name="mode">What was asked for.</param>
    /// <param name="error">Standard error as text.</param>
    /// <param name="lookup">Reads an environment variable.</param>
    /// <param name="showsDetails">Whether warnings are shown with their lines of the Dockerfile.</param>
    /// <param name="dockerfile">The whole path of the Dockerfile; null when there is no file.</param>
    public static BuildRenderer Create(ProgressMode mode, SafeWriter error, Func<string, string?> lookup, bool showsDetails, string? dockerfile)
    {
        var dialect = PipelineDialect.Detect(lookup);
        switch (mode)
        {
            case ProgressMode.Plain or ProgressMode.Auto when dialect is not null:
                return new PipelineRenderer(error, dialect, dockerfile, showsDetails);
            case ProgressMode.Quiet:
                return new QuietRenderer(error);
            case ProgressMode.Json:
                return new JsonRenderer(((StreamWriter)error.Raw).BaseStream);
            case ProgressMode.Plain:
                return new PlainRenderer(error, showsDetails);
        }

        // Logs of a CI service are files, even where it hands out a terminal.
        var terminal = HostTerminal.Of(2);
        var wantsLive = mode == ProgressMode.Terminal || (lookup("TERM") is not (null or "" or "dumb") && string.IsNullOrEmpty(lookup("CI")));
        if (terminal is null && mode == ProgressMode.Terminal)
        {
            throw new UsageException("--progress tty needs a terminal on standard error: use --progress plain");
        }

        return terminal is null || !wantsLive ? new PlainRenderer(error, showsDetails) : CreateLive(terminal, error, lookup, showsDetails);
    }

    private static TerminalRenderer CreateLive(HostTerminal terminal, SafeWriter error, Func<string, string?> lookup, bool showsDetails)
    {
        var colors = string.IsNullOrEmpty(lookup("NO_COLOR")) ? TerminalColors.Usual : TerminalColors.None;
        var lines = int.TryParse(lookup("BUILDKIT_TTY_LOG_LINES"), System.Globalization.NumberStyles.None, null, out var wanted)
            ? Math.Min(wanted, 1000)
            : TerminalRenderer.DefaultLogLines;
        return new TerminalRenderer(error, Size, colors, lines, showsDetails);

        TerminalSize Size() => terminal.Size is { Columns: > 0, Rows: > 0 } size ? new(size.Columns, size.Rows) : TerminalSize.Default;
    }
}
