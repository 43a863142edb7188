using SharpBuild.Builder.Planning;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("term")]
    [InlineData("9")]
    [InlineData("SIGRTMIN+3")]
    [InlineData("RTMAX-14")]
    public void Names_and_numbers_are_known(string signal) => Assert.True(Signals.IsKnown(signal));

    [Theory]
    [InlineData("")]
    [InlineData("SIGNONE")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("RTMIN+16")]
    [InlineData("RTMAX-15")]
    public void Others_are_not(string signal) => Assert.False(Signals.IsKnown(signal));
}
