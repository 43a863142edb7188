using SharpBuild.Engine;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Engine;

public sealed class ProcessSettingsTests
{
    private static readonly ContainerConfig Image = new()
    {
        Entrypoint = ["/entry"],
        Cmd = ["default"],
        Env = ["PATH=/bin", "A=image", "B=image"],
        WorkingDir = "/work",
        User = "app",
    };

    [Fact]
    public void The_image_says_what_the_request_leaves_open()
    {
        var settings = Merge(new() { Image = "x" });
        Assert.Equal(["/entry", "default"], settings.Arguments);
        Assert.Equal(["PATH=/bin", "HOSTNAME=box", "A=image", "B=image"], settings.Environment);
        Assert.Equal(("/work", "app"), (settings.WorkingDirectory, settings.User));
    }

    [Fact]
    public void A_command_stays_behind_the_images_entrypoint() => Assert.Equal(["/entry", "mine"], Merge(new() { Image = "x", Command = ["mine"] }).Arguments);

    [Fact]
    public void Another_entrypoint_takes_the_images_command_with_it()
    {
        Assert.Equal(["/mine"], Merge(new() { Image = "x", Entrypoint = "/mine" }).Arguments);
        Assert.Equal(["a"], Merge(new() { Image = "x", Entrypoint = "", Command = ["a"] }).Arguments);
    }

    [Fact]
    public void Without_any_command_there_is_nothing_to_run() =>
        Assert.Equal(EngineException.BadRequest, Assert.Throws<EngineException>(() => Merge(new() { Image = "x", Entrypoint = "" })).Code);

    [Fact]
    public void Variables_are_replaced_in_place_and_can_be_taken_away() => Assert.Equal(
        ["PATH=/bin", "HOSTNAME=box", "TERM=xterm", "B=mine", "C=new"],
        Merge(new() { Image = "x", Terminal = true, Environment = [("B", "mine"), ("A", null), ("C", "new")] }).Environment);

    [Fact]
    public void A_relative_working_directory_is_refused() => Assert.Throws<EngineException>(() => Merge(new() { Image = "x", WorkingDirectory = "w" }));

    private static ProcessSettings Merge(ContainerRequest request) => ProcessSettings.Merge(Image, request, "box");
}
