using System.Text;

namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>
/// The log of a CI service, whose commands are lines like all others: what comes from a build is made harmless here, and only
/// <see cref="Command"/> writes commands. Lines are written whole.
/// </summary>
/// <param name="output">The log.</param>
internal sealed class PipelineLog(TextWriter output) : TextWriter
{
    private readonly StringBuilder line = new();

    /// <inheritdoc/>
    public override Encoding Encoding => output.Encoding;

    /// <summary>Text that no service takes for a command: control characters are gone, its markers are broken by a blank.</summary>
    public static string MakeHarmless(string text)
    {
        var clean = DisplayText.Clean(text);

        // GitHub's runner looks for "::" behind blanks at the start, and for "##[" anywhere; Azure's agent for "##vso[" anywhere.
        var start = clean.Length - clean.AsSpan().TrimStart().Length;
        if (clean.AsSpan(start).StartsWith("::"))
        {
            clean = clean.Insert(start + 1, " ");
        }

        return clean.Replace("##[", "# #[").Replace("##vso[", "# #vso[", StringComparison.OrdinalIgnoreCase)
            .Replace("section_start:", "section_start :").Replace("section_end:", "section_end :");
    }

    /// <summary>Writes a line that the service is to understand.</summary>
    public void Command(string command)
    {
        WriteLine();
        output.Write(command);
        output.Write('\n');
    }

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (value == '\n')
        {
            output.Write(MakeHarmless(line.ToString()));
            output.Write('\n');
            line.Clear();
        }
        else
        {
            line.Append(value);
        }
    }

    /// <summary>Ends a line that was begun.</summary>
    public override void WriteLine()
    {
        if (line.Length > 0)
        {
            Write('\n');
        }
    }

    /// <inheritdoc/>
    public override void Flush() => output.Flush();
}
