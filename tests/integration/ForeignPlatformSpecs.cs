using System.Text.Json;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Images for another processor than this machine's.</summary>
[Trait("Rootless", "also")]
public sealed class ForeignPlatformSpecs : IAsyncLifetime
{
    // A number that no processor has, so that no emulator takes the program.
    private const byte UnknownMachine = 0xf0;

    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => workshop = await Workshop.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    public async Task I_can_build_for_another_processor_when_its_programs_need_not_run()
    {
        await workshop.BuildAsync(
            """
            FROM --platform=$BUILDPLATFORM busybox AS build
            ARG TARGETPLATFORM TARGETARCH
            RUN echo "$TARGETPLATFORM $TARGETARCH" > /target
            FROM scratch
            WORKDIR /w
            COPY --from=build /target .
            """,
            "--platform", "linux/s390x", "-t", "foreign", "-o", workshop.Outside("out"), "-o", "type=image");
        Assert.Equal("linux/s390x s390x\n", await File.ReadAllTextAsync(Path.Combine(workshop.Outside("out"), "w", "target"), Cancellation));
        using var image = JsonDocument.Parse(await workshop.Program.SucceedAsync(Cancellation, "inspect", "foreign"));
        Assert.Equal("s390x", image.RootElement[0].GetProperty("Architecture").GetString());
    }

    [Fact]
    public async Task A_step_that_this_machine_cannot_run_says_what_is_missing()
    {
        // The start of a 64-bit program: enough for the kernel to see for whom it is.
        var program = new byte[64];
        byte[] start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        start.CopyTo(program, 0);
        (program[16], program[18], program[20]) = (2, UnknownMachine, 1);
        Directory.CreateDirectory(workshop.Context);
        await File.WriteAllBytesAsync(Path.Combine(workshop.Context, "program"), program, Cancellation);
        var result = await workshop.TryBuildAsync("FROM scratch\nCOPY --chmod=755 program /\nRUN [\"/program\"]\n", "--platform", "linux/s390x");
        Assert.Contains("this machine cannot run programs of linux/s390x", result.Error, StringComparison.Ordinal);
        Assert.Contains("qemu-user-static", result.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:3", result.Error, StringComparison.Ordinal);
    }
}
