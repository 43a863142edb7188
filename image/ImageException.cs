namespace SharpBuild.Image;

/// <summary>An image, an archive or a registry is not as it should be. Says which one, and what would mend it.</summary>
public sealed class ImageException : Exception
{
    /// <summary>Reports a failure.</summary>
    /// <param name="code">The stable code, see <see cref="ImageErrorCodes"/>.</param>
    /// <param name="message">What failed on what, in one sentence.</param>
    /// <param name="inner">What caused it.</param>
    public ImageException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The stable code.</summary>
    public string Code { get; }

    /// <summary>What it is about: an image reference, a digest or a path.</summary>
    public string? Subject { get; init; }

    /// <summary>The image, when the failure belongs to one.</summary>
    public ImageReference? Reference { get; init; }

    /// <summary>An imperative that would mend it.</summary>
    public string? Hint { get; init; }

    /// <summary>Whether the same thing may succeed later: the network, a busy registry.</summary>
    public bool IsTransient { get; init; }
}
