using SharpBuild.Cache.Traces;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class TraceStoreTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    [Fact]
    public void Builds_that_end_at_the_same_time_are_all_kept()
    {
        Parallel.For(0, 6, number => scratch.Store.Traces.Add("app", new BuildTrace(DateTimeOffset.UnixEpoch.AddDays(number), [])));
        Assert.Equal([0, 1, 2, 3, 4, 5], scratch.Store.Traces.Read("app").Select(trace => (trace.Time - DateTimeOffset.UnixEpoch).Days).Order());
    }

    public void Dispose() => scratch.Dispose();
}
