using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Fetching;

/// <summary>What a server said of a file when it was last fetched: enough to ask whether it is still the same.</summary>
/// <param name="Content">The file's digest.</param>
/// <param name="EntityTag">The <c>ETag</c>, without the mark of a weak one; null when there was none.</param>
/// <param name="LastModified">The <c>Last-Modified</c> time; null when there was none.</param>
/// <param name="IsOld">Whether the file was old enough that its time tells one version from the next (RFC 9110 8.8.2.2).</param>
internal sealed record HttpValidators(Digest Content, string? EntityTag, DateTimeOffset? LastModified, bool IsOld)
{
    private static readonly TimeSpan OldEnough = TimeSpan.FromMinutes(1);

    /// <summary>Whether the server can be asked at all.</summary>
    public bool CanAsk => EntityTag is not null || (LastModified is not null && IsOld);

    /// <summary>The facts of a record, for <see cref="Read(BuildRecord)"/>.</summary>
    public ImmutableSortedDictionary<string, string> ToFacts()
    {
        var facts = ImmutableSortedDictionary<string, string>.Empty.Add("content", Content.ToString()).Add("old", IsOld ? "yes" : "no");
        facts = EntityTag is null ? facts : facts.Add("etag", EntityTag);
        return LastModified is null ? facts : facts.Add("modified", LastModified.Value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>What a record holds.</summary>
    public static HttpValidators Read(BuildRecord record)
    {
        var facts = record.Facts;
        DateTimeOffset? modified = facts.TryGetValue("modified", out var text) ? DateTimeOffset.ParseExact(text, "R", CultureInfo.InvariantCulture) : null;
        return new(Digest.Parse(facts["content"]), facts.GetValueOrDefault("etag"), modified, facts["old"] == "yes");
    }

    /// <summary>What an answer says.</summary>
    public static HttpValidators Read(HttpResponseMessage response, Digest content, DateTimeOffset now)
    {
        var modified = response.Content.Headers.LastModified;
        return new(content, TagOf(response), modified, modified is { } time && (response.Headers.Date ?? now) - time >= OldEnough);
    }

    /// <summary>The entity tag of an answer without the mark of a weak one: equal is equal for us.</summary>
    public static string? TagOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("ETag", out var values) && string.Join("", values) is { Length: > 0 } tag
            ? tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag
            : null;
}
