using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>Files of the host that a user names.</summary>
public static class HostFile
{
    /// <summary>Whether opening or reading it may wait for somebody else, as a FIFO or a terminal does; false when it is not there.</summary>
    public static bool MayWait(string path)
    {
        using var file = Descriptors.TryOpen(path, OpenFlags.PathOnly, out _);
        return file is not null && FileStatuses.Get(file).Kind != FileKind.Regular;
    }

    /// <inheritdoc cref="NamedInput.Open"/>
    public static Stream OpenInput(string path, CancellationToken cancellationToken) => NamedInput.Open(path, cancellationToken);

    /// <inheritdoc cref="NamedInput.OpenStandardInput"/>
    public static Stream OpenStandardInput(CancellationToken cancellationToken) => NamedInput.OpenStandardInput(cancellationToken);

    /// <inheritdoc cref="NamedInput.ReadAll"/>
    public static byte[] ReadInput(string path, int limit, CancellationToken cancellationToken) => NamedInput.ReadAll(path, limit, cancellationToken);

    /// <inheritdoc cref="OrdinaryFile.ReadAll(string, int)"/>
    public static byte[] ReadAll(string path, int limit) => OrdinaryFile.ReadAll(path, limit);

    /// <inheritdoc cref="OrdinaryFile.ReadText"/>
    public static string ReadText(string path, int limit) => OrdinaryFile.ReadText(path, limit);
}
