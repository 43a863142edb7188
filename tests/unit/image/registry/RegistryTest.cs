using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

/// <summary>A fake registry, a client and the words to use them.</summary>
public abstract class RegistryTest : IAsyncDisposable
{
    private readonly List<RegistryClient> clients = [];

    private protected FakeRegistry Registry { get; } = new();

    private protected ImpatientClock Clock { get; } = new();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        clients.ForEach(client => client.Dispose());
        await Registry.DisposeAsync();
    }

    private protected RegistryClient Client(ICredentialSource? credentials = null, IEnumerable<Uri>? hubMirrors = null)
    {
        var client = new RegistryClient(new RegistryOptions
        {
            Clock = Clock,
            Credentials = credentials ?? NoCredentials.Instance,
            Mirrors = hubMirrors is null
                ? ImmutableDictionary<string, ImmutableArray<Uri>>.Empty
                : ImmutableDictionary<string, ImmutableArray<Uri>>.Empty.Add(Registry.Address, [.. hubMirrors]),
        });
        clients.Add(client);
        return client;
    }

    private protected ImageReference Reference(string name) => ImageReference.Parse($"{Registry.Address}/{name}");

    private protected static byte[] SomeBytes(int count)
    {
        // No position looks like another, so that a resumed download that is off by some bytes shows.
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)(((uint)i * 2654435761u) >> 24);
        }

        return bytes;
    }

    private protected static async Task<byte[]> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Cancellation);
            return bytes.ToArray();
        }
    }

    private protected static async Task<ImageException> FailsAsync(string code, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<ImageException>(action);
        Assert.True(failure.Code == code, string.Create(CultureInfo.InvariantCulture, $"{failure.Code} {failure.Message}"));
        Assert.False(string.IsNullOrEmpty(failure.Hint));
        return failure;
    }

    private protected sealed class OneCredential(RegistryCredential credential) : ICredentialSource
    {
        public int Lookups { get; private set; }

        public ValueTask<RegistryCredential?> FindAsync(string registry, string repository, CancellationToken cancellationToken)
        {
            Lookups++;
            return new(credential);
        }
    }
}
