using SharpBuild.Parser.Syntax;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class DeviceOptionTests
{
    [Theory]
    [InlineData("vendor.com/gpu=0", "vendor.com/gpu=0", false)]
    [InlineData("vendor.com/gpu,required", "vendor.com/gpu", true)]
    [InlineData("Required=1,name=vendor.com/gpu=*", "vendor.com/gpu=*", true)]
    [InlineData("class,required=false", "class", false)]
    [InlineData("\"a/b=c,d\"", "a/b=c,d", false)]
    public void A_name_and_whether_it_is_required_are_read(string text, string name, bool isRequired) =>
        Assert.Equal(new DeviceOption(name, isRequired), DeviceOption.Parse(text));

    [Theory]
    [InlineData("", "names no device")]
    [InlineData("required", "names no device")]
    [InlineData("a/b,required=perhaps", "neither true nor false")]
    [InlineData("a/b,name=c/d", "has a name already")]
    [InlineData("a/b,c/d", "'c/d' is not understood")]
    [InlineData("a/b,requried=true", "'requried=true' is not understood")]
    public void What_is_neither_is_refused(string text, string part) =>
        Assert.Contains(part, Assert.Throws<MountSyntaxException>(() => DeviceOption.Parse(text)).Message, StringComparison.Ordinal);
}
