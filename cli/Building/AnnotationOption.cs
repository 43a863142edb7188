using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;

namespace SharpBuild.Cli.Building;

/// <summary><c>--annotation</c>.</summary>
internal static class AnnotationOption
{
    /// <summary>Reads <c>[PLACE[,PLACE]:]NAME=VALUE</c>; without a place it is for the manifest.</summary>
    public static IEnumerable<ImageAnnotation> Read(string text)
    {
        var (front, value) = CsvFields.Pair(text);
        var colon = front.IndexOf(':');
        var name = front[(colon + 1)..];
        if (name.Length == 0 || value is null)
        {
            throw new UsageException($"'{text}' is not an annotation: write NAME=VALUE or index:NAME=VALUE");
        }

        return (colon < 0 ? "manifest" : front[..colon]).Split(',').Select(place =>
        {
            try
            {
                var (target, platform) = ImageAnnotation.ParsePlace(place);
                return new ImageAnnotation(target, platform, name, value);
            }
            catch (FormatException wrong)
            {
                throw new UsageException($"--annotation: {wrong.Message}");
            }
        });
    }
}
