using System.Text;
using SharpBuild.Cli.Rendering.Pipelines;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Cli.Rendering;

/// <summary>
/// Standard output or error as text: the one place that everything printed goes through. What we did not write ourselves (names of images and files, the
/// words of a registry, lines of a Dockerfile) cannot control a terminal, and cannot give commands to a CI service, whose commands are lines like all others.
/// Lines are cleaned and written whole. A line end within a name is the business of who puts the name into a line: see <see cref="DisplayText.Clean(string)"/>.
/// </summary>
/// <param name="raw">Where to.</param>
/// <param name="isPipeline">Whether a CI service reads along.</param>
/// <param name="keepsColors">Whether the colours of a step's output are passed on.</param>
internal sealed class SafeWriter(TextWriter raw, bool isPipeline = false, bool keepsColors = true) : TextWriter
{
    private readonly StringBuilder line = new();

    /// <inheritdoc/>
    public override Encoding Encoding => raw.Encoding;

    /// <summary>The same place for what is safe by itself, such as JSON or a picture that is drawn by escape sequences of ours.</summary>
    public TextWriter Raw => raw;

    /// <summary>The same place where a CI service reads along.</summary>
    public SafeWriter ForPipeline() => new(raw, isPipeline: true, keepsColors: false);

    /// <summary>Writes a line as it is: a command that a service is to understand, or JSON that is safe by its escapes.</summary>
    public void WriteCommand(string command)
    {
        EndLine();
        raw.Write(command);
        raw.Write('\n');
    }

    /// <summary>Writes a line that a step wrote. Its colours may stay, as with docker, but nothing else that controls a terminal, and they end with the line.</summary>
    /// <param name="prefix">What we say before it.</param>
    /// <param name="text">What the step wrote.</param>
    public void WriteOutput(string prefix, string text)
    {
        EndLine();
        var shown = DisplayText.KeepColors(text);
        shown = keepsColors ? prefix + shown : prefix + DisplayText.CleanLine(shown);
        raw.Write(isPipeline ? WorkflowCommands.Defuse(shown) : shown);
        raw.Write('\n');
    }

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (value == '\n')
        {
            raw.Write(Clean(line.ToString()));
            raw.Write('\n');
            line.Clear();
        }
        else
        {
            line.Append(value);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        for (int end; (end = buffer.IndexOf('\n')) >= 0; buffer = buffer[(end + 1)..])
        {
            line.Append(buffer[..end]);
            Write('\n');
        }

        line.Append(buffer);
    }

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        raw.Write(Clean(line.ToString()));
        line.Clear();
        raw.Flush();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Flush();
            raw.Dispose();
        }

        base.Dispose(disposing);
    }

    private void EndLine()
    {
        if (line.Length > 0)
        {
            Write('\n');
        }
    }

    private string Clean(string text)
    {
        var clean = UrlLogin.Hide(DisplayText.CleanLine(text));
        return isPipeline ? WorkflowCommands.Defuse(clean) : clean;
    }
}
