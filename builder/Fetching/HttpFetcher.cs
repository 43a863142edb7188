using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Fetching;

/// <summary>Files from web servers: asks whether the store's copy is still good, else fetches. A file with a checksum needs no asking. Thread-safe.</summary>
internal sealed class HttpFetcher(Store store, WebClient client, TimeProvider clock)
{
    /// <summary>Finds out what a file is, which may mean to fetch it.</summary>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public async Task<FetchedSource> ResolveAsync(HttpStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        var place = PlaceOf(step);
        if (step.Checksum is { } pinned)
        {
            return new(KeyOf(step, pinned, null), store.Records.TryGet(KeyOf(step, pinned, null)) is { } found ? ResultOf(found) : null);
        }

        using var held = await store.Locks.AcquireAsync($"http {place}", cancellationToken);
        var known = store.Records.TryGet(place);
        if (known is not null && HttpValidators.Read(known) is { CanAsk: true } validators)
        {
            return await RevalidateAsync(step, known, validators, reporter, cancellationToken);
        }

        using var response = await client.SendAsync(step.Source, static address => new(HttpMethod.Get, address), cancellationToken);
        return await SaveAsync(step, response, reporter, cancellationToken);
    }

    /// <summary>Fetches a file with a checksum.</summary>
    /// <exception cref="BuildException">It cannot be had, or is another one.</exception>
    public async Task<StepResult> FetchAsync(HttpStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(step.Source, static address => new(HttpMethod.Get, address), cancellationToken);
        return (await SaveAsync(step, response, reporter, cancellationToken)).Result!;
    }

    // First HEAD and a look at the tag: some servers have tags, but take no notice of If-None-Match (as BuildKit found out).
    private async Task<FetchedSource> RevalidateAsync(HttpStep step, BuildRecord known, HttpValidators validators, FetchReporter reporter, CancellationToken cancellationToken)
    {
        if (validators.EntityTag is not null)
        {
            using var head = await client.SendAsync(step.Source, address => Conditional(HttpMethod.Head, address, validators), cancellationToken);
            if (IsSame(head, validators))
            {
                return Known(step, known, validators);
            }
        }

        using var response = await client.SendAsync(step.Source, address => Conditional(HttpMethod.Get, address, validators), cancellationToken);
        return response.StatusCode == HttpStatusCode.NotModified
            ? Known(step, known, validators)
            : await SaveAsync(step, response, reporter, cancellationToken);
    }

    private static bool IsSame(HttpResponseMessage head, HttpValidators validators) => head.StatusCode switch
    {
        HttpStatusCode.NotModified => HttpValidators.TagOf(head) is not { } tag || tag == validators.EntityTag,
        HttpStatusCode.OK => HttpValidators.TagOf(head) == validators.EntityTag,
        _ => false,
    };

    private static HttpRequestMessage Conditional(HttpMethod method, Uri address, HttpValidators validators)
    {
        var request = new HttpRequestMessage(method, address);
        if (validators.EntityTag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }
        else
        {
            request.Headers.IfModifiedSince = validators.LastModified;
        }

        return request;
    }

    private static FetchedSource Known(HttpStep step, BuildRecord known, HttpValidators validators) =>
        new(KeyOf(step, validators.Content, validators.LastModified), ResultOf(known)) { Modified = validators.LastModified };

    private async Task<FetchedSource> SaveAsync(HttpStep step, HttpResponseMessage response, FetchReporter reporter, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw Refused(step, response);
        }

        reporter.Start();
        using var draft = store.Layers.Create([]);
        var content = await new HttpDownload(step, draft, reporter).SaveAsync(response, cancellationToken);
        if (step.Checksum is { } pinned && pinned != content)
        {
            throw FetchErrors.Create(FetchErrors.WrongChecksum, $"{step.Source.Text} has the checksum {content}, not {pinned}", "check the file, then the checksum");
        }

        var layer = store.Layers.Commit(draft);
        var validators = HttpValidators.Read(response, content, clock.GetUtcNow());
        var result = new StepResult([layer.Id], clock.GetUtcNow());
        var key = KeyOf(step, content, validators.LastModified);
        Remember(step, key, result, ImmutableSortedDictionary<string, string>.Empty);
        Remember(step, KeyOf(step, content, null), result, ImmutableSortedDictionary<string, string>.Empty);
        Remember(step, PlaceOf(step), result, validators.ToFacts());
        return new(step.Checksum is null ? key : KeyOf(step, content, null), result) { IsNew = true, Modified = validators.LastModified };
    }

    private static BuildException Refused(HttpStep step, HttpResponseMessage response)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        var host = response.RequestMessage?.RequestUri?.Host ?? "HOST";
        return FetchErrors.Create(FetchErrors.Refused, $"{step.Source.Text} cannot be fetched: the server answers {status}", response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"give a token with --secret id=HTTP_AUTH_TOKEN_{host},env=NAME",
            HttpStatusCode.NotFound or HttpStatusCode.Gone => "check the URL",
            _ => "try again later, or ask who runs the server",
        });
    }

    private void Remember(HttpStep step, Digest key, StepResult result, ImmutableSortedDictionary<string, string> facts) =>
        store.Records.Put(new BuildRecord(key, result.Layers, result.Created, step.Source.Text, []) { Facts = facts });

    private static StepResult ResultOf(BuildRecord record) => new(record.Layers, record.Created);

    private static Digest PlaceOf(HttpStep step)
    {
        using var key = new CacheKeyBuilder("http place/1");
        key.Add("url", step.Source.Text);
        key.Add("name", step.FileName);
        return key.ToDigest();
    }

    // Name and time are what can be seen of it besides its content; owner and mode are always the same (BuildKit source/http).
    private static Digest KeyOf(HttpStep step, Digest content, DateTimeOffset? modified)
    {
        using var key = new CacheKeyBuilder("http file/1");
        key.Add("name", step.FileName);
        key.Add("content", content);
        key.Add("modified", modified?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "");
        return key.ToDigest();
    }
}
