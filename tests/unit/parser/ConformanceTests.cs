using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class ConformanceTests
{
    public static TheoryData<string> Cases => [.. ConformanceCase.Names];

    public static TheoryData<string> Answers => [.. ConformanceCase.Names.Where(static name => new ConformanceCase(name).HasAnswer)];

    [Theory]
    [MemberData(nameof(Answers))]
    public void BuildKit_says_the_same_of_a_case(string name) => new ConformanceCase(name).VerifyAnswer();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_parses_as_expected(string name) => new ConformanceCase(name).Verify();
}
