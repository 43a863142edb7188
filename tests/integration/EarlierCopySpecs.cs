using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>A COPY whose files are mostly those of an earlier build takes them from there, and nobody sees that but the disk.</summary>
public sealed class EarlierCopySpecs : IAsyncDisposable
{
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly SharpBuildProgram fresh = new();
    private readonly TemporaryDirectory context = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        await fresh.DisposeAsync();
        context.Dispose();
    }

    [Fact]
    public async Task Files_that_did_not_change_are_not_written_again()
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        var (before, after) = await ChangeAsync(() => Task.CompletedTask);
        Assert.NotEqual(before["changed"], after["changed"]);
        Assert.Equal(before["same"], after["same"]);
        Assert.Equal(before["sub/same"], after["sub/same"]);
        Assert.Equal("no problems found\n", await sharpbuild.SucceedAsync(Cancellation, "store", "check", "--full"));
    }

    [Theory]
    [InlineData("chmod 600 same")]
    [InlineData("touch -d @99 same")]
    [InlineData("setfattr -n user.a -v b same")]
    [InlineData("printf SAME > same && touch -d @7 same")]
    [InlineData("rm same && ln -s changed same")]
    public async Task A_file_that_would_come_out_otherwise_is_written(string change)
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        var (before, after) = await ChangeAsync(() => ShellAsync(change));
        Assert.NotEqual(before["same"], after["same"]);
        Assert.Equal(before["sub/same"], after["sub/same"]);
        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task Two_files_stay_two_although_they_were_one_before()
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        await ShellAsync("ln same other");
        var (before, after) = await ChangeAsync(() => ShellAsync("cp -p same x && mv x other"));
        Assert.Equal(before["same"], before["other"]);
        Assert.NotEqual(after["same"], after["other"]);
        await AssertAsFreshAsync();
    }

    // The earlier layer has at /files/x what came last, whose size, mode and time say nothing of what came before it.
    [Theory]
    [InlineData("COPY files/a files/b /files/")]
    [InlineData("COPY files/[ab] /files/")]
    [InlineData("COPY --parents files/./a files/./b /files/")]
    public async Task What_another_source_had_replaced_is_written(string instruction)
    {
        await PrepareAsync($"# syntax=docker/dockerfile:1-labs\nFROM scratch\n{instruction}\n");
        await Write("files/a/x", "one");
        await Write("files/b/x", "two");
        await ShellAsync("touch -d @5 a b .");
        await BuildAsync(sharpbuild);
        await ShellAsync("mv b/x b/y && touch -d @5 a b .");
        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task Files_that_are_one_now_are_one_in_the_layer()
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        await ShellAsync("cp -p same other");
        var (before, after) = await ChangeAsync(() => ShellAsync("ln -f same other"));
        Assert.NotEqual(before["same"], before["other"]);
        Assert.Equal(after["same"], after["other"]);
        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task What_a_later_step_does_to_a_file_reaches_no_earlier_layer()
    {
        await PrepareAsync("FROM busybox\nCOPY files /files\nRUN echo more >> /files/same; chmod 700 /files/same; rm /files/changed\n");
        var (before, after) = await ChangeAsync(() => Task.CompletedTask);
        Assert.Equal(before["same"], after["same"]);
        Assert.Equal("no problems found\n", await sharpbuild.SucceedAsync(Cancellation, "store", "check", "--full"));
        await BuildAsync(sharpbuild);
        Assert.Equal("same", await File.ReadAllTextAsync(Path.Join(Newest(), "files", "same"), Cancellation));
    }

    [Theory]
    [InlineData("--no-cache")]
    [InlineData("--verify-reproducible")]
    public async Task Who_asks_for_new_work_gets_it(string option)
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        var (before, after) = await ChangeAsync(() => Task.CompletedTask, option);
        Assert.NotEqual(before["same"], after["same"]);
    }

    [Fact]
    public async Task A_layer_that_a_power_loss_may_have_cut_short_gives_nothing()
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        var (before, after) = await ChangeAsync(() =>
        {
            // As an earlier boot would have left it, which nobody put on the disk.
            var facts = Path.Join(Path.GetDirectoryName(Newest())!, "layer.json");
            File.WriteAllText(facts, File.ReadAllText(facts).Replace(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), "11111111-2222-3333-4444-555555555555", StringComparison.Ordinal));
            return Task.CompletedTask;
        });
        Assert.NotEqual(before["same"], after["same"]);
    }

    [Fact]
    public async Task Bytes_that_layers_share_are_told_once()
    {
        await PrepareAsync("FROM scratch\nCOPY files /files\n");
        await File.WriteAllBytesAsync(context["files/large"], new byte[4 << 20], Cancellation);
        await ChangeAsync(() => Task.CompletedTask);
        var told = await sharpbuild.SucceedAsync(Cancellation, "du", "--format", "json");
        var layers = told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(item => item.GetProperty("Description").GetString()!.Contains("COPY", StringComparison.Ordinal)).Select(item => item.GetProperty("Size").GetInt64()).ToArray();
        Assert.Equal(2, layers.Length);
        Assert.All(layers, size => Assert.InRange(size, 2 << 20, 3 << 20));
    }

    private async Task PrepareAsync(string dockerfile)
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        Assert.SkipUnless(File.Exists("/bin/busybox"), "busybox-static is not installed");
        context.Write("Dockerfile", dockerfile);
        await Write("files/same", "same");
        await Write("files/sub/same", "same");
        await Write("files/changed", "before");
        await sharpbuild.ImportBusyboxAsync(Cancellation);

        // A copy: an import writes down when it was.
        await new Command("cp", "-a", sharpbuild.Store, fresh.Store).SucceedAsync(Cancellation);
    }

    private Task Write(string name, string text)
    {
        File.SetLastWriteTimeUtc(context.Write(name, text), DateTime.UnixEpoch.AddSeconds(7));
        return Task.CompletedTask;
    }

    private Task<string> ShellAsync(string script) => new Command("sh", "-c", $"cd '{context["files"]}' && {script}").SucceedAsync(Cancellation);

    // Times of directories go into the layer, but into no key: they are the same in both builds. And one file is always another one, so
    // that there is something to do.
    private async Task<(Dictionary<string, ulong> Before, Dictionary<string, ulong> After)> ChangeAsync(Func<Task> change, params string[] options)
    {
        await ShellAsync("touch -d @5 . sub");
        await BuildAsync(sharpbuild);
        var before = Inodes(Newest());
        await change();
        await Write("files/changed", "after");
        await ShellAsync("touch -d @5 . sub");
        await BuildAsync(sharpbuild, options);
        return (before, Inodes(Newest()));
    }

    private async Task AssertAsFreshAsync()
    {
        Assert.Equal(await BuildAsync(fresh), await BuildAsync(sharpbuild));
    }

    private async Task<string> BuildAsync(SharpBuildProgram program, params string[] options)
    {
        var command = program.Command(["build", "-q", .. options, context.Path]);
        return await (command with { Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["SOURCE_DATE_EPOCH"] = "1" } }).SucceedAsync(Cancellation);
    }

    // The newest layer that holds the copied file.
    private string Newest() => Directory.EnumerateDirectories(Path.Join(sharpbuild.Store, "layers"))
        .Select(layer => new DirectoryInfo(Path.Join(layer, "fs")))
        .Where(layer => Path.Exists(Path.Join(layer.FullName, "files", "sub", "same")) && Path.Exists(Path.Join(layer.FullName, "files", "changed")) && File.Exists(Path.Join(layer.FullName, "files", "changed")))
        .MaxBy(layer => File.GetLastWriteTimeUtc(Path.Join(layer.Parent!.FullName, "layer.json")))!.FullName;

    private static Dictionary<string, ulong> Inodes(string layer)
    {
        var files = Path.Join(layer, "files");
        return Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(files, path),
            path => Linux.FileStatuses.TryGet(path, out var status) ? status.Inode : throw new FileNotFoundException(path),
            StringComparer.Ordinal);
    }
}
