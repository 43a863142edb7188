using SharpBuild.Cache;
using SharpBuild.Engine;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Engine;

public sealed class ContainerJsonTests
{
    [Fact]
    public void A_state_file_reads_back_as_it_was_written()
    {
        var container = new Container
        {
            Id = new string('a', 64),
            Name = "quick_otter",
            Image = "hello",
            ImageId = Digest.Compute("x"u8),
            ImageLayers = [LayerId.Parse(new string('1', 24))],
            Command = ["sh", "-c", "echo \"\n\""],
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            Status = ContainerStatus.Exited,
            ExitCode = 137,
            Finished = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero),
            Layer = LayerId.Parse(new string('2', 24)),
            AnonymousVolumes = ["v"],
        };
        var read = ContainerJson.Read(ContainerJson.Write(container));
        Assert.Equivalent(container, read, strict: true);
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("web-1.a_B", true)]
    [InlineData("w", false)]
    [InlineData("-web", false)]
    [InlineData(".web", false)]
    [InlineData("a/b", false)]
    public void Names_follow_dockers_rules(string name, bool valid) => Assert.Equal(valid, ContainerNames.IsValid(name));

    [Fact]
    public void A_made_up_name_is_a_name() => Assert.True(ContainerNames.IsValid(ContainerNames.MakeUp(ContainerNames.CreateId())));
}
