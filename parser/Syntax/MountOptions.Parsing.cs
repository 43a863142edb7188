namespace SharpBuild.Parser.Syntax;

public sealed partial record MountOptions
{
    /// <summary>Reads the value of a <c>--mount</c>.</summary>
    /// <param name="csv">The value: comma separated <c>key=value</c> pairs.</param>
    /// <param name="expand">
    /// Expands one option's value; null when there is nothing to expand. It is applied per option, so that a variable
    /// whose value has a comma cannot add options.
    /// </param>
    /// <exception cref="MountSyntaxException">The value makes no sense.</exception>
    public static MountOptions Parse(string csv, Func<string, string>? expand = null) =>
        new MountReader(expand).Read(csv);
}
