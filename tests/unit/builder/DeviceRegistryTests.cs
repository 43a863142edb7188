using SharpBuild.Builder.Devices;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class DeviceRegistryTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_later_directory_wins_and_two_files_of_one_exclude_each_other()
    {
        directory.Write("first/a.yaml", Spec("a/b", "one", "X=first"));
        directory.Write("second/a.json", """{"cdiVersion": "0.5.0", "kind": "a/b", "devices": [{"name": "one", "containerEdits": {"env": ["X=second"]}}]}""");
        directory.Write("second/c.yaml", Spec("c/d", "two", "X=c"));
        directory.Write("second/d.yaml", Spec("c/d", "two", "X=d"));
        directory.Write("second/ignored.txt", "no specification");
        var registry = DeviceRegistry.Load([directory["first"], directory["second"], directory["nowhere"]]);
        Assert.Equal(["X=second"], Assert.Single(registry.Find("a/b=one")).Edits.ContainerEdits.Env);
        Assert.Empty(registry.Find("c/d=two"));
        Assert.Contains("'c/d=two' is left out", Assert.Single(registry.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("kind: a/b\n", "devices")]
    [InlineData("cdiVersion: 1.0.0\nkind: a/b\ndevices: []\n", "it has no devices")]
    [InlineData("cdiVersion: 1.0.0\nkind: ab\ndevices: [{name: c, containerEdits: {}}]\n", "its kind 'ab' is not vendor/class")]
    [InlineData("cdiVersion: 1.0.0\nkind: a/b\ndevices: [{name: c, containerEdits: {env: [X]}}]\n", "'X' is not NAME=VALUE")]
    [InlineData("cdiVersion: 1.0.0\nkind: a/b\ndevices: [{name: c, containerEdits: {vlumes: []}}]\n", "vlumes")]
    [InlineData("cdiVersion: 1.0.0\nkind: a/b\ndevices:\n- name: &x c\n  containerEdits:\n    env:\n    - *x\n", "alias")]
    [InlineData("a: [\n", "")]
    public void A_file_that_makes_no_sense_is_left_out(string text, string part)
    {
        var path = directory.Write("cdi/a.yaml", text);
        var problem = Assert.Single(DeviceRegistry.Load([directory["cdi"]]).Problems);
        Assert.StartsWith($"{path} is left out: ", problem, StringComparison.Ordinal);
        Assert.Contains(part, problem, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("0660", 432)]
    [InlineData("0o660", 432)]
    [InlineData("432", 432)]
    [InlineData("\"432\"", 432)]
    public void Modes_are_octal_where_they_are_written_so(string mode, int expected)
    {
        directory.Write("cdi/a.yaml", $"cdiVersion: 1.0.0\nkind: a/b\ndevices: [{{name: 0, containerEdits: {{deviceNodes: [{{path: /dev/x, fileMode: {mode}, uid: 7}}]}}}}]\n");
        var node = Assert.Single(Assert.Single(DeviceRegistry.Load([directory["cdi"]]).Find("a/b=0")).Edits.ContainerEdits.DeviceNodes);
        Assert.Equal((expected, 7u, null), (node.FileMode, node.Uid, node.Gid));
    }

    private static string Spec(string kind, string name, string variable) =>
        $"cdiVersion: 0.6.0\nkind: {kind}\nannotations:\ndevices:\n- name: {name}\n  containerEdits:\n    env: [{variable}]\n";
}
