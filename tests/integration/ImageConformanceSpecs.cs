using SharpBuild.IntegrationTests.Conformance;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>What BuildKit makes of a Dockerfile, sharpbuild makes too; what it refuses, sharpbuild refuses at the same line. See tests/conformance/README.md.</summary>
public sealed class ImageConformanceSpecs(ImageBuilds builds) : IClassFixture<ImageBuilds>
{
    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Cases => [.. ImageBuilds.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_result_is_the_one_that_BuildKit_gives(string name)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the contexts hold devices and files of other users, which only root can make");
        Assert.SkipWhen(SharpBuildProgram.Program is null && !ImageBuilds.IsByOther, SharpBuildProgram.NotPublished);
        var test = ImageCase.Read(name);
        var result = await builds.ResultOfAsync(name);
        if (test.DiffersBecause is null || ImageBuilds.IsByOther)
        {
            Verify(result, test.Recording, isRecording: ImageBuilds.IsByOther && ImageBuilds.IsUpdating);
            return;
        }

        Assert.False(IsSame(await File.ReadAllTextAsync(test.Recording, TestContext.Current.CancellationToken), result), $"{name} does not differ from BuildKit any more: remove 'differs' from its case.json, and sharpbuild.txt");
        Verify(result, test.Difference, ImageBuilds.IsUpdating);
    }

    private static void Verify(string result, string recording, bool isRecording)
    {
        if (isRecording)
        {
            File.WriteAllText(recording, result);
        }
        else if (File.ReadAllText(recording) is var expected && !IsSame(expected, result))
        {
            Assert.Fail(LineDifference.Between(expected, result));
        }
    }

    private static bool IsSame(string expected, string result) =>
        RefusalText.WithoutComments(expected) == RefusalText.WithoutComments(result)
        || (RefusalText.IsAnyRefusal(expected) && RefusalText.IsRefusal(result));
}
