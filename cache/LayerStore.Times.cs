using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Image;
using SharpBuild.Image.Layers;

namespace SharpBuild.Cache;

/// <content>Layers whose times are rewritten.</content>
public sealed partial class LayerStore
{
    /// <summary>
    /// The same layer with no modification time later than <paramref name="latest"/>, as a layer of its own: an image that is made of it
    /// runs, is saved and is pushed as any other. Made once, then found again.
    /// </summary>
    /// <param name="id">The layer.</param>
    /// <param name="below">The layers that the result stands on.</param>
    /// <param name="latest">The latest time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<LayerId> RewriteTimesAsync(LayerId id, ImmutableArray<LayerId> below, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        ThrowIfMissing(id);
        var result = RewrittenId(id, below, latest);
        if (Claim(result))
        {
            return result;
        }

        using var held = await locks.AcquireAsync("layer " + result, cancellationToken);
        if (!Claim(result))
        {
            await Task.Run(() => RewriteTimes(id, below, latest, result, cancellationToken), cancellationToken);
        }

        return result;
    }

    // A layer never changes, so that what it was made from and how are a name for it.
    private static LayerId RewrittenId(LayerId id, ImmutableArray<LayerId> below, DateTimeOffset latest)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"times {latest.ToUnixTimeSeconds()} {id} {string.Join(' ', below)}");
        return LayerId.Parse(Digest.Compute(System.Text.Encoding.ASCII.GetBytes(text)).Hex);
    }

    private void RewriteTimes(LayerId id, ImmutableArray<LayerId> below, DateTimeOffset latest, LayerId result, CancellationToken cancellationToken)
    {
        using var draft = new LayerDraft(this, session.NewPath(), below);
        using (var directory = draft.OpenUpper())
        using (var lower = draft.OpenLower())
        using (var tar = OpenTar(id, TarOptions with { LatestTime = latest }))
        {
            LayerExtractor.Extract(tar, directory, new() { UserXattr = UserXattr, Lower = lower }, cancellationToken);
        }

        Remove(result);
        Publish(draft, result, new(marks.Now()));
    }
}
