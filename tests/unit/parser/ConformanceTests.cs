using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class ConformanceTests
{
    public static TheoryData<string> Cases => [.. ConformanceCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_parses_as_expected(string name) => new ConformanceCase(name).Verify();
}
