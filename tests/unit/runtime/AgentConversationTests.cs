using SharpBuild.Runtime.Agents;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class AgentConversationTests
{
    private static readonly byte[] Identities = [0, 0, 0, 1, 11];
    private static readonly byte[] Answer = [0, 0, 0, 5, 12, 0, 0, 0, 0];
    private static readonly byte[] Failure = [0, 0, 0, 1, 5];

    [Fact]
    public async Task A_question_is_handed_on_and_its_answer_back()
    {
        var (asked, said) = await RelayAsync(Identities);
        Assert.Equal(Identities, asked);
        Assert.Equal(Answer, said);
    }

    [Theory]
    [InlineData(17)] // add
    [InlineData(18)] // remove
    [InlineData(19)] // remove all
    [InlineData(22)] // lock
    [InlineData(27)] // extension
    public async Task Whatever_changes_the_agent_is_refused_without_asking_it(byte type)
    {
        var (asked, said) = await RelayAsync([0, 0, 0, 3, type, 1, 2, .. Identities]);
        Assert.Equal(Identities, asked);
        Assert.Equal([.. Failure, .. Answer], said);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 11 })]
    public async Task A_message_that_is_none_ends_the_conversation(byte[] request)
    {
        var (asked, said) = await RelayAsync(request);
        Assert.Empty(asked);
        Assert.Empty(said);
    }

    // What the agent was asked, and what the asking side heard.
    private static async Task<(byte[] Asked, byte[] Said)> RelayAsync(byte[] requests)
    {
        using var asker = new Duplex(requests);
        using var agent = new Duplex(Answer);
        await AgentConversation.RelayAsync(asker, agent, TestContext.Current.CancellationToken);
        return (agent.Written.ToArray(), asker.Written.ToArray());
    }

    private sealed class Duplex(byte[] input) : Stream
    {
        private readonly MemoryStream reader = new(input);

        public MemoryStream Written { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => reader.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
