using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>One thing that a step transfers.</summary>
internal sealed class TransferView(string item)
{
    /// <summary>Its name.</summary>
    public string Item { get; } = item;

    /// <summary>Bytes done.</summary>
    public long Current { get; private set; }

    /// <summary>Bytes in all, null when unknown.</summary>
    public long? Total { get; private set; }

    /// <summary>When it was first heard of.</summary>
    public DateTimeOffset Started { get; private set; }

    /// <summary>When a line about it was last printed (for renderers that append).</summary>
    public DateTimeOffset? Printed { get; set; }

    /// <summary>Whether it is complete.</summary>
    public bool IsComplete => Total == Current;

    /// <summary>Takes news.</summary>
    public void Update(StepProgress news)
    {
        if (Started == default)
        {
            Started = news.Time;
        }

        (Current, Total) = (news.Current, news.Total);
    }

    /// <summary><c>1.2MB / 3.4MB</c>, or the one number that is known.</summary>
    public string Amount => Total is { } total ? $"{ByteSize.Format(Current)} / {ByteSize.Format(total)}" : ByteSize.Format(Current);
}
