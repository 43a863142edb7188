using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SharpBuild.MSBuild;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.MSBuild;

public sealed class ResolveContainerImagesTests : IDisposable
{
    private readonly FakeBuildEngine engine = new();
    private readonly TemporaryDirectory project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void A_project_that_says_nothing_gives_its_name_and_its_directory()
    {
        var image = Assert.Single(Resolve(_ => { }));
        Assert.Equal(["my-web:latest"], List(image, "Tags"));
        Assert.Equal(project.Path, image.GetMetadata("Context"));
        Assert.Equal(["", "", ""], [image.GetMetadata("Platform"), image.GetMetadata("Push"), image.GetMetadata("Outputs")]);
    }

    [Theory]
    [InlineData("", "", "", "", "my-web:latest")]
    [InlineData("", "shop/API", "", "1.0;2.0", "shop/api:1.0 shop/api:2.0")]
    [InlineData("reg.example:5000/", "a", "b", "", "reg.example:5000/a:latest")]
    [InlineData("", "", "vs/name:dev", "1.0", "vs/name:dev")]
    [InlineData("reg.example", "", "vs/name", "1.0", "reg.example/vs/name:1.0")]
    public void Names_are_made_as_the_SDK_makes_them(string registry, string repository, string visualStudio, string tags, string expected)
    {
        var image = Assert.Single(Resolve(task => (task.ContainerRegistry, task.ContainerRepository, task.DockerfileTag, task.ContainerImageTags) = (registry, repository, visualStudio, tags)));
        Assert.Equal(expected.Split(' '), List(image, "Tags"));
        Assert.Equal(registry.Length > 0 ? "true" : "", image.GetMetadata("Push"));
    }

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("linux-arm64", "", "linux-x64", "linux/arm64")]
    [InlineData("", "linux-x64;linux-musl-arm64;linux-arm", "linux-x64", "linux/amd64,linux/arm64,linux/arm/v7")]
    [InlineData("", "", "linux-x64", "linux/amd64")]
    [InlineData("", "", "win-x64", "")]
    public void Runtime_identifiers_are_platforms(string container, string several, string of, string expected)
    {
        var image = Assert.Single(Resolve(task => (task.ContainerRuntimeIdentifier, task.ContainerRuntimeIdentifiers, task.RuntimeIdentifier) = (container, several, of)));
        Assert.Equal(expected, image.GetMetadata("Platform"));
    }

    [Fact]
    public void What_was_generated_gives_way_to_what_was_written_and_tells_of_NET_only_where_it_is()
    {
        void Set(ResolveContainerImages task)
        {
            task.GeneratedLabels = [Item("version", "Value", "1"), Item("empty", "Value", ""), Item("net", "Value", "10.0", "IsAboutPublished", "true")];
            task.ContainerLabels = [Item("version", "Value", "a;b%")];
            task.DockerImageLabels = "vs=1;vs=2";
        }

        var labels = List(Assert.Single(Resolve(Set, ("Labels", "mine=x%3By"))), "Labels");
        Assert.Equal(["version=1", "vs=1", "vs=2", "version=a;b%", "mine=x;y"], labels);
        project.Write("Dockerfile", "FROM busybox\nCOPY --from=publish . /app\n");
        var image = Assert.Single(Resolve(Set, ("BuildContexts", "other=/a%3Bb")));
        Assert.Contains("net=10.0", List(image, "Labels"));
        Assert.Equal(["other=/a;b", "publish=/out/"], List(image, "BuildContexts"));
    }

    [Fact]
    public void An_archive_goes_where_the_SDK_puts_it_and_is_not_pushed()
    {
        var image = Assert.Single(Resolve(task => (task.ContainerRegistry, task.ContainerArchiveOutputPath, task.ContainerImageFormat) = ("reg.example", "out/", "oci")));
        Assert.Equal($"type=oci,dest={project["out/My Web.tar"]}", Assert.Single(List(image, "Outputs")));
        Assert.Equal("", image.GetMetadata("Push"));
        Assert.True(Directory.Exists(project["out"]));
    }

    [Fact]
    public void Names_of_directories_may_be_odd()
    {
        project.Write("deploy %20/Dockerfile", "FROM busybox\n");
        var image = Assert.Single(Resolve(task => task.Images = [new TaskItem("deploy %2520\\Dockerfile") { }], ("Context", "..")));
        Assert.Equal(project["deploy %20/Dockerfile"], image.ItemSpec);
    }

    [Theory]
    [InlineData("SB0204", "The runtime identifier win-x64 is not Linux: sharpbuild builds Linux images.")]
    [InlineData("SB0202", "Several SharpBuildImage items have no Tags and would all get the same name: give each its Tags.")]
    [InlineData("SB0205", "The Dockerfile {0}/nowhere of a SharpBuildImage item does not exist.")]
    public void What_makes_no_sense_is_an_error_of_the_project(string code, string message)
    {
        var task = Task(set => set.Images = code == "SB0205" ? [new TaskItem("nowhere")] : [new TaskItem("Dockerfile"), new TaskItem("Dockerfile")]);
        task.ContainerRuntimeIdentifier = code == "SB0204" ? "win-x64" : "";
        Assert.False(task.Execute());
        Assert.Equal([$"/p/Web.csproj: error {code}: {message.Replace("{0}", project.Path, StringComparison.Ordinal)}"], engine.Lines);
    }

    private static TaskItem Item(string spec, params string[] metadata)
    {
        var item = new TaskItem(spec);
        for (var at = 0; at < metadata.Length; at += 2)
        {
            item.SetMetadata(metadata[at], MetadataList.Escape(metadata[at + 1]));
        }

        return item;
    }

    private static string[] List(ITaskItem image, string name) => [.. MetadataList.Read(image, name)];

    private ITaskItem[] Resolve(Action<ResolveContainerImages> set, params (string Name, string Value)[] metadata)
    {
        var task = Task(set);
        foreach (var (name, value) in metadata)
        {
            task.Images[0].SetMetadata(name, value);
        }

        Assert.True(task.Execute(), string.Join('\n', engine.Lines));
        return task.ResolvedImages;
    }

    private ResolveContainerImages Task(Action<ResolveContainerImages> set)
    {
        if (!File.Exists(project["Dockerfile"]))
        {
            project.Write("Dockerfile", "FROM busybox\n");
        }

        var task = new ResolveContainerImages
        {
            BuildEngine = engine,
            Images = [new TaskItem("Dockerfile")],
            ProjectDirectory = project.Path,
            ProjectFile = "/p/Web.csproj",
            AssemblyName = "My Web",
            PublishDirectory = "/out/",
        };
        set(task);
        return task;
    }
}
