using SharpBuild.Builder.Execution;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class OutputTailTests
{
    [Fact]
    public void Only_the_last_lines_are_kept()
    {
        var tail = new OutputTail(2);
        tail.Add("one\ntwo\nthr"u8);
        tail.Add("ee\r\n"u8);
        Assert.Equal(["two", "three"], tail.Read());
    }

    [Fact]
    public void An_unfinished_line_counts()
    {
        var tail = new OutputTail(3);
        tail.Add("a\nb"u8);
        Assert.Equal(["a", "b"], tail.Read());
    }

    [Fact]
    public void A_line_without_end_does_not_grow_without_end()
    {
        var tail = new OutputTail(1);
        for (var i = 0; i < 100; i++)
        {
            tail.Add(new byte[1000]);
        }

        Assert.True(tail.Read()[0].Length <= 4096);
    }
}
