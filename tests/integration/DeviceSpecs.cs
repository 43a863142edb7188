using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Devices for RUN steps, described by files of the Container Device Interface.</summary>
[Trait("Rootless", "also")]
public sealed class DeviceSpecs : IAsyncLifetime
{
    private const string Yaml = """
        cdiVersion: "0.6.0"
        kind: "vendor.example/zeros"
        annotations:
          org.mobyproject.buildkit.device.class: zeros
        devices:
          - name: one
            containerEdits:
              deviceNodes:
                - path: /dev/first/zero   # another name, in a directory of its own
                  hostPath: /dev/zero
              env:
                - ZERO=one
          - name: two
            annotations:
              org.mobyproject.buildkit.device.autoallow: true
            containerEdits:
              env: [ZERO=two, TWO=2]
              additionalGids: [7]
        containerEdits:
          env: [ALL=yes]
        """;

    private Workshop workshop = null!;

    private string Specifications => workshop.Outside("cdi");

    public async ValueTask InitializeAsync()
    {
        workshop = await Workshop.OpenAsync();
        Directory.CreateDirectory(Specifications);
        await File.WriteAllTextAsync(Path.Join(Specifications, "zeros.yaml"), Yaml, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_step_gets_the_device_and_what_comes_with_it()
    {
        var result = await BuildAsync(
            "ENV ZERO=mine\nRUN --device=vendor.example/zeros=one head -c 3 /dev/first/zero | od -c | head -n 1; echo \"-$ZERO-$ALL-$TWO-\"", "--allow", "device=vendor.example/zeros=one");
        Assert.Contains(@"\0  \0  \0", result.Error, StringComparison.Ordinal);
        Assert.Contains("-one-yes--", result.Error, StringComparison.Ordinal);

        // It is the step's, not the image's.
        var next = await BuildAsync("RUN --device=vendor.example/zeros=one true\nRUN ls -A /dev; echo \"-$ZERO-\"", "--allow", "device");
        Assert.DoesNotContain("first", next.Error, StringComparison.Ordinal);
        Assert.Contains(" --\n", next.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_is_not_allowed_is_named()
    {
        var result = await TryBuildAsync("RUN --device=vendor.example/zeros true");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the device 'vendor.example/zeros=one' is not allowed in this build [SB1540]", result.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:2", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vendor.example/zeros=two", "-two-yes-2-", "-")]
    [InlineData("vendor.example/zeros=*", "-two-yes-2-", "device")]
    [InlineData("name=vendor.example/zeros", "-one-yes--", "device=vendor.example/zeros")]
    [InlineData("zeros,required", "-two-yes-2-", "device=vendor.example/zeros=*")]
    [InlineData("mine,required", "-one-yes--", "device=vendor.example/zeros=one,alias=mine")]
    [InlineData("vendor.example/zeros=three", "----", "-")]
    public async Task Names_mean_one_device_or_the_first_or_all_of_a_kind_or_a_class(string name, string expected, string allowed)
    {
        string[] allow = allowed == "-" ? [] : ["--allow", allowed];
        var result = await BuildAsync($"RUN --device={name} echo \"-$ZERO-$ALL-$TWO-\"", allow);
        Assert.Contains($" {expected}\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_required_device_that_is_not_there_fails_the_build_and_tells_of_files_that_are_wrong()
    {
        var missing = await TryBuildAsync("RUN --device=vendor.example/zeros=three,required true");
        Assert.Contains("this machine has no device 'vendor.example/zeros=three', which is required [SB1541]", missing.Error, StringComparison.Ordinal);

        await WriteAsync("wrong.json", """{"cdiVersion": "0.6.0", "kind": "a.example/b", "devices": [{"name": "c", "containerEdits": {"volumes": []}}]}""");
        var wrong = await TryBuildAsync("RUN --device=a.example/b=c,required true");
        Assert.Contains("wrong.json is left out", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_the_host_come_as_mounts_and_json_is_read_too()
    {
        Directory.CreateDirectory(workshop.Outside("driver"));
        await File.WriteAllTextAsync(workshop.Outside("driver/library"), "from the host\n", TestContext.Current.CancellationToken);
        await WriteAsync(
            "driver.json",
            $$$"""
            {
              "cdiVersion": "0.5.0", "kind": "vendor.example/driver",
              "devices": [{"name": "0", "containerEdits": {"env": ["DRIVER=/usr/driver"]}}],
              "containerEdits": {"mounts": [{"hostPath": "{{{workshop.Outside("driver")}}}", "containerPath": "/usr/driver", "options": ["ro", "nosuid", "nodev", "rbind"]}]}
            }
            """);
        var result = await BuildAsync(
            "RUN --device=vendor.example/driver cat $DRIVER/library; touch $DRIVER/x || echo cannot\nRUN ls -d /usr/driver || echo gone", "--allow", "device=vendor.example/driver=0");
        Assert.Contains("from the host\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(" cannot\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(" gone\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_decides_who_owns_the_device_file_and_the_command_gets_its_groups()
    {
        await WriteAsync(
            "owned.yaml",
            """
            {cdiVersion: "0.7.0", kind: vendor.example/owned, devices: [
              {name: a, containerEdits: {deviceNodes: [{path: /dev/a, hostPath: /dev/null, uid: 12, gid: 34, fileMode: 0640}], additionalGids: [0, 34]}}]}
            """);
        var result = await BuildAsync("USER 5:6\nRUN --device=vendor.example/owned stat -c '%u:%g %a %F %t' /dev/a; id -G; true </dev/a && echo readable", "--allow", "device");
        if (!SharpBuildProgram.IsRootless)
        {
            Assert.Contains("12:34 640 character special file 1\n", result.Error, StringComparison.Ordinal);
        }

        Assert.Contains(" 6 34\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(" readable\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hooks: [{hookName: createContainer, path: /bin/ldconfig}]", "the hook /bin/ldconfig, a program to run on the host")]
    [InlineData("deviceNodes: [{path: /dev/null, permissions: r}]", "/dev/null with the permissions 'r' alone")]
    [InlineData("mounts: [{hostPath: /, containerPath: /x, options: [shared]}]", "the option 'shared' of the mount at /x")]
    [InlineData("netDevices: [{hostInterfaceName: eth9, name: eth0}]", "the network interface eth9")]
    public async Task What_a_specification_wants_and_nobody_gets_is_refused_before_the_step(string edits, string expected)
    {
        await WriteAsync("limits.yaml", $"cdiVersion: 1.1.0\nkind: vendor.example/limits\ndevices:\n- name: a\n  containerEdits: {{{edits}}}\n");
        var result = await TryBuildAsync("RUN --device=vendor.example/limits true", "--allow", "device");
        Assert.Contains($"its specification wants {expected} [SB1545]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_holds_the_names_of_the_devices_and_nothing_of_their_files()
    {
        const string text = "RUN --device=vendor.example/zeros=two echo r''an";
        await BuildAsync(text);
        await WriteAsync("zeros.yaml", Yaml.Replace("TWO=2", "TWO=3", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\d ran\n", (await BuildAsync(text)).Error);
        await WriteAsync("zeros.yaml", Yaml.Replace("name: two", "name: three", StringComparison.Ordinal));
        Assert.Matches(@"\d ran\n", (await BuildAsync(text)).Error);
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Join(Specifications, name), text, TestContext.Current.CancellationToken);

    private Task<CommandResult> BuildAsync(string text, params IReadOnlyList<string> options) => workshop.BuildAsync("FROM busybox\n" + text + "\n", WithSpecifications(options));

    private Task<CommandResult> TryBuildAsync(string text, params IReadOnlyList<string> options) => workshop.TryBuildAsync("FROM busybox\n" + text + "\n", WithSpecifications(options));

    private IReadOnlyList<string> WithSpecifications(IReadOnlyList<string> options) => ["--cdi-spec-dir", Specifications, .. options];
}
