using SharpBuild.Image.Layouts;

namespace SharpBuild.Builder.Exporting;

/// <summary>Where an output is written: a path, or standard output.</summary>
/// <param name="output">The output.</param>
/// <param name="services">Knows standard output.</param>
internal sealed class Destination(OutputOptions output, BuilderServices services)
{
    /// <summary>The absolute path.</summary>
    public string Path { get; } = output.Destination ?? throw new BuildException("SB0109", $"the output '{output.Type}' has no destination") { Hint = "give dest=PATH" };

    /// <summary>Whether the output was asked for with <c>-</c>.</summary>
    public bool IsStandardOutput => Path == "-";

    /// <summary>Writes a file, which appears whole or not at all; a pipe gets the bytes as they come.</summary>
    public async Task WriteAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        if (!IsStandardOutput)
        {
            await OutputFile.WriteAsync(Path, write, cancellationToken);
            return;
        }

        try
        {
            await using var stream = services.OpenStandardOutput();
            await write(stream);
        }
        catch (IOException exception)
        {
            throw OutputFile.NotWritten("standard output", exception);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsStandardOutput ? "to standard output" : Path;
}
