using SharpBuild.Image;

namespace SharpBuild.Builder.Planning;

/// <summary>The platform in front of a step's name, where a build has several: <c>linux/amd64->arm64</c> for a step of amd64 that was told to work for arm64.</summary>
internal static class PlatformPrefix
{
    /// <summary>The prefix.</summary>
    /// <param name="platform">What the step runs on.</param>
    /// <param name="variables">What the step knows: without an ARG for it, it works for no platform in particular.</param>
    public static string Of(Platform platform, Variables variables)
    {
        var target = ReadTarget(platform, variables);
        var arrow = target is null || target.Architecture == platform.Architecture && target.Os == platform.Os ? ""
            : target.Os != platform.Os ? $"->{target}"
            : $"->{target.ToString()[(target.Os.Length + 1)..]}";
        return platform + arrow;
    }

    private static Platform? ReadTarget(Platform platform, Variables variables)
    {
        if (variables["TARGETPLATFORM"] is { } text)
        {
            try
            {
                return Platform.Parse(text);
            }
            catch (FormatException)
            {
                // A build argument of that name may say anything; the name of a step is no place to judge it.
            }
        }

        var (os, architecture, variant) = (variables["TARGETOS"], variables["TARGETARCH"], variables["TARGETVARIANT"]);
        return (os, architecture, variant) is (null, null, null) ? null
            : Platform.Normalize(NonEmpty(os) ?? platform.Os, NonEmpty(architecture) ?? platform.Architecture, variant);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
