using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>What a renderer knows of one step.</summary>
internal sealed class StepView(StepLabel label)
{
    private readonly OutputLines[] output = [new(), new()];

    /// <summary>The step's number and name.</summary>
    public StepLabel Label { get; } = label;

    /// <summary>How far it is.</summary>
    public StepState State { get; set; }

    /// <summary>When it began; null while it has not.</summary>
    public DateTimeOffset? Started { get; set; }

    /// <summary>How long it took, once it is over.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>What failed, when it failed.</summary>
    public string? Message { get; set; }

    /// <summary>The transfers of the step, in the order in which they appeared.</summary>
    public List<TransferView> Transfers { get; } = [];

    /// <summary>Whether it is over.</summary>
    public bool IsOver => State is not (StepState.Pending or StepState.Running or StepState.Waiting);

    /// <summary>How long it has run, or ran.</summary>
    public TimeSpan Elapsed(DateTimeOffset now) => IsOver ? Duration : Started is { } started && now > started ? now - started : TimeSpan.Zero;

    /// <summary>The lines that a piece of output completes.</summary>
    public IEnumerable<string> Add(StepOutput piece) => output[piece.Stream == 2 ? 1 : 0].Add(piece.Data);

    /// <summary>The lines that never got their end.</summary>
    public IEnumerable<string> TakeRest()
    {
        foreach (var lines in output)
        {
            if (lines.TakeRest() is { } line)
            {
                yield return line;
            }
        }
    }

    /// <summary>The transfer named <paramref name="item"/>, added when it is new.</summary>
    public TransferView Transfer(string item)
    {
        foreach (var transfer in Transfers)
        {
            if (transfer.Item == item)
            {
                return transfer;
            }
        }

        var added = new TransferView(item);
        Transfers.Add(added);
        return added;
    }
}

/// <summary>How far a step is.</summary>
internal enum StepState
{
    /// <summary>Nothing was heard of it.</summary>
    Pending,

    /// <summary>It works.</summary>
    Running,

    /// <summary>Another process builds the same thing.</summary>
    Waiting,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It came from the cache.</summary>
    Cached,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was given up.</summary>
    Canceled,
}
