using System.Text;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Linux;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("é文件😀")]
    [InlineData("new\nline")]
    public void A_name_that_is_text_is_that_text(string name)
    {
        Assert.Equal(name, FileNames.Decode(Encoding.UTF8.GetBytes(name)));
        Assert.Equal(Encoding.UTF8.GetBytes(name), FileNames.Encode(name));
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { (byte)'c', 0xe9, (byte)'s' })]
    [InlineData(new byte[] { 0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f, 0x98 })]
    [InlineData(new byte[] { 0xed, 0xb2, 0x80 })]
    [InlineData(new byte[] { 0xc0, 0x80, 0x80, 0xe6, 0x96, 0x87 })]
    public void Bytes_that_are_no_text_come_back_as_they_were(byte[] name) =>
        Assert.Equal(name, FileNames.Encode(FileNames.Decode(name)));

    [Fact]
    public void Names_that_differ_in_an_odd_byte_differ() =>
        Assert.NotEqual(FileNames.Decode([(byte)'a', 0xe9]), FileNames.Decode([(byte)'a', 0xea]));
}
