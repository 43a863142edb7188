using System.Security.Cryptography;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Image.Layers;

namespace SharpBuild.Builder.Fetching;

/// <summary>Standard input as a file of a layer.</summary>
internal sealed class InputFile(BuilderServices services)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Reads all of it.</summary>
    public async Task<FetchedSource> ReadAsync(InputStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Start();
        using var draft = services.Store.Layers.Create([]);
        var content = await CopyAsync(Path.Join(draft.UpperPath, step.FileName), step, reporter, cancellationToken);
        using var key = new CacheKeyBuilder(step.Kind);
        step.Describe(key);
        key.Add("content", content);
        var layer = services.Store.Layers.Commit(draft);
        return new(key.ToDigest(), new StepResult([layer.Id], services.Clock.GetUtcNow())) { IsNew = true };
    }

    private async Task<Digest> CopyAsync(string path, InputStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        await using var input = services.OpenStandardInput();
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reserve = new DiskReserve(file.SafeFileHandle, "standard input");
        var buffer = new byte[BufferSize];
        var done = 0L;

        // A read of a terminal or a pipe heeds no token: it is left to itself, and its thread ends with the process.
        for (int count; (count = await input.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken)) > 0;)
        {
            reserve.Take(count);
            hash.AppendData(buffer, 0, count);
            file.Write(buffer.AsSpan(0, count));
            done += count;
            reporter.Transferred(step.FileName, done, null);
        }

        return Digest.OfSha256(hash.GetHashAndReset());
    }
}
