using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Layers to tar and back, as root, compared with GNU tar and the kernel's overlay.</summary>
public sealed class LayerSpecs : IDisposable
{
    private const string MakeTree = """
        mkdir -p etc/empty usr/lib "$(printf 'a%.0s' $(seq 1 120))/$(printf 'b%.0s' $(seq 1 150))"
        echo hello > etc/motd; chmod 4755 etc/motd; ln etc/motd etc/zz-hard; ln -s ../etc/motd usr/lib/link
        mkfifo usr/fifo; mknod usr/null c 1 3; chown 1000:1001 usr/lib; chmod 1777 etc/empty
        echo deep > "$(printf 'a%.0s' $(seq 1 120))/$(printf 'b%.0s' $(seq 1 150))/file"
        touch -d '1969-12-31 23:59:50.5 UTC' usr/old; touch "$(printf 'latin\351')" 'ümlaut'
        echo big > owner; chown 3000000:4000000 owner
        truncate -s 3M sparse; printf end >> sparse
        touch -d '2024-01-02 03:04:05.6 UTC' etc usr/lib
        """;

    private readonly TemporaryDirectory directory = new();

    public LayerSpecs() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "makes devices and changes owners, which takes root");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void GNU_tar_reads_what_we_write_and_finds_no_difference()
    {
        using var layer = MakeAndOpen("layer");
        Run(directory["layer"], MakeTree);
        var written = Write(layer, "layer.tar");

        Assert.Equal("", Run(directory["layer"], "tar --compare --numeric-owner -f ../layer.tar 2>&1 | grep -v 'Mod time differs' || true"));
        Assert.Equal(written.DiffId.Hex, Run(directory.Path, "sha256sum layer.tar").Split(' ')[0]);
        Assert.Equal(written, LayerWriter.Measure(layer, LayerWriterOptions.Default, CancellationToken.None));
    }

    [Fact]
    public void A_layer_extracted_and_written_again_has_the_same_diff_id()
    {
        using var layer = MakeAndOpen("layer");
        Run(directory["layer"], MakeTree);
        var written = Write(layer, "layer.tar");
        var content = Extract("layer.tar", "copy");
        using var copy = Open("copy");

        Assert.Equal(written.DiffId, content.DiffId);
        Assert.Equal(written.Size, content.TarSize);
        Assert.Equal(written, LayerWriter.Measure(copy, LayerWriterOptions.Default, CancellationToken.None));
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=pax")]
    [InlineData("--format=pax --sparse --sparse-version=0.0")]
    [InlineData("--format=pax --sparse --sparse-version=0.1")]
    [InlineData("--format=pax --sparse --sparse-version=1.0")]
    [InlineData("--format=gnu --sparse")]
    public void We_extract_what_GNU_tar_writes(string format)
    {
        using var layer = MakeAndOpen("layer");
        Run(directory["layer"], MakeTree);
        Run(directory["layer"], $"tar {format} --xattrs -cf ../gnu.tar .");
        Extract("gnu.tar", "copy");
        using var copy = Open("copy");

        Assert.Equal(
            LayerWriter.Measure(layer, LayerWriterOptions.Default, CancellationToken.None),
            LayerWriter.Measure(copy, LayerWriterOptions.Default, CancellationToken.None));
        Run(directory.Path, "diff -r --no-dereference layer copy --exclude=fifo --exclude=null");
    }

    private LayerDigest Write(SafeFileHandle layer, string name)
    {
        using var file = File.Create(directory[name]);
        return LayerWriter.WriteMeasured(layer, file, LayerWriterOptions.Default, CancellationToken.None);
    }

    private LayerContent Extract(string tar, string name)
    {
        using var target = MakeAndOpen(name);
        using var source = File.OpenRead(directory[tar]);
        return LayerExtractor.Extract(source, target, LayerExtractionOptions.Default, CancellationToken.None);
    }

    private SafeFileHandle MakeAndOpen(string name)
    {
        Directory.CreateDirectory(directory[name]);
        return Open(name);
    }

    private SafeFileHandle Open(string name) => Descriptors.Open(directory[name], OpenFlags.ReadOnly | OpenFlags.Directory);

    private static string Run(string path, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-e", "-c", script]) { UseShellExecute = false, WorkingDirectory = path, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script}: exit code {process.ExitCode}: {output}");
    }
}
