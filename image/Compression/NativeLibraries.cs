namespace SharpBuild.Image.Compression;

/// <summary>Says what to do when a system library is missing.</summary>
/// <remarks>The codecs' imports ask for <c>SetLastError</c>, which none of these libraries sets: without it the generator forwards to a plain <c>DllImport</c>, which is banned.</remarks>
internal static class NativeLibraries
{
    /// <summary>Runs the first call into a library.</summary>
    public static T First<T>(string format, string library, string package, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new ImageException(ImageErrorCodes.Compression, $"{format} takes the system library {library}, which is not installed", exception)
            {
                Subject = library,
                Hint = $"install the package {package}, or use gzip",
            };
        }
    }
}
