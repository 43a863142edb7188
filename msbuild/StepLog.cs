using System.Text;

namespace SharpBuild.MSBuild;

/// <summary>What is known of one step: its name and the lines that it wrote.</summary>
/// <param name="number">Its number in the plan.</param>
/// <param name="name">Its name, such as <c>[build 2/3] RUN make</c>.</param>
internal sealed class StepLog(int number, string name)
{
    private readonly StringBuilder[] begun = [new(), new()];
    private readonly Decoder[] decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];

    /// <summary>Number and first line of the name.</summary>
    public string Title { get; } = $"#{number} {name.Split('\n')[0]}";

    /// <summary>Whether it stands for an instruction, and not for work of sharpbuild's own such as an export.</summary>
    public bool IsInstruction { get; } = !name.StartsWith("[internal]", StringComparison.Ordinal) && name.StartsWith('[');

    /// <summary>The lines so far.</summary>
    public List<string> Tail { get; } = [];

    /// <summary>The lines that a piece of output completes.</summary>
    public List<string> Add(int stream, byte[] piece)
    {
        var (index, lines) = (stream == 2 ? 1 : 0, new List<string>());
        var characters = new char[decoders[index].GetCharCount(piece, flush: false)];
        decoders[index].GetChars(piece, characters, flush: false);
        foreach (var character in characters)
        {
            if (character == '\n')
            {
                lines.Add(Take(begun[index]));
            }
            else
            {
                begun[index].Append(character);
            }
        }

        return lines;
    }

    /// <summary>The lines that never got their end.</summary>
    public List<string> TakeRest() => [.. begun.Where(static line => line.Length > 0).Select(Take)];

    private string Take(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        Tail.Add(text);
        if (Tail.Count > 1000)
        {
            Tail.RemoveRange(0, 900);
        }

        return $"#{number} {text}";
    }
}
