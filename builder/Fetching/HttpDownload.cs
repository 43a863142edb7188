using System.Security.Cryptography;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Fetching;

/// <summary>Writes a file from the web into a layer, hashed on the way.</summary>
internal sealed class HttpDownload(HttpStep step, LayerDraft draft, FetchReporter reporter)
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int BufferSize = 128 * 1024;

    // What a build may leave of the disk to everybody else, and how often it looks.
    private const long Reserve = 128L << 20;
    private const long LookInterval = 64L << 20;

    /// <summary>Saves the body of an answer.</summary>
    /// <returns>Its digest.</returns>
    /// <exception cref="BuildException">It did not arrive whole, or there is no room for it.</exception>
    public async Task<Digest> SaveAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var path = Path.Join(draft.UpperPath, step.FileName);
        var announced = response.Content.Headers.ContentLength;
        CheckRoom(announced ?? 0);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = FileMode,
        });
        var digest = await CopyAsync(response, file, announced, cancellationToken);
        File.SetLastWriteTimeUtc(file.SafeFileHandle, response.Content.Headers.LastModified?.UtcDateTime ?? DateTime.UnixEpoch);
        return digest;
    }

    private async Task<Digest> CopyAsync(HttpResponseMessage response, FileStream file, long? announced, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        var (done, nextLook) = (0L, LookInterval);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                var count = await body.ReadAsync(buffer, cancellationToken);
                if (count == 0)
                {
                    return Digest.OfSha256(hash.GetHashAndReset());
                }

                hash.AppendData(buffer, 0, count);
                Write(file, buffer.AsSpan(0, count));
                done += count;
                if (done >= nextLook)
                {
                    CheckRoom(0);
                    nextLook += LookInterval;
                }

                reporter.Transferred(step.FileName, done, announced);
            }
        }
        catch (Exception exception) when (exception is HttpIOException or InvalidDataException or HttpRequestException or IOException or TimeoutException)
        {
            var size = announced is { } all ? $"{done} of {all}" : $"{done}";
            throw FetchErrors.Create(FetchErrors.Incomplete, $"{step.Source.Text} ended after {size} bytes: {exception.Message}", "try again; if it happens again, the server is broken", exception);
        }
    }

    private void Write(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (IOException exception)
        {
            throw FetchErrors.Create(FetchErrors.NoRoom, $"{step.Source.Text} cannot be saved: {exception.Message}", "free some disk space, or put the store elsewhere with --root", exception);
        }
    }

    // A body may be endless, or larger than it says: before the disk is full for everybody, the build ends.
    private void CheckRoom(long wanted)
    {
        var free = new DriveInfo(draft.UpperPath).AvailableFreeSpace;
        if (free - wanted < Reserve)
        {
            throw FetchErrors.Create(
                FetchErrors.NoRoom, $"there is no room for {step.Source.Text}: the store's disk has {free >> 20} MiB left", "free some disk space, or put the store elsewhere with --root");
        }
    }
}
